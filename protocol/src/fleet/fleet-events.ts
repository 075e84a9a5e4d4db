import { z } from "zod";
import { ASSUMPTION_NAMES } from "../value/assumptions.js";
import { CardName } from "./downtime.js";
import { type BodyCheck, checkBody } from "./events.js";

/**
 * What the fleet server journals of its own acts, in the chain of the source `wardkey-fleet`. The same rule as for the
 * agents' events: one strict schema a kind, no free text, no bytes beyond digests of public things, nothing biometric.
 */

const Id = z.string().regex(/^[a-z0-9-]{1,63}$/);
/** Who did it: an administrator or operator, `fleet` for the server by itself, `machine` for its command line. */
const By = Id;
/** A stable code: lower-case words, or a system error such as `ENOSPC`. */
const Reason = z.string().regex(/^([a-z][a-z0-9-]{0,63}|E[A-Z0-9]{1,15})$/);
/** SHA-256 of something public, base64url. */
const Digest = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const Serial = z.string().regex(/^[0-9a-f]{1,40}$/);
const Count = z.number().int().min(0).max(1_000_000_000);
const At = z.number().int().nonnegative().max(8_640_000_000_000_000);
const Uuid = z.uuid();
const Version = z.string().regex(/^\d{1,4}\.\d{1,4}\.\d{1,4}(-[a-z0-9.]{1,20})?$/);
const Role = z.enum(["viewer", "operator", "security-officer", "administrator"]);
const SignIn = z.enum(["passkey", "password"]);
/** What two people decide on, such as `device.wipe`. */
const Proposal = z.string().regex(/^[a-z][a-z0-9-]{0,31}\.[a-z][a-z0-9-]{0,31}$/);
const Percent = z.number().int().min(0).max(100);

/** One end of a range that a site assumes: a share, seconds or money. */
const Assumed = z.number().min(0).max(1e9);

const device = <S extends z.ZodRawShape>(more: S) => z.strictObject({ device: Id, by: By, ...more });
const staff = <S extends z.ZodRawShape>(more: S) => z.strictObject({ staffId: Id, by: By, ...more });
const admin = <S extends z.ZodRawShape>(more: S) => z.strictObject({ admin: Id, ...more });
const approval = <S extends z.ZodRawShape>(more: S) => z.strictObject({ approval: Uuid, ...more });
const pair = z.strictObject({ from: Id, to: Id, channel: Id, by: By });
const policy = <S extends z.ZodRawShape>(more: S) => z.strictObject({ version: Count, by: By, ...more });

