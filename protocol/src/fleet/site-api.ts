import { z } from "zod";

const Base64Url = z.string().regex(/^[A-Za-z0-9_-]*$/);
const DeviceId = z.string().regex(/^[a-z0-9-]{1,63}$/);
/** No control or formatting characters: a name that turns the writing direction could pose as another. */
const Printed = z
  .string()
  .trim()
  .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]*$/u);

/**
 * `GET /v1/kiosk/lease` with the kiosk's certificate: what lets it work alone until `status` ends. The table of holders
 * is apart, because it is large, the same for every kiosk, and seldom changes.
 */
export const DeviceLease = z.strictObject({
  /** COSE_Sign1 `ReaderStatus` (see credential/). */
  status: Base64Url.max(8192),
  denyEpoch: z.number().int().nonnegative(),
  /** COSE_Sign1 `DenyNotice`: news for phones, which a kiosk hands on and cannot invent; `null` while nothing is denied. */
  denyNotice: Base64Url.max(16_384).nullable(),
  /** DER, reader first, then what leads to the root; renewed when less than half its life is left. */
  readerChain: z.array(Base64Url.min(1).max(4096)).min(1).max(4),
  /** SHA-256 of the table that belongs to this lease: `GET /v1/kiosk/table/{digest}`. */
  tableDigest: Base64Url.length(43),
  /** What `desired` says too: another digest there means that the lease wants to be fetched again. */
  leaseDigest: Base64Url.length(43),
});
export type DeviceLease = z.infer<typeof DeviceLease>;

/** A channel of the connection matrix. */
const Channel = z.string().regex(/^[a-z0-9-]{1,63}$/);

/** `GET /v1/device/pairs` with the device's certificate: its rows of the connection matrix. */
export const DevicePairs = z.strictObject({
  v: z.literal(1),
  sends: z.array(z.strictObject({ to: DeviceId, channel: Channel })).max(1_000),
  receives: z.array(z.strictObject({ from: DeviceId, channel: Channel })).max(1_000),
});
export type DevicePairs = z.infer<typeof DevicePairs>;

/** `POST /v1/enrolments`: operator present, person present. */
export const EnrolmentRequest = z.strictObject({
  operatorCode: z.string().min(4).max(32),
  givenName: Printed.min(1).max(40),
  familyName: Printed.max(40),
  /** Renewal of this person: one epoch more. Without it a new person is made, also when the name is known. */
  staffId: DeviceId.optional(),
});
export type EnrolmentRequest = z.infer<typeof EnrolmentRequest>;

export const EnrolmentGrant = z.strictObject({
  enrolment: z.string().max(64),
  staffId: DeviceId,
  displayName: z.string().max(80),
  /** Epoch of the template key: 1 at first, one more at each renewal. */
  epoch: z.number().int().positive(),
  /** 32 bytes: the key of the template transform for this wallet and epoch. */
  templateKey: Base64Url.max(64),
  expiresAt: z.number(),
});
export type EnrolmentGrant = z.infer<typeof EnrolmentGrant>;

const EnrolmentQuality = z.number().int().min(0).max(100);

/** `POST /v1/enrolments/{enrolment}/credential`: only a digest and a public key reach the site. */
export const CredentialRequest = z.strictObject({
  /** SubjectPublicKeyInfo, DER, P-256: the phone's new key, its possession proven to the kiosk in M3. */
  holderPublicKey: Base64Url.max(256),
  /** SHA-256 of the protected template. */
  templateDigest: Base64Url.length(43),
  /** SHA-256 transcript of the enrolment handshake, for the journal. */
  transcript: Base64Url.length(43),
  /** How good the views of the face were, 0 to 100: the one number about a face that the site ever learns. */
  quality: EnrolmentQuality.optional(),
});
export type CredentialRequest = z.infer<typeof CredentialRequest>;

