import { z } from "zod";
import { assertNever } from "../errors.js";
import { RISK_LEVELS } from "../risk-level.js";
import {
  CONSENT_MODES,
  KIOSK_TYPES,
  RISK_RESPONSES as RESPONSES,
  type RISK_RESPONSES,
  type Settings,
  STRICTEST,
} from "./settings.js";
import { strongerOf } from "./strength.js";

/** From the least to the most worrying. */
export { RISK_LEVELS };

const At = z.number().nonnegative();
const Id = z.string().regex(/^[a-z0-9-]{1,63}$/);

/** What was seen and proven when somebody wants in. Nothing has a default: what is not known is said to be missing. */
export const DecisionFacts = z.strictObject({
  at: At,
  site: Id,
  device: Id,
  kioskType: z.enum(KIOSK_TYPES),
  profile: z.enum(["demo", "production"]),
  /** Wall time against what monotonic time and the highest time ever seen allow. */
  clock: z.enum(["unknown", "turned-back", "steady"]),
  leaseLeftSeconds: z.number().int(),
  /** The device or the person is on the deny-list, or the device in quarantine. */
  denied: z.boolean(),
  journal: z.enum(["down", "ok"]),
  risk: z.enum(RISK_LEVELS),
  /** A phone whose credential was verified and which released its template; `null` when there is none. */
  phone: z
    .strictObject({
      consent: z.enum(CONSENT_MODES),
      /** At most this long ago its owner unlocked it, minutes; mode A itself vouches for 240. */
      unlockedMinutes: z.number().nonnegative(),
    })
    .nullable(),
  /** The face that was compared with that template; `null` when none was found. */
  face: z
    .strictObject({
      matched: z.boolean(),
      branch: z.enum(["masked", "bare"]),
      /** The rate that was measured at the threshold it passed. */
      falseMatchRate: z.number().min(0).max(1),
      liveness: z.enum(["not-live", "unknown", "live"]),
      challenge: z.enum(["failed", "none", "passed"]),
      camera: z.enum(["unattested", "attested"]),
    })
    .nullable(),
  /** A badge of the person, one that is more than its number. */
  badge: z.boolean(),
  /** The person's own PIN was right. */
  pin: z.boolean(),
  /** A personal code that works once was right. */
  oneTimeCode: z.boolean(),
});
export type DecisionFacts = Readonly<z.infer<typeof DecisionFacts>>;

/** A policy as one device reads it. */
export interface ResolvedPolicy {
  readonly site: string;
  readonly version: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly settings: Settings;
}

export type Challenge = "confirm-on-phone" | "biometric-on-phone" | "prove-liveness" | "badge-and-pin";
export type Way = "face" | "badge-and-pin" | "phone-and-pin" | "one-time-code";

export type DecisionReason =
  | "facts-missing"
  | "facts-contradictory"
  | "policy-missing"
  | "policy-expired"
  | "denied"
  | "lease-ended"
  | "clock-unsound"
  | "journal-down"
  | "risk"
  | "nothing-shown"
  | "face-missing"
  | "face-not-matched"
  | "face-masked"
  | "rate-too-lax"
  | "not-live"
  | "liveness-unproven"
  | "camera-unattested"
  | "consent-too-low"
  | "phone-unlocked-long-ago"
  | "pin-missing"
  | "badge-missing";

export type PolicyDecision =
  | { readonly outcome: "unlock"; readonly way: Way; readonly reasons: readonly DecisionReason[] }
  | { readonly outcome: "challenge"; readonly challenge: Challenge; readonly reasons: readonly DecisionReason[] }
  | { readonly outcome: "refuse"; readonly reasons: readonly DecisionReason[] };

/** What stands between the evidence and an open screen, and what would remove it; `null`: nothing would. */
interface Lack {
  readonly reason: DecisionReason;
  readonly remedy: Challenge | null;
}

/**
 * Whether somebody comes in. Pure and total: the agent asks it of a person at the screen, the console of a recorded one.
 * Every way in is judged by its own evidence and the best one counts, so that more risk or less evidence never opens
 * what was shut. Facts that are missing, malformed or of another site or kiosk type are refused; without a policy, and
 * after it expired, the strictest settings hold.
 */