export const FleetBodies = {
  "server.started": z.strictObject({ version: Version, recovered: z.boolean().optional() }),
  "server.stopped": z.strictObject({ reason: Reason.optional() }),
  "backup.made": z.strictObject({ by: By, size: Count, digest: Digest.optional() }),
  /** Counters that devices remember went ahead by `leap`; what was denied after `madeAt` is to be denied again. */
  "backup.restored": z.strictObject({ by: By, madeAt: At, restoredAt: At, leap: Count }),
  /** Somebody has made again what was lost: devices let go of what they kept beside the deny-list. */
  "backup.reviewed": z.strictObject({ by: By }),

  "admin.registered": admin({ role: Role, by: By, means: z.enum(["setup", "invitation", "recovery"]), with: SignIn }),
  "admin.invited": admin({ role: Role, by: By }),
  "admin.invitation-withdrawn": admin({ by: By }),
  "admin.recovery-opened": admin({ by: By }),
  "admin.role-changed": admin({ role: Role, by: By }),
  "admin.disabled": admin({ by: By }),
  "admin.signed-in": admin({ with: SignIn }),
  "admin.sign-in-refused": z.strictObject({ admin: Id.nullable(), code: Reason, with: SignIn }),
  "admin.signed-out": admin({}),
  "admin.session-revoked": admin({ by: By, count: Count }),
  "admin.passkey-added": admin({ passkey: Digest }),
  "admin.passkey-removed": admin({ passkey: Digest, by: By }),
  "admin.token-made": admin({ token: Uuid, role: Role, expiresAt: At }),
  "admin.token-revoked": admin({ token: Uuid, by: By }),

  /** Profiles of peripherals, for every kiosk. */
  "profiles.published": z.strictObject({ version: Count, digest: Digest, by: By }),

  "approval.proposed": approval({ proposal: Proposal, by: By, needs: z.number().int().min(1).max(2), digest: Digest }),
  "approval.voted": approval({ by: By, passkey: Digest }),
  "approval.rejected": approval({ by: By }),
  "approval.refused": approval({ by: By, code: Reason }),
  "approval.executed": approval({ proposal: Proposal }),
  "approval.failed": approval({ proposal: Proposal, code: Reason }),
  "approval.expired": approval({}),

  "ca.rotated": z.strictObject({ by: By, what: z.enum(["root", "intermediate"]), digest: Digest }),
  "certificate.issued": z.strictObject({
    usage: Reason,
    profile: Reason.nullable(),
    device: Id.nullable(),
    serial: Serial,
    notAfter: At,
    renewed: z.boolean().optional(),
  }),
  "certificate.refused": z.strictObject({ device: Id.nullable(), profile: Reason.nullable(), code: Reason }),
  "certificate.denied": z.strictObject({ by: By, epoch: Count, what: Reason, whom: z.union([Id, Serial]) }),
  "ticket.issued": device({ profile: Reason, expiresAt: At }),
  "ticket.spent": z.strictObject({ device: Id, profile: Reason }),
  "ticket.refused": z.strictObject({ device: Id.nullable(), code: Reason }),

  "device.added": device({ profile: Reason }),
  "device.changed": device({ changed: Reason }),
  "device.ticketed": device({ profile: Reason }),
  "device.enrolled": device({ profile: Reason, serial: Serial.optional() }),
  "device.denied": device({ reason: Reason }),
  "device.quarantined": device({ reason: Reason }),
  "device.released": device({}),
  "device.retired": device({}),
  "device.replaced": device({}),
  "device.commanded": device({ command: Reason, request: Uuid }),
  "device.answered": device({ request: Uuid, status: z.number().int().min(100).max(599), code: Reason.nullable() }),
  "device.message-refused": device({ leaf: Reason, code: Reason, count: Count }),

  "m2m.pair-added": pair,
  "m2m.pair-removed": pair,
  "m2m.refused": z.strictObject({ from: Id, to: Id.nullable(), channel: Id.nullable(), code: Reason, count: Count }),
  "broker.refused": z.strictObject({
    device: Id.nullable(),
    action: z.enum(["connect", "publish", "subscribe"]),
    code: Reason,
    channel: z.enum(["up", "down", "all", "m2m", "other"]).optional(),
    count: Count,
  }),

  "policy.published": policy({ digest: Digest, weakening: z.boolean() }),
  "policy.rollout-started": policy({ percent: Percent }),
  "policy.rollout-forward": policy({ percent: Percent }),
  "policy.rollout-halted": policy({ percent: Percent, reason: Reason }),
  "policy.rolled-forward": policy({ from: Count }),
  "policy.drafted": z.strictObject({ draft: Uuid, by: By, base: Count }),
  "policy.draft-discarded": z.strictObject({ draft: Uuid, by: By }),
  "policy.rollout-resumed": policy({ percent: Percent }),
  "policy.rollout-aborted": policy({ percent: Percent }),
  "policy.rollout-finished": policy({}),
  "policy.refused": z.strictObject({ by: By, code: Reason }),
  "policy.group-changed": z.strictObject({ by: By, group: Id, device: Id.nullable() }),

  "staff.added": staff({ source: Reason }),
  "staff.changed": staff({ changed: Reason }),
  "staff.left": staff({}),
  "staff.ended": z.strictObject({ staffId: Id }),
  "staff.erased": staff({}),
  "staff.imported": z.strictObject({ by: By, source: Reason, adds: Count, changes: Count, leavers: Count }),
  "credential.issued": staff({ epoch: Count, kiosk: Id, second: Id.nullable(), purpose: Reason }),
  "credential.suspended": staff({ reason: Reason }),
  "credential.resumed": staff({}),
  "credential.revoked": staff({ reason: Reason }),
  "credential.lost": staff({}),
  "credential.expired": z.strictObject({ staffId: Id, epoch: Count }),
  "enrolment.begun": staff({ kiosk: Id, second: Id.nullable(), purpose: Reason }),
  "enrolment.refused": z.strictObject({ kiosk: Id, by: Id.nullable(), staffId: Id.nullable(), reason: Reason }),
  "operator.appointed": staff({}),
  "operator.dismissed": staff({}),
  "operator.locked": z.strictObject({ kiosk: Id, by: Id.nullable() }),
  "badge.enrolled": staff({ weak: z.boolean() }),
  "badge.removed": staff({}),
  "pin.set": staff({}),
  "code.issued": staff({}),
  "identify.accepted": z.strictObject({ staffId: Id, kiosk: Id, way: Reason }),
  "identify.refused": z.strictObject({ kiosk: Id, way: Reason, reason: Reason, staffId: Id.nullable() }),
  "consent.given": staff({ purpose: Reason }),
  "consent.withdrawn": staff({ purpose: Reason }),
  "emergency-card.issued": staff({ card: CardName }),
  "emergency-card.revoked": staff({ card: CardName }),
  /** A kiosk told that the card broke its glass. */
  "emergency-card.spent": z.strictObject({ staffId: Id, card: CardName, kiosk: Id, session: Uuid }),
  /** The same card, at two kiosks that could not hear of each other. */
  "emergency-card.reused": z.strictObject({ staffId: Id, card: CardName, kiosk: Id, session: Uuid }),
  "break-glass.reviewed": z.strictObject({ session: Uuid, by: By, outcome: z.enum(["justified", "unjustified"]) }),

  /** Two sessions of one person at once, of which their phone holds the other open: no one of them is named here. */
  "behaviour.inferred": z.strictObject({ behaviour: Reason, kiosk: Id, other: Id }),
  /** `was…`: before the change. Those of servers that did not keep it yet have none. */
  "nudge.programme-changed": z.strictObject({
    ...{ by: By, behaviour: Reason },
    ...{ mode: Reason, wasMode: Reason.optional() },
    ...{ template: Id, wasTemplate: Id.optional() },
    ...{ lesson: Id.nullable().optional(), wasLesson: Id.nullable().optional() },
    ...{ lessonAfter: Count.optional(), wasLessonAfter: Count.optional() },
  }),
  /** How often one person may be told anything at all. */
  "nudge.caps-changed": z.strictObject({
    ...{ by: By, hoursBetween: Count, wasHoursBetween: Count },
    ...{ aWeek: Count, wasAWeek: Count },
  }),
  /** `digest`: SHA-256 of the registration, made before the first nudge of it. */
  "nudge.trial-registered": z.strictObject({ by: By, trial: Uuid, digest: Digest, wards: Count, holdout: Count }),
  "nudge.trial-ended": z.strictObject({ by: By, trial: Uuid, reason: z.enum(["completed", "stopped"]) }),
  "training.assigned": z.strictObject({
    by: By,
    assignment: Uuid,
    lesson: Id,
    to: z.enum(["person", "ward"]),
    staffId: Id.nullable(),
  }),
  "training.withdrawn": z.strictObject({ by: By, assignment: Uuid }),

  /** Something that a detector noticed; `device` null: about the fleet server itself. */
  "risk.detected": z.strictObject({
    detection: Uuid,
    detector: Reason,
    device: Id.nullable(),
    staffId: Id.nullable(),
    until: At,
  }),
  /** A person let a detection go before its time. */
  "risk.dismissed": z.strictObject({ detection: Uuid, by: By, reason: Reason }),
  /** What a device is told of its risk, and why: names of detectors, with commas. */
  "risk.raised": z.strictObject({
    device: Id,
    level: z.enum(["raised", "high"]),
    percent: Percent,
    reasons: z.string().regex(/^([a-z][a-z-]{0,30}(,[a-z][a-z-]{0,30}){0,7})?$/),
    until: At.nullable(),
  }),
  "risk.let-go": z.strictObject({ device: Id }),
  "risk.imported": z.strictObject({
    by: By,
    what: z.enum(["inventory", "vulnerabilities"]),
    source: Id,
    rows: Count,
    assets: Count,
    links: Count,
    vulnerabilities: Count,
  }),
  "risk.removed": z.strictObject({ by: By, source: Id }),

  /** What the site assumes about itself when it weighs what it gets for its money: one for each that is another now. */
  "value.assumptions-changed": z.strictObject({
    ...{ by: By, version: Count, assumption: z.enum(ASSUMPTION_NAMES).optional() },
    ...{ low: Assumed.optional(), likely: Assumed.optional(), high: Assumed.optional() },
    ...{ wasLow: Assumed.optional(), wasLikely: Assumed.optional(), wasHigh: Assumed.optional() },
  }),

  "audit.exported": z.strictObject({ by: By, format: z.enum(["ndjson", "csv", "ocsf", "fhir"]), from: At, to: At }),
  /** What an honest journal never shows: see `AlarmCode` of the server's audit. */
  "audit.alarm": z.strictObject({ device: Id, code: Reason, seq: Count }),
  "audit.verified": z.strictObject({ by: By, events: Count, findings: Count }),
} as const;

export type FleetKind = keyof typeof FleetBodies;
export type FleetBody<K extends FleetKind> = z.infer<(typeof FleetBodies)[K]>;
export const isFleetKind = (kind: string): kind is FleetKind => Object.hasOwn(FleetBodies, kind);

/** Whether `body` is what `kind` may carry; `keys` names the keys that are not, never their values. */
export const checkFleetBody = (kind: string, body: unknown): BodyCheck =>
  checkBody(isFleetKind(kind) ? FleetBodies[kind] : undefined, body);