export const IssuedCredential = z.strictObject({
  /** COSE_Sign1 `Credential` (see credential/). */
  credential: Base64Url.max(4096),
  /** 32 bytes: K_eid of the rotating identifiers; passes through the kiosk and is erased there. */
  eidKey: Base64Url.max(64),
});
export type IssuedCredential = z.infer<typeof IssuedCredential>;

const BodyValue = z.union([z.string().max(200), z.number(), z.boolean(), z.null()]);

/**
 * What an entry says, as flat pairs. A key `__proto__`, which a JSON reader takes for a key like any other and a schema
 * drops without a word, is refused: the entry's hash covers it, so a reader without it would call the sender a forger.
 */
const JournalBody = z
  .custom<Record<string, unknown>>((body) => !(body instanceof Object && Object.hasOwn(body, "__proto__")), {
    error: "__proto__ is no key of an entry",
    abort: true,
  })
  .pipe(z.record(z.string().max(40), BodyValue));

/** One journal entry as it travels; idempotent by `id`, ordered by `seq`. */
export const JournalEvent = z.strictObject({
  seq: z.number().int().positive(),
  id: z.uuid(),
  /** Whole milliseconds since 1970. */
  at: z.number().int().nonnegative().max(8_640_000_000_000_000),
  kind: z.string().regex(/^[a-z][a-z0-9.-]{1,63}$/),
  body: JournalBody,
  /** SHA-256(prev || canonical bytes), base64url. */
  hash: Base64Url.length(43),
});
export type JournalEvent = z.infer<typeof JournalEvent>;

/** `GET /v1/kiosk/events/head`: the sequence and head of its journal that are durable at the site. */
export const EventAck = z.strictObject({ seq: z.number().int().nonnegative(), head: Base64Url.max(43) });
export type EventAck = z.infer<typeof EventAck>;

/** What a kiosk is: part of what it reports, and shown on the status page. */
export const KioskReport = z.strictObject({
  state: z.enum(["locked", "someone-near", "identifying", "unlocked", "leaving", "refused", "degraded"]),
  profile: z.enum(["demo", "production"]),
  version: z.string().max(40),
  camera: z.enum(["ok", "degraded", "down"]),
});
export type KioskReport = z.infer<typeof KioskReport>;

/** `GET /v1/overview` with the page's token: what the status page shows. */
export const SiteOverview = z.strictObject({
  v: z.literal(1),
  now: z.number(),
  site: z.strictObject({ id: z.string(), name: z.string(), rootExpiresAt: z.number(), denyEpoch: z.number() }),
  kiosks: z.array(
    z.strictObject({
      id: DeviceId,
      name: z.string(),
      ward: z.string(),
      state: KioskReport.shape.state.nullable(),
      profile: z.enum(["demo", "production"]).nullable(),
      camera: z.enum(["ok", "degraded", "down"]).nullable(),
      lastSeenAt: z.number().nullable(),
      readerExpiresAt: z.number(),
      statusExpiresAt: z.number().nullable(),
      journalSeq: z.number().int(),
      chainValid: z.boolean(),
    }),
  ),
  people: z.array(
    z.strictObject({
      staffId: DeviceId,
      name: z.string(),
      role: z.string(),
      credential: z.enum(["none", "active", "expired"]),
      epoch: z.number().int().nonnegative(),
      expiresAt: z.number().nullable(),
      enrolledAt: z.string().max(80).nullable(),
      /** Of the enrolled face, 0 to 100; `null` without a face, and where the kiosk did not say. */
      quality: EnrolmentQuality.nullable(),
    }),
  ),
  /** Newest first, at most 50. */
  journal: z.array(
    z.strictObject({
      kiosk: z.string(),
      seq: z.number().int(),
      at: z.number(),
      kind: z.string(),
      body: JournalEvent.shape.body,
    }),
  ),
});
export type SiteOverview = z.infer<typeof SiteOverview>;

/** Every error answer (RFC 9457 problem+json): `code` is stable. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string().optional(),
});
export type Problem = z.infer<typeof Problem>;
