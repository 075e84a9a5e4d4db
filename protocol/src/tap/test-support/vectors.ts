import { z } from "zod";

const Hex = z.string().regex(/^([0-9a-f]{2})+$/);
const Run = z.strictObject({
  identifier: Hex,
  window: z.int(),
  /** Drawn in this order: the ephemeral private key, then (phone) the nonce. */
  phoneRandom: z.array(Hex),
  kioskRandom: z.array(Hex),
  /** In the order in which they are made, with the bytes that they sign. */
  signatures: z.array(z.strictObject({ side: z.enum(["phone", "kiosk"]), bytes: Hex, signature: Hex })),
  messages: z.array(z.strictObject({ from: z.enum(["phone", "kiosk"]), bytes: Hex })),
  transcript: Hex,
  receipt: Hex,
});

/** Recorded bytes of version 1. Whoever speaks this protocol must read them so, and make them again from the same keys. */
export const Vectors = z.strictObject({
  about: z.string(),
  version: z.literal(1),
  /** Seconds since 1970: when all of it happened. */
  now: z.int(),
  /** P-256 private scalars. */
  keys: z.strictObject({ reader: Hex, wallet: Hex, signer: Hex, root: Hex }),
  site: z.strictObject({
    id: z.string(),
    kiosk: z.string(),
    staffId: z.string(),
    rootCertificate: Hex,
    readerCertificate: Hex,
    signerCertificate: Hex,
    status: Hex,
    denyNotice: Hex,
    credential: Hex,
    eidKey: Hex,
    /** No face made it. */
    syntheticTemplate: Hex,
  }),
  offer: z.strictObject({ text: z.string(), rootDigest: Hex, kioskKeyDigest: Hex, token: Hex, expires: z.int() }),
  unlock: Run.extend({
    sharedSecret: Hex,
    keys: z.strictObject({ m2: Hex, m3: Hex, m4: Hex, heartbeat: Hex }),
    heartbeats: z.array(z.strictObject({ moved: z.boolean(), bytes: Hex })),
  }),
  enrol: Run.extend({ code: z.string() }),
  frames: z.strictObject({ message: Hex, mtu23: z.array(Hex), mtu247: z.array(Hex) }),
});
export type Vectors = z.infer<typeof Vectors>;

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
export const bytes = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits, "hex"));
