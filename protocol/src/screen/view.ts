import { z } from "zod";
import { CuesView, EvidenceReason, LockAccountView } from "./account.js";
import { LessonView, NudgeView } from "./nudge.js";

/** Why a kiosk would not unlock, in words that a screen may show: nothing here helps an attacker. */
export const RefusalReason = z.enum([
  "no-match",
  "no-face",
  "several-faces",
  "not-live",
  "face-masked",
  "rate-not-measured",
  "phone-refused",
  "phone-lost",
  "credential-invalid",
  "kiosk-cut-off",
  "lease-expired",
  "camera-unattested",
  "camera-unavailable",
  "journal-unavailable",
  "too-slow",
]);
export type RefusalReason = z.infer<typeof RefusalReason>;

/** Why a kiosk locked. */
export const LockReason = z.enum([
  "started",
  "walked-away",
  "heartbeat-lost",
  "lock-now",
  "face-gone-and-phone-still",
  /** Nobody in view and nobody at the keys, though their phone moved and seemed near. */
  "face-gone",
  "idle",
  "camera-lost",
  "journal-unavailable",
  "lease-expired",
  "kiosk-cut-off",
  "person-cut-off",
  /** A session that no phone keeps open has lasted as long as it may. */
  "time-up",
  /** Somebody else came in with their phone. */
  "handed-over",
]);
export type LockReason = z.infer<typeof LockReason>;

/** What would help the camera, most urgent first. */
export const FaceHint = z.enum([
  "no-face",
  "several-faces",
  "closer",
  "farther",
  "more-light",
  "even-light",
  "hold-still",
  "look-straight",
  "chin-up",
  "chin-down",
  "turn-left",
  "turn-right",
  "open-eyes",
  "uncover-face",
  "mask-off-to-enrol",
  "good",
]);
export type FaceHint = z.infer<typeof FaceHint>;

/** One movement that somebody is asked for, to show that no picture is held up; left and right are their own. */
export const ChallengeView = z.strictObject({
  kind: z.enum(["turn-left", "turn-right", "blink", "nod", "closer"]),
  hint: z.enum(["look-straight", "hold-still", "go-on", "come-back"]),
  progress: z.number().min(0).max(1),
});
export type ChallengeView = z.infer<typeof ChallengeView>;

export const SessionView = z.discriminatedUnion("state", [
  z.strictObject({
    state: z.literal("locked"),
    why: LockReason,
    at: z.number(),
    /** While somebody may still want to know. */
    account: LockAccountView.optional(),
  }),
  z.strictObject({ state: z.literal("someone-near"), evidence: z.number().min(0).max(1) }),
  /** `hint: null`: what somebody typed is being judged, and the camera takes no part. */
  z.strictObject({
    state: z.literal("identifying"),
    hint: FaceHint.nullable(),
    challenge: ChallengeView.optional(),
  }),
  z.strictObject({
    state: z.literal("unlocked"),
    name: z.string().max(80),
    since: z.number(),
    /** When it locks in any case: a session that no phone keeps open. `null`: whenever the person leaves. */
    until: z.number().nullable(),
    /** The same person is in at another kiosk: the veil is down here. */
    elsewhere: z.literal(true).optional(),
    /** Whether a procedure may be said to run: for so many minutes at most. `until`: one does; `null`: none. Absent: not here. */
    procedure: z.strictObject({ minutes: z.number().positive().max(120), until: z.number().nullable() }).optional(),
    /** Emergency access; `reason` is the policy's stable word. */
    emergency: z.strictObject({ until: z.number(), reason: z.string().max(40) }).optional(),
  }),
  z.strictObject({
    state: z.literal("leaving"),
    name: z.string().max(80),
    since: z.number(),
    lockAt: z.number(),
    because: z.array(EvidenceReason).max(3).optional(),
    /** A procedure under way puts off the lock until then. */
    deferred: z.number().optional(),
  }),
  z.strictObject({ state: z.literal("refused"), reason: RefusalReason, until: z.number() }),
  z.strictObject({
    state: z.literal("degraded"),
    reason: z.enum([
      "camera-unavailable",
      "camera-unattested",
      "journal-unavailable",
      "kiosk-cut-off",
      "lease-expired",
      "radio-unavailable",
    ]),
  }),
]);
export type SessionView = z.infer<typeof SessionView>;

