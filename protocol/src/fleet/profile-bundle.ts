import { createHash } from "node:crypto";
import { z } from "zod";
import type { Issuer } from "../credential/cose.js";
import { jsonOf, openJws, signJws } from "../credential/jws.js";
import { type CredentialCode, refused } from "../credential/results.js";
import { type SiteTrust, verifyPolicySigner } from "../credential/site-trust.js";
import { CLOCK_TOLERANCE } from "../credential/validity.js";
import { WardkeyError } from "../errors.js";
import { type Instant, instant } from "../units.js";
import { MAX_SIGNED_PROFILES } from "./messages.js";

/** Profiles of peripherals under the site's policy key: what a kiosk keeps, and checks again at every start. Needs Node. */

const TYPE = "wardkey-profiles+jwt";

const Frame = z.strictObject({
  v: z.literal(1),
  site: z.string().regex(/^[a-z0-9-]{1,63}$/),
  /** Only grows. */
  version: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  issuedAt: z.number().int().nonnegative().max(8_640_000_000_000_000),
  /** Whoever uses them knows their form: firmware-profiles. */
  profiles: z.array(z.unknown()).max(200),
  retired: z.array(z.string().regex(/^[a-z0-9-]{1,63}$/)).max(200),
});
export type ProfileFrame = Readonly<z.infer<typeof Frame>>;

export type ProfilesCode =
  | "profiles-malformed"
  | "profiles-signature"
  | "profiles-site"
  | "profiles-not-yet-valid"
  | CredentialCode;

export type ProfilesCheck =
  | { readonly ok: true; readonly frame: ProfileFrame; readonly digest: string }
  | { readonly ok: false; readonly code: ProfilesCode };

/** The exact bytes that are signed, and that people approve by their digest. Throws `profiles-invalid`. */
export function profileBytes(frame: ProfileFrame): { readonly bytes: Uint8Array; readonly digest: string } {
  const parsed = Frame.safeParse(frame);
  if (!parsed.success) throw new WardkeyError("profiles-invalid", "no kiosk would accept these profiles");
  const bytes = Uint8Array.from(Buffer.from(JSON.stringify(parsed.data), "utf8"));
  return { bytes, digest: createHash("sha256").update(bytes).digest("base64url") };
}

/** Throws `profiles-invalid` for what no kiosk would accept, also for what is too large. */
export async function signProfiles(frame: ProfileFrame, issuer: Issuer): Promise<string> {
  const jws = await signJws({ typ: TYPE, payload: profileBytes(frame).bytes }, issuer);
  if (jws.length > MAX_SIGNED_PROFILES) throw new WardkeyError("profiles-invalid", "these profiles are too large");
  return jws;
}

/**
 * Are these profiles of this site, by its policy key, signed while that key was good. They hold until newer ones come:
 * a reader must not fall silent because a certificate ended.
 */
export function verifyProfiles(jws: string, { trust, at }: { trust: SiteTrust; at: Instant }): ProfilesCheck {
  const opened = openJws(jws, TYPE, MAX_SIGNED_PROFILES);
  const parsed = Frame.safeParse(opened === undefined ? undefined : jsonOf(opened.payload));
  if (opened === undefined || !parsed.success) return refused("profiles-malformed");
  const frame = parsed.data;
  if (at + CLOCK_TOLERANCE < frame.issuedAt) return refused("profiles-not-yet-valid");
  const signer = verifyPolicySigner(opened.chain, trust, instant(frame.issuedAt));
  if (!signer.ok) return signer;
  if (!opened.signedBy(signer.publicKey)) return refused("profiles-signature");
  if (frame.site !== trust.site) return refused("profiles-site");
  return { ok: true, frame, digest: createHash("sha256").update(opened.payload).digest("base64url") };
}