export function decide(policy: ResolvedPolicy | null, given: unknown): PolicyDecision {
  const parsed = DecisionFacts.safeParse(given);
  if (!parsed.success) return { outcome: "refuse", reasons: ["facts-missing"] };
  const facts = parsed.data;
  const { settings, reasons: about } = inForce(policy, facts.at);
  const refusals = hardRefusals(policy, settings, facts);
  if (refusals.length > 0) return { outcome: "refuse", reasons: [...about, ...refusals] };
  const risk = responseTo(settings, facts.risk);
  const ways = [faceWay(settings, facts, risk), ...waysWithoutFace(settings, facts, risk)].filter(
    (each) => each !== null,
  );
  const open = ways.find(({ lacks }) => lacks.length === 0);
  if (open !== undefined) return { outcome: "unlock", way: open.way, reasons: about };
  for (const { lacks } of ways) {
    // A way is worth asking for only when everything that it lacks can be brought.
    const remedies = lacks.map(({ remedy }) => remedy);
    const [challenge] = remedies;
    if (challenge !== undefined && challenge !== null && !remedies.includes(null)) {
      return { outcome: "challenge", challenge, reasons: [...about, ...lacks.map(({ reason }) => reason)] };
    }
  }
  const reasons = [...new Set(ways.flatMap(({ lacks }) => lacks.map(({ reason }) => reason)))];
  return { outcome: "refuse", reasons: [...about, ...(reasons.length === 0 ? ["nothing-shown" as const] : reasons)] };
}

/** What holds after a policy expired: the strictest of everything, and nothing laxer than it was. */
export function strictestOver(settings: Settings): Settings {
  // A veil longer than the shortest idle time would never lift.
  return { ...strongerOf(settings, STRICTEST), "veil.seconds": STRICTEST["veil.seconds"] };
}

function inForce(
  policy: ResolvedPolicy | null,
  at: number,
): { settings: Settings; reasons: readonly DecisionReason[] } {
  if (policy === null) return { settings: STRICTEST, reasons: ["policy-missing"] };
  if (at <= policy.expiresAt) return { settings: policy.settings, reasons: [] };
  return { settings: strictestOver(policy.settings), reasons: ["policy-expired"] };
}

function hardRefusals(policy: ResolvedPolicy | null, settings: Settings, facts: DecisionFacts): DecisionReason[] {
  const elsewhere =
    policy !== null && (facts.site !== policy.site || facts.kioskType !== policy.settings["kiosk.type"]);
  const list: readonly (readonly [boolean, DecisionReason])[] = [
    [elsewhere, "facts-contradictory"],
    [facts.denied, "denied"],
    [facts.leaseLeftSeconds <= 0, "lease-ended"],
    [facts.clock !== "steady", "clock-unsound"],
    [facts.journal !== "ok", "journal-down"],
    [responseTo(settings, facts.risk) === "refuse", "risk"],
  ];
  return list.filter(([holds]) => holds).map(([, reason]) => reason);
}

type Response = (typeof RISK_RESPONSES)[number];

/** A high risk is answered at least as firmly as a raised one, whatever a policy says. */
function responseTo(settings: Settings, risk: DecisionFacts["risk"]): Response {
  const { "risk.raised": raised, "risk.high": high } = settings;
  switch (risk) {
    case "normal":
      return "nothing";
    case "raised":
      return raised;
    case "high":
      return RESPONSES.indexOf(high) > RESPONSES.indexOf(raised) ? high : raised;
    default:
      return assertNever(risk);
  }
}

interface Judged {
  readonly way: Way;
  readonly lacks: readonly Lack[];
}

function faceWay(settings: Settings, facts: DecisionFacts, risk: Response): Judged | null {
  const { phone, face } = facts;
  if (phone === null) return null;
  const lacks = [
    ...consentLacks(settings, phone, risk),
    ...faceLacks(settings, face, facts),
    ...(risk === "badge-and-pin" && !(facts.badge && facts.pin)
      ? [{ reason: "risk" as const, remedy: badge(settings) }]
      : []),
  ];
  return { way: "face", lacks };
}

/** Badge and PIN, where the site has it: the way on for whoever the camera does not recognise. */
const badge = (settings: Settings): Challenge | null =>
  settings["ways.withoutFace"].includes("badge-and-pin") ? "badge-and-pin" : null;

