/** What stands against a person at `now`, the heaviest first. */
export type Standing = "erased" | "left" | "denied" | "ended" | "suspended" | "active";
export const STANDINGS = ["erased", "left", "denied", "ended", "suspended", "active"] as const;

export type StandingFacts = {
  erasedAt: number | null;
  leftAt: number | null;
  deniedAt: number | null;
  /** The moment at which the employment ends by itself; `null`: open. */
  endsAt: number | null;
  suspendedAt: number | null;
};

export function standingOf(facts: StandingFacts, now: number): Standing {
  if (facts.erasedAt !== null) return "erased";
  if (facts.leftAt !== null) return "left";
  if (facts.deniedAt !== null) return "denied";
  if (facts.endsAt !== null && now >= facts.endsAt) return "ended";
  if (facts.suspendedAt !== null) return "suspended";
  return "active";
}

/** How somebody is employed. Agency staff and students never without an end. */
export const EMPLOYMENTS = ["staff", "agency", "student", "volunteer", "contractor"] as const;
export type Employment = (typeof EMPLOYMENTS)[number];

export const endsByItself = (employment: Employment): boolean => employment === "agency" || employment === "student";
