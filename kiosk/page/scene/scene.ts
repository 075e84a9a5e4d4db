import { assertNever } from "@wardkey/protocol";
import type { ChallengeView, FaceHint, LockReason, RefusalReason, SessionView } from "@wardkey/protocol/screen";
import type { Values } from "@wardkey/ui";
import type { KioskKey } from "../words.js";

/** A sentence of the catalogue with its values. */
export interface Says {
  readonly key: KioskKey;
  readonly values?: Values;
}

/** What the picture side draws. */
export type Picture =
  | { readonly kind: "locked" }
  | { readonly kind: "nearing"; readonly evidence: number }
  | { readonly kind: "face"; readonly good: boolean }
  | { readonly kind: "challenge"; readonly movement: ChallengeView["kind"]; readonly progress: number }
  | { readonly kind: "welcome" }
  | { readonly kind: "refused"; readonly about: "face" | "phone" | "kiosk" }
  | { readonly kind: "broken"; readonly about: "camera" | "journal" | "fleet" | "radio" | "screen" };

export type SceneTone = "calm" | "accent" | "ok" | "wait" | "stop";

/** One line, one picture, one sentence that helps, and a second one where there is another way in. */
export interface Scene {
  readonly tone: SceneTone;
  readonly line: Says;
  readonly says: Says;
  readonly also: Says | null;
  readonly picture: Picture;
}

export interface SceneContext {
  readonly hourOfDay: number;
  readonly timeOf: (at: number) => string;
}

/** The full-screen scene of a session's state; `unlocked` only while it greets, `leaving` has a veil of its own. */
export function sceneOf(session: Exclude<SessionView, { state: "leaving" }>, context: SceneContext): Scene {
  switch (session.state) {
    case "locked":
      return {
        tone: "calm",
        line: { key: "locked.line" },
        says: { key: "locked.says" },
        also: { key: WHY[session.why], values: { time: context.timeOf(session.at) } },
        picture: { kind: "locked" },
      };
    case "someone-near":
      return {
        tone: "accent",
        line: { key: "near.line" },
        says: { key: "near.says" },
        also: null,
        picture: { kind: "nearing", evidence: session.evidence },
      };
    case "identifying":
      if (session.challenge !== undefined) return challengeScene(session.challenge);
      if (session.hint === null) {
        return {
          tone: "accent",
          line: { key: "identifying.line" },
          says: { key: "ways.asking" },
          also: null,
          picture: { kind: "locked" },
        };
      }
      return {
        tone: "accent",
        line: { key: "identifying.line" },
        says: { key: HINT[session.hint] },
        also: { key: "hint.mask-is-fine" },
        picture: { kind: "face", good: session.hint === "good" },
      };
    case "unlocked":
      return {
        tone: "ok",
        line: { key: greeting(context.hourOfDay), values: { name: session.name } },
        says: { key: session.until === null ? "greeting.says" : "greeting.lock-it" },
        also: null,
        picture: { kind: "welcome" },
      };
    case "refused":
      return {
        tone: "stop",
        line: { key: "refused.line" },
        says: { key: REFUSED[session.reason].says },
        also: { key: "refused.help" },
        picture: { kind: "refused", about: REFUSED[session.reason].about },
      };
    case "degraded":
      return {
        tone: "wait",
        line: { key: DEGRADED[session.reason].line },
        says: { key: DEGRADED[session.reason].says },
        also: { key: "degraded.help" },
        picture: { kind: "broken", about: DEGRADED[session.reason].about },
      };
    default:
      return assertNever(session);
  }
}

/** One big instruction: what to do, and how far it is done. */
function challengeScene({ kind, hint, progress }: ChallengeView): Scene {
  return {
    tone: "accent",
    line: { key: `challenge.${kind}` },
    says: { key: `challenge.hint.${hint}` },
    also: null,
    picture: { kind: "challenge", movement: kind, progress },
  };
}

/** How long the greeting covers the screen before it becomes the bar. */
const GREETING_MS = 2_000;

export const isGreeting = (since: number, now: number): boolean => now - since < GREETING_MS;

/** Whole seconds until the lock, as a person counts them: never 0 while it is still open. */
export const secondsLeft = (lockAt: number, now: number): number => Math.max(1, Math.ceil((lockAt - now) / 1_000));

