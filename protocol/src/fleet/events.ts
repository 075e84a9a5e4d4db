import { z } from "zod";
import { BreakGlassReason } from "../policy/break-glass.js";
import { BREAK_GLASS_OPERATIONS, REVIEWS } from "../policy/settings.js";
import { RISK_LEVELS } from "../risk-level.js";
import { CardName } from "./downtime.js";
import { ScoreCounts } from "./score-histogram.js";

/**
 * What an agent may journal. One strict schema a kind, shared by the agent (which parses before it appends) and the
 * site (which refuses anything else), so that nothing biometric can ride in a body: no key takes bytes or free text,
 * and a similarity has no key at all, only its outcome and branch; counts of many have one (`biometrics.drift`).
 */

/** A stable code: lower-case words, or a system error such as `ENOSPC`. */
const Reason = z.string().regex(/^([a-z][a-z0-9-]{0,39}|E[A-Z0-9]{1,15})$/);
const Version = z.string().regex(/^\d{1,4}\.\d{1,4}\.\d{1,4}(-[a-z0-9.]{1,20})?$/);
const StaffId = z.string().regex(/^[a-z0-9-]{1,63}$/);
const Session = z.uuid();
const FacelessWay = z.enum(["badge", "code", "phone"]);
const Milliseconds = z.number().int().min(0).max(604_800_000);
/** SHA-256 of something public, base64url. */
const Digest = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const Count = z.number().int().min(0).max(1_000_000);
/** Distance estimated from radio strength, to the decimetre: `Number(x.toFixed(1))`. Finer digits could carry bytes. */
const Distance = z
  .number()
  .min(0)
  .max(100)
  .refine((value) => Number(value.toFixed(1)) === value);

