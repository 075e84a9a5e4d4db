import { z } from "zod";

/** What a device and the fleet say to each other over HTTPS, apart from EST (RFC 7030) and the kiosk's calls of site-api.ts. */

const Base64Url = z.string().regex(/^[A-Za-z0-9_-]*$/);
const DeviceId = z.string().regex(/^[a-z0-9-]{1,63}$/);

/** What a certificate may be for; also the EST label under which it is asked for: `/.well-known/est/{label}/…`. */
export const CERTIFICATE_PROFILES = ["kiosk", "reader", "medical-device", "service"] as const;
export const CertificateProfile = z.enum(CERTIFICATE_PROFILES);
export type CertificateProfile = z.infer<typeof CertificateProfile>;

/**
 * What the person who sets a device up carries to it: a one-time token, bound to this device name and profile, and the
 * digest by which the device knows its site's root before it trusts anything (RFC 7030 4.1.1).
 */
export const EnrolmentTicket = z.strictObject({
  v: z.literal(1),
  site: DeviceId,
  device: DeviceId,
  profile: CertificateProfile,
  token: Base64Url.min(22).max(64),
  /** SHA-256 of the root certificate's DER. */
  rootDigest: Base64Url.length(43),
  /** `https://host:port`: EST and the device calls. */
  deviceUrl: z.url({ protocol: /^https$/ }).max(200),
  expiresAt: z.number().int().nonnegative(),
});
export type EnrolmentTicket = z.infer<typeof EnrolmentTicket>;

/** `GET /v1/device/connection` with the device's certificate: where it finds what. */
export const DeviceConnection = z.strictObject({
  site: DeviceId,
  siteName: z.string().max(80),
  device: DeviceId,
  name: z.string().max(80),
  ward: z.string().max(80),
  kind: z.enum(["kiosk", "medical-device", "service"]),
  /** The groups of policy layers that it is in. */
  tags: z.array(z.string().regex(/^[a-z0-9-]{1,32}$/)).max(16),
  mqttUrl: z.url({ protocol: /^mqtts$/ }).max(200),
  /** The fleet's wall clock, milliseconds since 1970. */
  now: z.number().int().nonnegative(),
});
export type DeviceConnection = z.infer<typeof DeviceConnection>;

/**
 * `awaiting`: a ticket was or may be issued and nothing enrolled yet. `quarantined`: locked, heard, and told so, but it
 * gets no lease and talks to no machine. `denied` and `retired`: let in nowhere.
 */
export const DEVICE_STATES = ["awaiting", "enrolled", "quarantined", "denied", "retired"] as const;

const ShownAt = z.number().int().nullable();
const ShownPolicy = z.strictObject({ version: z.number(), digest: z.string() }).nullable();
/** What a device said last, as lists of devices show it. */
export const ShownReport = z.strictObject({
  at: ShownAt,
  state: z.string(),
  profile: z.string(),
  version: z.string(),
  camera: z.string(),
  policy: ShownPolicy,
  certificateExpiresAt: z.number(),
  readerExpiresAt: ShownAt,
  leaseEndsAt: ShownAt,
  outbox: z.number(),
  clockOffsetMs: z.number().nullable(),
});
/** What it is asked to be. */
export const ShownDesired = z.strictObject({
  at: ShownAt,
  epoch: z.number(),
  policy: ShownPolicy,
  denyEpoch: z.number(),
  status: z.string(),
});