/** Words of a hint: the same for a tap and for an enrolment. */
export const HINT: Readonly<Record<FaceHint, KioskKey>> = {
  "no-face": "hint.no-face",
  "several-faces": "hint.several-faces",
  closer: "hint.closer",
  farther: "hint.farther",
  "more-light": "hint.more-light",
  "hold-still": "hint.hold-still",
  "look-straight": "hint.look-straight",
  "chin-up": "hint.chin-up",
  "chin-down": "hint.chin-down",
  "turn-left": "hint.turn-left",
  "turn-right": "hint.turn-right",
  "even-light": "hint.even-light",
  "open-eyes": "hint.open-eyes",
  "uncover-face": "hint.uncover-face",
  "mask-off-to-enrol": "hint.mask-off-to-enrol",
  good: "hint.good",
};

const WHY: Readonly<Record<LockReason, KioskKey>> = {
  started: "why.started",
  "walked-away": "why.walked-away",
  "heartbeat-lost": "why.heartbeat-lost",
  "lock-now": "why.lock-now",
  "face-gone-and-phone-still": "why.face-gone-and-phone-still",
  "face-gone": "why.face-gone",
  idle: "why.idle",
  "camera-lost": "why.camera-lost",
  "journal-unavailable": "why.journal-unavailable",
  "lease-expired": "why.lease-expired",
  "kiosk-cut-off": "why.kiosk-cut-off",
  "person-cut-off": "why.person-cut-off",
  "time-up": "why.time-up",
  "handed-over": "why.handed-over",
};

interface Refused {
  readonly says: KioskKey;
  readonly about: "face" | "phone" | "kiosk";
}

// A photo held up ("not-live") and a wrong face read the same, and so do a bad credential and a phone that says no:
// the screen is no oracle for somebody who tries things out.
const NO_MATCH: Refused = { says: "refused.no-match", about: "face" };
const NO_PHONE: Refused = { says: "refused.phone", about: "phone" };
const NO_KIOSK: Refused = { says: "refused.kiosk", about: "kiosk" };

const REFUSED: Readonly<Record<RefusalReason, Refused>> = {
  "no-match": NO_MATCH,
  "not-live": NO_MATCH,
  "face-masked": { says: "refused.face-masked", about: "face" },
  "no-face": { says: "refused.no-face", about: "face" },
  "several-faces": { says: "refused.several-faces", about: "face" },
  "phone-refused": NO_PHONE,
  "credential-invalid": NO_PHONE,
  "phone-lost": { says: "refused.phone-lost", about: "phone" },
  "too-slow": { says: "refused.too-slow", about: "phone" },
  "lease-expired": NO_KIOSK,
  "kiosk-cut-off": NO_KIOSK,
  "rate-not-measured": NO_KIOSK,
  "camera-unattested": NO_KIOSK,
  "camera-unavailable": NO_KIOSK,
  "journal-unavailable": NO_KIOSK,
};

type DegradedReason = Extract<SessionView, { state: "degraded" }>["reason"];

const DEGRADED: Readonly<
  Record<
    DegradedReason,
    { readonly line: KioskKey; readonly says: KioskKey; readonly about: "camera" | "journal" | "fleet" | "radio" }
  >
> = {
  "camera-unavailable": {
    line: "degraded.camera-unavailable.line",
    says: "degraded.camera-unavailable.says",
    about: "camera",
  },
  "camera-unattested": {
    line: "degraded.camera-unattested.line",
    says: "degraded.camera-unattested.says",
    about: "camera",
  },
  "journal-unavailable": {
    line: "degraded.journal-unavailable.line",
    says: "degraded.journal-unavailable.says",
    about: "journal",
  },
  "kiosk-cut-off": { line: "degraded.kiosk-cut-off.line", says: "degraded.kiosk-cut-off.says", about: "fleet" },
  "lease-expired": { line: "degraded.lease-expired.line", says: "degraded.lease-expired.says", about: "fleet" },
  "radio-unavailable": {
    line: "degraded.radio-unavailable.line",
    says: "degraded.radio-unavailable.says",
    about: "radio",
  },
};

function greeting(hour: number): KioskKey {
  if (hour >= 5 && hour < 12) return "greeting.morning";
  return hour >= 12 && hour < 18 ? "greeting.afternoon" : "greeting.evening";
}
