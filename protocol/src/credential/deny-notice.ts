import { z } from "zod";
import { WardkeyError } from "../errors.js";
import type { Instant } from "../units.js";
import { encodeStrict, fromIntegerMap, type IntegerKeys, toIntegerMap } from "./cbor.js";
import { type Issuer, openSigned, signObject } from "./cose.js";
import { Epoch, fromSeconds, Id, Seconds, toSeconds } from "./fields.js";
import { type Checked, refused } from "./results.js";
import { type SiteTrust, verifySigner } from "./site-trust.js";
import { CLOCK_TOLERANCE } from "./validity.js";

/**
 * The kiosks that the site denies, as a phone hears of them: through any kiosk. The site signs it, because a stolen
 * kiosk would otherwise turn phones against every honest one.
 */
export interface DenyNotice {
  readonly site: string;
  readonly denyEpoch: number;
  readonly kiosks: readonly string[];
  readonly issuedAt: Instant;
}

/** The newest: older denials end with the status of the denied, at most 72 h later. */
export const MAX_DENIED_KIOSKS = 24;

const Claims = z.strictObject({
  issuer: Id,
  issued: Seconds,
  denyEpoch: Epoch,
  kiosks: z.array(Id).max(MAX_DENIED_KIOSKS),
});
const KEYS: IntegerKeys<z.infer<typeof Claims>> = { issuer: 1, issued: 6, denyEpoch: -65_540, kiosks: -65_541 };

/** Signs a notice. Throws `notice-invalid` for one that no phone would accept. */
export async function issueDenyNotice(notice: DenyNotice, issuer: Issuer): Promise<Uint8Array> {
  const claims = Claims.safeParse({
    issuer: notice.site,
    issued: toSeconds(notice.issuedAt),
    denyEpoch: notice.denyEpoch,
    kiosks: [...notice.kiosks],
  });
  if (!claims.success) throw new WardkeyError("notice-invalid", z.prettifyError(claims.error));
  return signObject("wardkey-notice", encodeStrict(toIntegerMap(claims.data, KEYS)), issuer);
}

/** Is this a notice by this site. Its age is judged by its epoch, which only grows. */
export function verifyDenyNotice(bytes: Uint8Array, trust: SiteTrust, at: Instant): Checked<{ notice: DenyNotice }> {
  const opened = openSigned(bytes, "wardkey-notice");
  const claims = Claims.safeParse(fromIntegerMap(opened?.payload, KEYS));
  if (opened === undefined || !claims.success) return refused("notice-malformed");
  const signer = verifySigner(opened.chain, trust, at);
  if (!signer.ok) return signer;
  if (!opened.signedBy(signer.publicKey)) return refused("notice-signature");
  const { issuer, denyEpoch, kiosks, issued } = claims.data;
  if (issuer !== trust.site) return refused("notice-site");
  const issuedAt = fromSeconds(issued);
  if (at + CLOCK_TOLERANCE < issuedAt) return refused("notice-not-yet-valid");
  return { ok: true, notice: { site: issuer, denyEpoch, kiosks, issuedAt } };
}