export const JournalBodies = {
  "agent.started": z.strictObject({
    version: Version,
    profile: z.enum(["demo", "production"]),
    /** The run before this one ended without `agent.stopped`. */
    recovered: z.boolean().optional(),
  }),
  "agent.stopped": z.strictObject({ reason: Reason.optional() }),
  "session.near": z.strictObject({ session: Session.optional(), staffId: StaffId.optional() }),
  "tap.started": z.strictObject({ session: Session.optional(), staffId: StaffId.optional() }),
  "tap.refused": z.strictObject({
    reason: Reason,
    session: Session.optional(),
    staffId: StaffId.optional(),
    branch: z.enum(["bare", "masked"]).optional(),
    /** By what somebody without a face wanted in. */
    way: z.enum([...FacelessWay.options, "break-glass"]).optional(),
    ms: Milliseconds.optional(),
  }),
  "session.unlocked": z.strictObject({
    session: Session,
    staffId: StaffId,
    /** By what it was opened; absent in entries of before there was a choice: by a face. */
    way: z.enum(["face", ...FacelessWay.options]).optional(),
    /** By a badge that any shop copies. */
    weak: z.boolean().optional(),
    branch: z.enum(["bare", "masked"]).optional(),
    cameraAttested: z.boolean().optional(),
    livenessEnforced: z.boolean().optional(),
    ms: Milliseconds.optional(),
  }),
  /** Somebody broke the glass: durable before the kiosk opens. It ends with `session.locked` of the same session. */
  "break-glass.opened": z.strictObject({
    session: Session,
    staffId: StaffId,
    reason: BreakGlassReason,
    operation: z.enum(BREAK_GLASS_OPERATIONS),
    means: z.enum(["code", "two-badges"]),
    /** Which card's code was used up. */
    card: CardName.optional(),
    /** Whose the other badge is. */
    second: StaffId.optional(),
    minutes: z.number().int().min(1).max(120),
    review: z.enum(REVIEWS),
    reviewHours: z.number().int().min(1).max(168),
    /** The kiosk had been cut off for longer than its lease. */
    leaseEnded: z.boolean(),
    ms: Milliseconds.optional(),
  }),
  "session.leaving": z.strictObject({
    session: Session,
    reason: Reason.optional(),
    staffId: StaffId.optional(),
    metres: Distance.optional(),
  }),
  "session.kept": z.strictObject({ session: Session, reason: Reason.optional(), staffId: StaffId.optional() }),
  "session.locked": z.strictObject({
    reason: Reason,
    session: Session.nullable().optional(),
    staffId: StaffId.nullable().optional(),
    metres: Distance.optional(),
    /** What spoke for leaving, the heaviest first, with commas: a body holds no lists. And how long before the lock it began. */
    evidence: z
      .string()
      .regex(/^[a-z][a-z-]{0,29}(,[a-z][a-z-]{0,29}){0,5}$/)
      .optional(),
    leftMs: Milliseconds.optional(),
    phone: z.enum(["moving", "still", "silent"]).optional(),
    faceGoneMs: Milliseconds.optional(),
    inputGoneMs: Milliseconds.optional(),
    heartbeatGapMs: Milliseconds.optional(),
    heldMs: Milliseconds.optional(),
    ms: Milliseconds.optional(),
  }),
  /** Somebody says that a procedure runs: durable before it puts any lock off. `minutes`: for how long it may at most. */
  "procedure.begun": z.strictObject({
    session: Session,
    staffId: StaffId.optional(),
    minutes: z.number().int().min(1).max(120),
  }),
  /** `was-leaving`: its person was, before it had begun; `started`: the agent came up anew. `ms`: how long it ran. */
  "procedure.ended": z.strictObject({
    session: Session,
    staffId: StaffId.optional(),
    reason: z.enum(["switched-off", "time-up", "policy-changed", "was-leaving", "session-ended", "started"]),
    ms: Milliseconds.optional(),
  }),
  /** Somebody who was still there says that this lock was wrong. */
  "session.lock-disputed": z.strictObject({ session: Session, reason: Reason.optional() }),
  "enrol.begun": z.strictObject({ enrolment: z.uuid().optional(), staffId: StaffId.optional() }),
  "enrol.codes-compared": z.strictObject({
    agree: z.boolean(),
    enrolment: z.uuid().optional(),
    staffId: StaffId.optional(),
  }),
  "enrol.completed": z.strictObject({
    staffId: StaffId,
    epoch: Count,
    enrolment: z.uuid().optional(),
    ms: Milliseconds.optional(),
  }),
  "enrol.failed": z.strictObject({
    reason: Reason,
    enrolment: z.uuid().optional(),
    staffId: StaffId.optional(),
    step: Reason.optional(),
  }),
  "camera.lost": z.strictObject({ reason: Reason.optional() }),
  "camera.back": z.strictObject({ lostMs: Milliseconds.optional() }),
  "radio.lost": z.strictObject({ reason: Reason.optional() }),
  "radio.back": z.strictObject({ lostMs: Milliseconds.optional() }),
  /**
   * How similar the faces compared at this kiosk were, as counts by bin (`scoreBinOf`), up to and with a day (days since
   * 1970): what many attempts have in common, and nobody's in particular.
   */
  "biometrics.drift": z.strictObject({
    day: z.number().int().min(0).max(200_000),
    branch: z.enum(["bare", "masked"]),
    outcome: z.enum(["matched", "refused"]),
    counts: ScoreCounts,
  }),
  "policy.in-force": z.strictObject({ version: Count, digest: Digest, ring: z.enum(["stable", "candidate"]) }),
  "policy.refused": z.strictObject({ reason: Reason, version: Count.optional() }),
  "policy.expired": z.strictObject({ version: Count }),
  /** The risk that this kiosk lets people in by from here on: by the fleet's word, or because what it said is over. */
  "risk.in-force": z.strictObject({ level: z.enum(RISK_LEVELS) }),
  /** The fleet's profiles of peripherals, beside those that came with the version. */
  "profiles.in-force": z.strictObject({ version: Count, digest: Digest }),
  "profiles.refused": z.strictObject({ reason: Reason, version: Count.optional() }),
  /** How a nudge was read: nobody is named, so that no list of who was nudged can be made of it. */
  "nudge.shown": z.strictObject({
    nudge: z.uuid(),
    template: StaffId,
    moment: z.enum(["tap-in", "tap-out"]),
    ended: z.enum(["time", "dismissed", "overtaken"]),
    ms: Milliseconds,
  }),
  "nudge.withheld": z.strictObject({ nudge: z.uuid(), template: StaffId, reason: Reason }),
  /** Of a lesson, somebody's own: completion is theirs, and told to who assigned it. */
  "lesson.opened": z.strictObject({ lesson: StaffId, staffId: StaffId }),
  "lesson.put-off": z.strictObject({ lesson: StaffId, staffId: StaffId }),
  "lesson.completed": z.strictObject({
    lesson: StaffId,
    staffId: StaffId,
    correct: z.number().int().min(0).max(20),
    of: z.number().int().min(1).max(20),
    passed: z.boolean(),
    ms: Milliseconds,
  }),
  "presence.replay-suspected": z.strictObject({
    reason: Reason.optional(),
    staffId: StaffId.optional(),
    count: Count.optional(),
    ms: Milliseconds.optional(),
  }),
  "security.alert": z.strictObject({
    reason: Reason,
    session: Session.optional(),
    staffId: StaffId.optional(),
    count: Count.optional(),
    /** A kiosk that a phone refused, and when; `null`: it proved nothing of itself. */
    kiosk: StaffId.nullable().optional(),
    seenAt: z.number().int().min(0).max(8_640_000_000_000_000).optional(),
  }),
} as const;

export type JournalKind = keyof typeof JournalBodies;
export type JournalBody<K extends JournalKind> = z.infer<(typeof JournalBodies)[K]>;

export const isJournalKind = (kind: string): kind is JournalKind => Object.hasOwn(JournalBodies, kind);

export type BodyCheck = { ok: true } | { ok: false; code: "event-kind-unknown" | "event-body-refused"; keys: string[] };

/** Whether `body` is what `kind` may carry; `keys` names the keys that are not, never their values. */
export const checkJournalBody = (kind: string, body: unknown): BodyCheck =>
  checkBody(isJournalKind(kind) ? JournalBodies[kind] : undefined, body);

/** `schema` is that of the kind; `undefined` for a kind that nobody knows. */
export function checkBody(schema: z.ZodType | undefined, body: unknown): BodyCheck {
  if (schema === undefined) return { ok: false, code: "event-kind-unknown", keys: [] };
  const parsed = schema.safeParse(body);
  if (parsed.success) return { ok: true };
  const keys = parsed.error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" ? issue.keys : [String(issue.path[0] ?? "")],
  );
  return { ok: false, code: "event-body-refused", keys };
}
