import type { JournalEvent } from "@wardkey/protocol/fleet";
import {
  type DecisionFacts,
  type DeviceFacts,
  decide,
  type PolicyContent,
  type PolicyDecision,
  resolve,
  type Settings,
} from "@wardkey/protocol/policy";

/** What a journal holds of somebody who wanted in. */
export type RecordedTap = Pick<JournalEvent, "seq" | "at" | "kind" | "body"> & { readonly source: string };

/** Mode A itself vouches for a phone unlocked within four hours, and kiosks judge by that. */
const MODE_A_MINUTES = 240;
/** Nothing of a refusal's reason can be judged anew but these: what was seen then is known. */
const JUDGED: readonly string[] = ["no-match", "not-live", "no-face", "camera-unattested", "face-masked"];

/**
 * The facts of a recorded tap, as far as its journal tells. What it does not tell is taken as the policy of then asked for
 * it at least: the phone's consent, the rate at which faces were compared, a challenge that was met. Everything about the
 * kiosk is taken as sound. `null` where the entry holds too little.
 */
export function factsOf(tap: RecordedTap, about: { site: string; settings: Settings }): DecisionFacts | null {
  const { at, source: device, kind, body } = tap;
  const { site, settings } = about;
  const consent = settings["consent.mode"];
  const kiosk = {
    ...{ at, site, device, kioskType: settings["kiosk.type"], profile: profileOf(settings) },
    ...{ clock: "steady" as const, leaseLeftSeconds: 3_600, denied: false, journal: "ok" as const },
    ...{ risk: "normal" as const, phone: null, face: null, badge: false, pin: false, oneTimeCode: false },
  };
  const phone = { consent, unlockedMinutes: consent === "A" ? MODE_A_MINUTES : 0 };
  const way = body["way"] ?? "face";
  if (kind === "session.unlocked") {
    switch (way) {
      case "badge":
        return { ...kiosk, badge: true, pin: true };
      case "code":
        return { ...kiosk, oneTimeCode: true };
      case "phone":
        return { ...kiosk, phone, pin: true };
      case "face":
        return { ...kiosk, phone, face: faceOf(body, settings, "matched") };
      default:
        return null;
    }
  }
  const reason = body["reason"];
  if (kind !== "tap.refused" || way !== "face" || typeof reason !== "string" || !JUDGED.includes(reason)) return null;
  return { ...kiosk, phone, face: reason === "no-face" ? null : faceOf(body, settings, reason) };
}

const profileOf = (settings: Settings): DecisionFacts["profile"] =>
  settings["camera.attested"] ? "production" : "demo";

function faceOf(body: RecordedTap["body"], settings: Settings, seen: string): NonNullable<DecisionFacts["face"]> {
  const branch = body["branch"] === "masked" || seen === "face-masked" ? "masked" : "bare";
  const rate = settings[`matching.falseMatchRate.${branch}`];
  const attested = seen !== "camera-unattested" && body["cameraAttested"] !== false;
  const live = body["livenessEnforced"] === true ? "live" : "unknown";
  return {
    matched: seen !== "no-match",
    branch,
    falseMatchRate: rate === "badge-and-pin" ? settings["matching.falseMatchRate.maskedTarget"] : rate,
    liveness: seen === "not-live" ? "not-live" : live,
    challenge: settings["liveness.challenge"] === "always" ? "passed" : "none",
    camera: attested ? "attested" : "unattested",
  };
}

export interface Replayed {
  readonly tap: RecordedTap;
  readonly now: PolicyDecision;
  readonly then: PolicyDecision;
}

export interface Replay {
  /** Taps of which the journal tells enough, and that come out under the policy in force as they were recorded. */
  readonly replayed: number;
  /** Taps that could not be judged anew. */
  readonly aside: number;
  /** Those that would come out otherwise, newest first. */
  readonly changed: readonly Replayed[];
}

/** What recorded taps would have come to under another policy. */
export function replay(input: {
  readonly taps: readonly RecordedTap[];
  readonly devices: ReadonlyMap<string, DeviceFacts>;
  readonly inForce: PolicyContent;
  readonly draft: PolicyContent;
}): Replay {
  const { taps, devices, inForce, draft } = input;
  const changed: Replayed[] = [];
  let replayed = 0;
  for (const tap of taps) {
    const device = devices.get(tap.source);
    const before = device === undefined ? null : resolve(inForce, device).settings;
    const facts = before === null ? null : factsOf(tap, { site: inForce.site, settings: before });
    if (device === undefined || before === null || facts === null) continue;
    const now = judge(inForce.site, before, facts);
    if ((now.outcome === "unlock") !== (tap.kind === "session.unlocked")) continue;
    replayed += 1;
    const settings = resolve(draft, device).settings;
    // The kiosk is of the type that the draft makes it.
    const then = judge(inForce.site, settings, { ...facts, kioskType: settings["kiosk.type"] });
    if (JSON.stringify(outcomeOf(now)) !== JSON.stringify(outcomeOf(then))) changed.push({ tap, now, then });
  }
  changed.sort((a, b) => b.tap.at - a.tap.at);
  return { replayed, aside: taps.length - replayed, changed };
}

const judge = (site: string, settings: Settings, facts: DecisionFacts): PolicyDecision =>
  decide({ site, version: 1, issuedAt: 0, expiresAt: Number.MAX_SAFE_INTEGER, settings }, facts);

/** Why somebody is refused may change without anything changing for them. */
const outcomeOf = (decision: PolicyDecision): readonly string[] =>
  decision.outcome === "challenge" ? [decision.outcome, decision.challenge] : [decision.outcome];