/** Supervised enrolment as the kiosk shows it; `null` in the view when none is under way. */
export const EnrolmentView = z.discriminatedUnion("step", [
  /** `qr` is the text of the QR code: root digest, kiosk key digest, token (see tap-protocol: Enrolment). */
  z.strictObject({
    step: z.literal("offer"),
    qr: z.string().max(512),
    expiresAt: z.number(),
    name: z.string().max(80),
  }),
  z.strictObject({ step: z.literal("connecting"), name: z.string().max(80) }),
  z.strictObject({ step: z.literal("compare-code"), code: z.string().regex(/^\d{6}$/), name: z.string().max(80) }),
  z.strictObject({
    step: z.literal("capture"),
    name: z.string().max(80),
    hint: FaceHint,
    progress: z.number().min(0).max(1),
  }),
  z.strictObject({ step: z.literal("finishing"), name: z.string().max(80) }),
  z.strictObject({ step: z.literal("done"), name: z.string().max(80) }),
  z.strictObject({ step: z.literal("failed"), code: z.string().max(64) }),
]);
export type EnrolmentView = z.infer<typeof EnrolmentView>;

/** The ways in without a face that are open here and now. */
export const WaysView = z.strictObject({
  code: z.boolean(),
  /** "read": a badge was held to the reader and its PIN is awaited. */
  badge: z.enum(["none", "ready", "read"]),
  /** "asking": the owner of a phone nearby is asked; "read": it has shown its key and the PIN is awaited. */
  phone: z.enum(["none", "ready", "asking", "read"]),
  /** Whose phone has shown its key. */
  phoneName: z.string().max(80).optional(),
  /** What was typed is being judged. */
  asking: z.boolean(),
  /** No try is taken before; `null`: at once. */
  waitUntil: z.number().nullable(),
});
export type WaysView = z.infer<typeof WaysView>;

/** How somebody may break the glass here and now. */
export const BreakGlassView = z.strictObject({
  /** How long it would stay open. */
  minutes: z.number().int().min(1).max(120),
  /** A personal emergency code can be judged here. */
  code: z.boolean(),
  /** "first", "second": this one of two badges is awaited. */
  badges: z.enum(["none", "ready", "first", "second"]),
  /** What was wrong with the badge that was held last; `null`: nothing, or none was. */
  badgeRefused: z.enum(["badge-unknown", "badge-weak", "badge-same-person"]).nullable(),
  /** What was shown is being judged. */
  asking: z.boolean(),
  /** No try is taken before; `null`: at once. */
  waitUntil: z.number().nullable(),
});
export type BreakGlassView = z.infer<typeof BreakGlassView>;

const Health = z.enum(["ok", "degraded", "down"]);

/** Everything that a kiosk's page shows, sent whole at each change: the page keeps no state of its own. */
export const ScreenView = z.strictObject({
  v: z.literal(1),
  device: z.strictObject({ id: z.string().max(63), name: z.string().max(80), ward: z.string().max(80) }),
  profile: z.enum(["demo", "production"]),
  /** Passive liveness, shown but not enforced in the demo profile. */
  liveness: z.strictObject({ enforced: z.boolean(), score: z.number().min(0).max(1).nullable() }),
  cameraAttested: z.boolean(),
  health: z.strictObject({ phone: Health, camera: Health, fleet: Health, journal: Health }),
  session: SessionView,
  enrolment: EnrolmentView.nullable(),
  /** `null`: this kiosk lets nobody in without a face now. */
  ways: WaysView.nullable(),
  /** Absent: nobody breaks the glass here now. */
  breakGlass: BreakGlassView.optional(),
  /** Absent: none is to be read now. */
  nudge: NudgeView.optional(),
  lesson: LessonView.optional(),
  /** How often the page should send camera frames; "off" when the agent captures by itself. */
  frames: z.enum(["off", "slow", "fast"]),
  cues: CuesView,
  /** The kiosk's wall clock when the view was made, for countdowns: ms since 1970. */
  now: z.number(),
});
export type ScreenView = z.infer<typeof ScreenView>;
