import { z } from "zod";
import { RISK_LEVELS } from "../risk-level.js";
import { JournalEvent, KioskReport } from "./site-api.js";

/** What travels over MQTT. Upward: an envelope in JSON. Downward: a compact JWS whose payload is a `Downward`. */

const DeviceId = z.string().regex(/^[a-z0-9-]{1,63}$/);
const Digest = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const At = z.number().int().nonnegative().max(8_640_000_000_000_000);
const Version = z.number().int().nonnegative();
const Code = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/);

/** Largest payload of a device; larger ones are refused by the broker. */
export const MAX_UP_BYTES = 64 * 1024;
/** Largest payload of the fleet: a policy with its candidate. */
export const MAX_DOWN_BYTES = 256 * 1024;
export const MAX_EVENTS_PER_MESSAGE = 50;

const envelope = <K extends string, B extends z.ZodType>(kind: K, body: B) =>
  z.strictObject({ v: z.literal(1), id: z.uuid(), at: At, kind: z.literal(kind), body });

/** `up/status`, retained. The last will is the same with `death`. `session` grows by one at each start of the device. */
export const StatusMessage = z.discriminatedUnion("kind", [
  envelope("birth", z.strictObject({ session: Version })),
  envelope("death", z.strictObject({ session: Version })),
]);
export type StatusMessage = z.infer<typeof StatusMessage>;

const PolicyRef = z.strictObject({ version: Version, digest: Digest });

/** `up/reported`, retained: the reported half of the shadow. */
export const ReportedBody = z.strictObject({
  ...KioskReport.shape,
  policy: PolicyRef.nullable(),
  tableDigest: Digest.nullable(),
  denyEpoch: Version,
  leaseEndsAt: At.nullable(),
  certificateExpiresAt: At,
  readerExpiresAt: At.nullable(),
  journalSeq: Version,
  /** Entries that the fleet has not acknowledged. */
  outbox: Version,
  /** How far the device's wall clock is from what the fleet's answers said, milliseconds; `null` before the first answer. */
  clockOffsetMs: z.number().int().nullable(),
});
export type ReportedBody = z.infer<typeof ReportedBody>;
export const ReportedMessage = envelope("reported", ReportedBody);

/** `up/event`: journal entries in order, or a checkpoint that the device signed over its chain. */
export const EventMessage = z.discriminatedUnion("kind", [
  envelope("journal", z.strictObject({ events: z.array(JournalEvent).min(1).max(MAX_EVENTS_PER_MESSAGE) })),
  /** `statement`: a device statement (see signed.ts) of kind `checkpoint` with body `Checkpoint`. */
  envelope("checkpoint", z.strictObject({ statement: z.string().max(8_192) })),
]);
export type EventMessage = z.infer<typeof EventMessage>;

export const Checkpoint = z.strictObject({ seq: Version, head: Digest });
export type Checkpoint = z.infer<typeof Checkpoint>;

/** `up/res/{req}`: `status` as in HTTP. */
export const ResponseMessage = envelope(
  "response",
  z.strictObject({ status: z.number().int().min(100).max(599), code: Code.nullable() }),
);

/** `down/desired`, retained: epoch is the shadow's own version. */
export const DesiredBody = z.strictObject({
  policy: PolicyRef.nullable(),
  tableDigest: Digest.nullable(),
  denyEpoch: Version,
  /** `quarantined` and `denied` lock at once; a quarantined device goes on listening. */
  status: z.enum(["active", "quarantined", "denied"]),
  /** Changes when the lease wants to be fetched anew. */
  leaseDigest: Digest.nullable(),
});
export type DesiredBody = z.infer<typeof DesiredBody>;

/** `down/req/{req}`: lives for `exp` only, is obeyed once by its `jti`. */
export const CommandBody = z.discriminatedUnion("command", [
  z.strictObject({ command: z.literal("lock") }),
  z.strictObject({ command: z.literal("identify") }),
  z.strictObject({ command: z.literal("refresh") }),
  z.strictObject({ command: z.literal("renew-certificates") }),
  /** Erases identity, lease and policy; two people at the fleet. */
  z.strictObject({ command: z.literal("wipe") }),
]);
export type CommandBody = z.infer<typeof CommandBody>;

/** `down/ack`: everything up to `seq` is durable at the fleet under `head`; epoch is `seq`. */
export const AckBody = z.strictObject({
  seq: Version,
  head: Digest.or(z.literal("")),
  refusal: z.strictObject({ code: Code, seq: Version }).nullable(),
});
export type AckBody = z.infer<typeof AckBody>;

