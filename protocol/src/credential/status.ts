import { z } from "zod";
import { WardkeyError } from "../errors.js";
import type { Instant } from "../units.js";
import { encodeStrict, exactBytes, fromIntegerMap, type IntegerKeys, toIntegerMap } from "./cbor.js";
import { type Issuer, openSigned, signObject } from "./cose.js";
import { Epoch, fromSeconds, Id, Seconds, toSeconds } from "./fields.js";
import { type Checked, refused } from "./results.js";
import { type SiteTrust, verifySigner } from "./site-trust.js";
import { placeInTime } from "./validity.js";

/** The site's word that a kiosk is in good standing: the offline lease, and the deny epoch that was current when it was given. */
export interface ReaderStatus {
  readonly site: string;
  readonly kiosk: string;
  /** SHA-256 of the reader's public key: a kiosk replaced under its old name leaves nothing to who stole the old one. */
  readonly readerKey: Uint8Array;
  readonly denyEpoch: number;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
}

const Claims = z.strictObject({
  issuer: Id,
  subject: Id,
  expires: Seconds,
  notBefore: Seconds,
  denyEpoch: Epoch,
  readerKey: exactBytes(32),
});
/** CWT claims (RFC 8392) and two private ones. */
const KEYS: IntegerKeys<z.infer<typeof Claims>> = {
  issuer: 1,
  subject: 2,
  expires: 4,
  notBefore: 5,
  denyEpoch: -65_540,
  readerKey: -65_546,
};

/** Signs a status. Throws `status-invalid` for one that no phone would accept. */
export async function issueStatus(status: ReaderStatus, issuer: Issuer): Promise<Uint8Array> {
  const claims = Claims.safeParse({
    issuer: status.site,
    subject: status.kiosk,
    expires: toSeconds(status.notAfter),
    notBefore: toSeconds(status.notBefore),
    denyEpoch: status.denyEpoch,
    readerKey: status.readerKey,
  });
  if (!claims.success) throw new WardkeyError("status-invalid", z.prettifyError(claims.error));
  return signObject("wardkey-status", encodeStrict(toIntegerMap(claims.data, KEYS)), issuer);
}

/** Is this a status by this site, in force at `at`. Whose it is, and whether its epoch is new enough, is the caller's to compare. */
export function verifyStatus(bytes: Uint8Array, trust: SiteTrust, at: Instant): Checked<{ status: ReaderStatus }> {
  const opened = openSigned(bytes, "wardkey-status");
  const claims = Claims.safeParse(fromIntegerMap(opened?.payload, KEYS));
  if (opened === undefined || !claims.success) return refused("status-malformed");
  const signer = verifySigner(opened.chain, trust, at);
  if (!signer.ok) return signer;
  if (!opened.signedBy(signer.publicKey)) return refused("status-signature");
  const { issuer, subject, denyEpoch, notBefore, expires, readerKey } = claims.data;
  if (issuer !== trust.site) return refused("status-site");
  const status: ReaderStatus = {
    site: issuer,
    kiosk: subject,
    readerKey,
    denyEpoch,
    notBefore: fromSeconds(notBefore),
    notAfter: fromSeconds(expires),
  };
  const place = placeInTime(status, at);
  if (place === "late") return refused("status-expired");
  if (place === "early") return refused("status-not-yet-valid");
  return { ok: true, status };
}
