import { z } from "zod";
import { assertNever } from "../errors.js";
import { type ResolvedPolicy, strictestOver } from "./decide.js";
import { BREAK_GLASS_OPERATIONS, KIOSK_TYPES, type REVIEWS, type Settings, STRICTEST } from "./settings.js";

/** Why somebody breaks the glass, chosen in one touch. */
export const BREAK_GLASS_REASONS = ["patient-in-danger", "system-down", "no-way-in", "other-emergency"] as const;
export const BreakGlassReason = z.enum(BREAK_GLASS_REASONS);
export type BreakGlassReason = z.infer<typeof BreakGlassReason>;

export type BreakGlassOperation = (typeof BREAK_GLASS_OPERATIONS)[number];

const At = z.number().nonnegative();
const Id = z.string().regex(/^[a-z0-9-]{1,63}$/);

/** What somebody shows who breaks the glass. Nothing has a default: what is not known is said to be missing. */
export const BreakGlassFacts = z.strictObject({
  at: At,
  site: Id,
  kioskType: z.enum(KIOSK_TYPES),
  /** The fleet denied or quarantined this kiosk. */
  denied: z.boolean(),
  /** Whether the journal can still take what will be reviewed, if only in the space set aside for it. */
  journal: z.enum(["down", "ok"]),
  reason: BreakGlassReason,
  operation: z.enum(BREAK_GLASS_OPERATIONS),
  proof: z.discriminatedUnion("means", [
    /** A personal code that works once. */
    z.strictObject({ means: z.literal("code") }),
    /** Two badges that are more than their numbers, and whose they are. */
    z.strictObject({ means: z.literal("two-badges"), people: z.tuple([Id, Id]) }),
  ]),
});
export type BreakGlassFacts = Readonly<z.infer<typeof BreakGlassFacts>>;

export type BreakGlassRefusal =
  | "facts-missing"
  | "facts-contradictory"
  | "denied"
  | "journal-down"
  | "not-allowed"
  | "operation-not-allowed"
  | "one-person";

export type BreakGlassDecision =
  | {
      readonly outcome: "open";
      /** How long, and not a moment longer. */
      readonly minutes: number;
      readonly operation: BreakGlassOperation;
      readonly review: (typeof REVIEWS)[number];
      readonly reviewHours: number;
    }
  | { readonly outcome: "refuse"; readonly reasons: readonly BreakGlassRefusal[] };

/** What break-glass opens here: the one operation that a kiosk of this type stands for. */
export function operationOf(kioskType: Settings["kiosk.type"]): BreakGlassOperation {
  switch (kioskType) {
    case "medical-device":
      return "unlock-medical-device";
    case "personal":
    case "lab":
    case "shared-workstation":
      return "unlock-workstation";
    default:
      return assertNever(kioskType);
  }
}

/**
 * Whether an emergency opens this kiosk, for how long and under whose review. Pure and total. A lease or a policy that has
 * ended refuses nothing here, because break-glass is for exactly that time: without a policy in force the strictest
 * settings hold. What the fleet forbade before it fell silent stays forbidden.
 */
export function decideBreakGlass(policy: ResolvedPolicy | null, given: unknown): BreakGlassDecision {
  const parsed = BreakGlassFacts.safeParse(given);
  if (!parsed.success) return { outcome: "refuse", reasons: ["facts-missing"] };
  const facts = parsed.data;
  const settings = breakGlassSettings(policy, facts.at);
  const elsewhere =
    policy !== null && (facts.site !== policy.site || facts.kioskType !== policy.settings["kiosk.type"]);
  const { proof, operation } = facts;
  const list: readonly (readonly [boolean, BreakGlassRefusal])[] = [
    [elsewhere, "facts-contradictory"],
    [facts.denied, "denied"],
    [facts.journal !== "ok", "journal-down"],
    [!settings["breakGlass.allowed"] || settings["breakGlass.minutes"] === 0, "not-allowed"],
    [!settings["breakGlass.operations"].includes(operation), "operation-not-allowed"],
    [proof.means === "two-badges" && proof.people[0] === proof.people[1], "one-person"],
  ];
  const reasons = list.filter(([holds]) => holds).map(([, reason]) => reason);
  if (reasons.length > 0) return { outcome: "refuse", reasons };
  return {
    outcome: "open",
    minutes: settings["breakGlass.minutes"],
    operation,
    review: settings["breakGlass.review"],
    reviewHours: settings["breakGlass.reviewHours"],
  };
}

/** The settings that an emergency is judged by: the policy's, or the strictest once it has ended. */
export function breakGlassSettings(policy: ResolvedPolicy | null, at: number): Settings {
  if (policy === null) return STRICTEST;
  return at <= policy.expiresAt ? policy.settings : strictestOver(policy.settings);
}