/**
 * `all/deny-list`, retained: epoch is the deny epoch. `gap`: the fleet was restored from a backup and does not know what
 * was decided at the epochs between these two. Who heard of it keeps it beside this list until a list comes without a gap.
 */
export const DenyListBody = z.strictObject({
  denyEpoch: Version,
  devices: z.array(DeviceId).max(10_000),
  holders: z.array(DeviceId).max(10_000),
  /** Certificate serials in lower-case hexadecimal. */
  serials: z.array(z.string().regex(/^[0-9a-f]{1,40}$/)).max(10_000),
  gap: z.strictObject({ after: Version, before: Version }).optional(),
});
export type DenyListBody = z.infer<typeof DenyListBody>;

/**
 * `all/policy`, retained: epoch grows with every change of the roll-out. A policy is a compact JWS by the policy key
 * (see policy/). A device runs the candidate when `inRing(device, salt, percent)`.
 */
export const PolicyHeadBody = z.strictObject({
  stable: z.string().max(64 * 1024),
  candidate: z
    .strictObject({
      policy: z.string().max(64 * 1024),
      percent: z.number().int().min(0).max(100),
      salt: z.string().max(64),
    })
    .nullable(),
});
export type PolicyHeadBody = z.infer<typeof PolicyHeadBody>;

/**
 * `all/tree-head`, retained: a signed head of the site's Merkle log (RFC 6962); epoch grows with the tree's size. `era`:
 * when the fleet was last restored from a backup, seconds since 1970; none before. A log of a later era need not continue
 * one of an earlier: what came after the backup entered it in another order.
 */
export const TreeHeadBody = z.strictObject({ size: Version, root: Digest, at: At, era: Version.optional() });
export type TreeHeadBody = z.infer<typeof TreeHeadBody>;

/** Largest set of signed profiles: its bytes grow by a third twice on their way into `MAX_DOWN_BYTES`. */
export const MAX_SIGNED_PROFILES = 128 * 1024;

/**
 * `all/profiles`, retained: which peripherals the site's kiosks know beside those that come with their version. `signed` is
 * a compact JWS by the policy key (see profile-bundle.ts), kept by a kiosk beyond this message; epoch is its version.
 */
export const ProfilesBody = z.strictObject({ signed: z.string().max(MAX_SIGNED_PROFILES) });
export type ProfilesBody = z.infer<typeof ProfilesBody>;

/** `down/risk`, retained; epoch grows with each change. */
export const RiskBody = z.strictObject({
  level: z.enum(RISK_LEVELS),
  reasons: z.array(Code).max(8),
  until: At.nullable(),
});
export type RiskBody = z.infer<typeof RiskBody>;

/**
 * `down/nudge`: parameters are numbers or enumerations, never text or links; the words are the kiosk's own, and shown when
 * `digest`, SHA-256 of the template (see nudge/), says the same. Epoch grows with each of a device.
 */
export const NudgeBody = z.strictObject({
  template: z.string().regex(/^[a-z0-9-]{1,63}$/),
  digest: Digest,
  parameters: z.record(
    z.string().regex(/^[a-z][A-Za-z0-9]{0,31}$/),
    z.union([z.number(), z.string().regex(/^[a-z][a-z0-9-]{0,31}$/)]),
  ),
});
export type NudgeBody = z.infer<typeof NudgeBody>;

export const DownBodies = {
  desired: DesiredBody,
  command: CommandBody,
  ack: AckBody,
  "deny-list": DenyListBody,
  policy: PolicyHeadBody,
  "tree-head": TreeHeadBody,
  profiles: ProfilesBody,
  risk: RiskBody,
  nudge: NudgeBody,
} as const;
export type DownKind = keyof typeof DownBodies;
export type DownBody<K extends DownKind> = z.infer<(typeof DownBodies)[K]>;

/** The payload of every downward JWS. */
export interface Downward<K extends DownKind = DownKind> {
  readonly v: 1;
  /** Site id. */
  readonly iss: string;
  /** A device id, or `all`. */
  readonly aud: string;
  /** Seconds since 1970, as in RFC 7519. */
  readonly iat: number;
  readonly exp: number;
  /** UUIDv7. */
  readonly jti: string;
  /** Never smaller than one already seen for the same kind and audience; what grows is said beside each body. */
  readonly epoch: number;
  readonly kind: K;
  readonly body: DownBody<K>;
}
