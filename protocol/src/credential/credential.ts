import { z } from "zod";
import { WardkeyError } from "../errors.js";
import type { Instant } from "../units.js";
import { encodeStrict, exactBytes, fromIntegerMap, type IntegerKeys, toIntegerMap } from "./cbor.js";
import { type Issuer, openSigned, signObject } from "./cose.js";
import { DisplayName, Epoch, fromSeconds, Id, Seconds, toSeconds } from "./fields.js";
import { pointOf, spkiOf } from "./p256.js";
import { type Checked, refused } from "./results.js";
import { type SiteTrust, verifySigner } from "./site-trust.js";
import { placeInTime } from "./validity.js";

/** What the hospital signs for a wallet: who, which key, which template. It binds all three. */
export interface Credential {
  readonly site: string;
  readonly staffId: string;
  /** For the greeting on a screen. */
  readonly name: string;
  /** The wallet's key, SubjectPublicKeyInfo in DER. */
  readonly holderKey: Uint8Array;
  /** SHA-256 of the protected template. */
  readonly templateDigest: Uint8Array;
  /** Of the template key: 1 at first, one more at each renewal. */
  readonly epoch: number;
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
}

/** RFC 9053 7.1: EC2 key, curve P-256, x and y. */
const CoseKey = z.map(z.int(), z.unknown()).transform((key, context) => {
  const [x, y] = [key.get(-2), key.get(-3)];
  const sound = key.size === 4 && key.get(1) === 2 && key.get(-1) === 1;
  if (sound && x instanceof Uint8Array && y instanceof Uint8Array && x.length === 32 && y.length === 32) {
    const spki = spkiOf(Uint8Array.of(0x04, ...x, ...y));
    if (spki !== undefined) return spki;
  }
  context.addIssue({ code: "custom", message: "not a P-256 key" });
  return z.NEVER;
});

function coseKeyOf(spki: Uint8Array): Map<number, unknown> {
  const point = pointOf(spki);
  if (point === undefined) throw new WardkeyError("credential-invalid", "the holder's key is not a P-256 key in DER");
  return new Map<number, unknown>([
    [1, 2],
    [-1, 1],
    [-2, point.slice(1, 33)],
    [-3, point.slice(33)],
  ]);
}

const Claims = z.strictObject({
  issuer: Id,
  subject: Id,
  expires: Seconds,
  issued: Seconds,
  /** RFC 8747 3.1: confirmation by COSE_Key (member 1). */
  confirmation: z
    .map(z.literal(1), CoseKey)
    .refine((members) => members.size === 1)
    .transform((members) => members.get(1)),
  name: DisplayName,
  templateDigest: exactBytes(32),
  epoch: Epoch.min(1),
});

/** CWT claims (RFC 8392, RFC 8747); the last three are private. */
const KEYS: IntegerKeys<z.input<typeof Claims>> = {
  issuer: 1,
  subject: 2,
  expires: 4,
  issued: 6,
  confirmation: 8,
  name: -65_537,
  templateDigest: -65_538,
  epoch: -65_539,
};

/** Signs a credential. Throws `credential-invalid` for one that no reader would accept. */
export async function issueCredential(credential: Credential, issuer: Issuer): Promise<Uint8Array> {
  const claims = {
    issuer: credential.site,
    subject: credential.staffId,
    expires: toSeconds(credential.expiresAt),
    issued: toSeconds(credential.issuedAt),
    confirmation: new Map([[1, coseKeyOf(credential.holderKey)]]),
    name: credential.name,
    templateDigest: credential.templateDigest,
    epoch: credential.epoch,
  };
  const checked = Claims.safeParse(claims);
  if (!checked.success) throw new WardkeyError("credential-invalid", z.prettifyError(checked.error));
  return signObject("wardkey-credential", encodeStrict(toIntegerMap(claims, KEYS)), issuer);
}

/** Is this a credential of this site, in force at `at`. */
export function verifyCredential(
  bytes: Uint8Array,
  trust: SiteTrust,
  at: Instant,
): Checked<{ credential: Credential }> {
  const opened = openSigned(bytes, "wardkey-credential");
  const claims = Claims.safeParse(fromIntegerMap(opened?.payload, KEYS));
  if (opened === undefined || !claims.success || claims.data.confirmation === undefined) {
    return refused("credential-malformed");
  }
  const signer = verifySigner(opened.chain, trust, at);
  if (!signer.ok) return signer;
  if (!opened.signedBy(signer.publicKey)) return refused("credential-signature");
  const { issuer, subject, name, confirmation, templateDigest, epoch, issued, expires } = claims.data;
  if (issuer !== trust.site) return refused("credential-site");
  const period = { notBefore: fromSeconds(issued), notAfter: fromSeconds(expires) };
  const place = placeInTime(period, at);
  if (place === "late") return refused("credential-expired");
  if (place === "early") return refused("credential-not-yet-valid");
  return {
    ok: true,
    credential: {
      site: issuer,
      staffId: subject,
      name,
      holderKey: confirmation,
      templateDigest,
      epoch,
      issuedAt: period.notBefore,
      expiresAt: period.notAfter,
    },
  };
}