/** Whether nothing more would be asked of this phone's owner at this risk: what a kiosk asks for before anybody matched. */
export const consentSuffices = (
  settings: Settings,
  phone: NonNullable<DecisionFacts["phone"]>,
  risk: DecisionFacts["risk"],
): boolean => consentLacks(settings, phone, responseTo(settings, risk)).length === 0;

function consentLacks(settings: Settings, phone: NonNullable<DecisionFacts["phone"]>, risk: Response): Lack[] {
  const order = (mode: Settings["consent.mode"]): number => CONSENT_MODES.indexOf(mode);
  const wanted = order(risk === "nothing" ? settings["consent.mode"] : atLeastB(settings["consent.mode"]));
  const lacks: Lack[] = [];
  if (order(phone.consent) < wanted) {
    lacks.push({
      reason: "consent-too-low",
      remedy: wanted === order("C") ? "biometric-on-phone" : "confirm-on-phone",
    });
  }
  if (phone.consent === "A" && phone.unlockedMinutes > settings["consent.phoneUnlockedMinutes"]) {
    lacks.push({ reason: "phone-unlocked-long-ago", remedy: "confirm-on-phone" });
  }
  return lacks;
}

const atLeastB = (mode: Settings["consent.mode"]): Settings["consent.mode"] => (mode === "A" ? "B" : mode);

function faceLacks(settings: Settings, face: DecisionFacts["face"], facts: DecisionFacts): Lack[] {
  const elsewhere = badge(settings);
  if (face === null) return [{ reason: "face-missing", remedy: elsewhere }];
  const lacks: Lack[] = [];
  const lack = (holds: boolean, reason: DecisionReason, remedy: Challenge | null): void => {
    if (holds) lacks.push({ reason, remedy });
  };
  const masked = settings["matching.falseMatchRate.masked"];
  const rate = face.branch === "bare" ? settings["matching.falseMatchRate.bare"] : masked;
  const enforced = settings["liveness.mode"] === "enforce";
  const asked = settings["liveness.challenge"];
  const challenged = asked === "always" || (asked === "on-risk" && facts.risk !== "normal");
  lack(!face.matched, "face-not-matched", elsewhere);
  lack(rate === "badge-and-pin", "face-masked", elsewhere);
  lack(rate !== "badge-and-pin" && face.falseMatchRate > rate, "rate-too-lax", elsewhere);
  const vouched = face.camera === "attested" || (!settings["camera.attested"] && facts.profile === "demo");
  lack(!vouched, "camera-unattested", elsewhere);
  lack(enforced && face.liveness === "not-live", "not-live", elsewhere);
  lack(enforced && face.liveness === "unknown", "liveness-unproven", "prove-liveness");
  lack(challenged && face.challenge === "failed", "not-live", elsewhere);
  lack(challenged && face.challenge === "none", "liveness-unproven", "prove-liveness");
  return lacks;
}

function waysWithoutFace(settings: Settings, facts: DecisionFacts, risk: Response): Judged[] {
  return settings["ways.withoutFace"]
    .map((way) => judgeWithoutFace(way, settings, facts, risk))
    .filter((judged) => judged !== null);
}

function judgeWithoutFace(
  way: Settings["ways.withoutFace"][number],
  settings: Settings,
  facts: DecisionFacts,
  risk: Response,
): Judged | null {
  const { badge: hasBadge, pin, phone, oneTimeCode } = facts;
  const firm = risk === "badge-and-pin";
  const noBadge: Lack = { reason: "badge-missing", remedy: badge(settings) };
  switch (way) {
    case "badge-and-pin":
      return hasBadge ? { way, lacks: pin ? [] : [{ reason: "pin-missing", remedy: way }] } : null;
    case "phone-and-pin": {
      if (phone === null || !pin) return null;
      return { way, lacks: [...consentLacks(settings, phone, risk), ...(firm && !hasBadge ? [noBadge] : [])] };
    }
    case "one-time-code":
      return oneTimeCode ? { way, lacks: firm && !(hasBadge && pin) ? [noBadge] : [] } : null;
    default:
      return assertNever(way);
  }
}
