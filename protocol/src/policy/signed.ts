import { createHash } from "node:crypto";
import type { Issuer } from "../credential/cose.js";
import { jsonOf, openJws, signJws } from "../credential/jws.js";
import { type CredentialCode, refused } from "../credential/results.js";
import { type SiteTrust, verifyPolicySigner } from "../credential/site-trust.js";
import { CLOCK_TOLERANCE } from "../credential/validity.js";
import { WardkeyError } from "../errors.js";
import { days, type Instant, instant } from "../units.js";
import { contradictionsOf } from "./contradictions.js";
import { type DeviceFacts, type PolicyDocument, type PolicyFinding, parsePolicy } from "./document.js";
import { lint, MAX_VALIDITY_DAYS } from "./lint.js";
import { resolve } from "./resolve.js";

/** A policy under the site's policy key: a compact JWS over the document's JSON. Needs Node; the rest of this folder does not. */

const TYPE = "wardkey-policy+jwt";
/** As `PolicyHeadBody` allows for one policy. */
export const MAX_SIGNED_POLICY = 64 * 1024;

export type SignedPolicyCode =
  | "policy-malformed"
  | "policy-signature"
  | "policy-site"
  | "policy-expired"
  | "policy-not-yet-valid"
  | "policy-contradictory"
  | "policy-over-broad"
  | CredentialCode;

export interface VerifiedPolicy {
  readonly document: PolicyDocument;
  /** Base64url SHA-256 over the exact bytes that were signed: what a person's approval and a device's report name. */
  readonly digest: string;
  /** Of the certificate that signed, hexadecimal. */
  readonly serial: string;
}

export type PolicyCheck =
  | { readonly ok: true; readonly policy: VerifiedPolicy }
  | { readonly ok: false; readonly code: SignedPolicyCode };

/** The bytes that are signed: members in the schema's order. Throws `policy-invalid` for what has not the form. */
export function policyBytes(document: PolicyDocument): Uint8Array {
  const parsed = parsePolicy(document);
  if (!parsed.ok) throw invalid(parsed.findings);
  return Uint8Array.from(Buffer.from(JSON.stringify(parsed.document), "utf8"));
}

/** The name of a policy: base64url SHA-256 of the bytes that are signed. */
export const policyDigest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("base64url");

/** Signs a policy. Throws `policy-invalid` for one that no device would accept. */
export async function signPolicy(document: PolicyDocument, issuer: Issuer): Promise<{ jws: string; digest: string }> {
  const payload = policyBytes(document);
  const wrong = lint(document).filter(({ severity }) => severity === "error");
  if (wrong.length > 0) throw invalid(wrong);
  const jws = await signJws({ typ: TYPE, payload }, issuer);
  if (jws.length > MAX_SIGNED_POLICY) throw new WardkeyError("policy-invalid", "policy-too-large at document");
  return { jws, digest: policyDigest(payload) };
}

/**
 * Is this a policy of this site, by its policy key, in force at `at`. `expired: "accepted"` still refuses everything else:
 * for a device that keeps working by the strictest settings over what it knew.
 */
export function verifyPolicy(
  jws: string,
  check: {
    readonly trust: SiteTrust;
    readonly at: Instant;
    readonly expired?: "refused" | "accepted";
    /** Also refuses with `policy-contradictory` what this device could not work by. */
    readonly device?: DeviceFacts;
  },
): PolicyCheck {
  const { trust, at, expired = "refused", device } = check;
  const opened = openJws(jws, TYPE, MAX_SIGNED_POLICY);
  if (opened === undefined) return refused("policy-malformed");
  const parsed = parsePolicy(jsonOf(opened.payload));
  if (!parsed.ok) return refused("policy-malformed");
  const { document } = parsed;
  // A policy never outlives its signer; one that expired is judged at its own last moment.
  const moment = expired === "accepted" && at > document.expiresAt ? instant(document.expiresAt) : at;
  const signer = verifyPolicySigner(opened.chain, trust, moment);
  if (!signer.ok) return signer;
  if (!opened.signedBy(signer.publicKey)) return refused("policy-signature");
  if (document.site !== trust.site) return refused("policy-site");
  if (document.expiresAt - document.issuedAt > days(MAX_VALIDITY_DAYS)) return refused("policy-over-broad");
  if (device !== undefined && contradictionsOf(resolve(document, device).settings).length > 0) {
    return refused("policy-contradictory");
  }
  if (at + CLOCK_TOLERANCE < document.issuedAt) return refused("policy-not-yet-valid");
  if (at > document.expiresAt && expired === "refused") return refused("policy-expired");
  return { ok: true, policy: { document, digest: policyDigest(opened.payload), serial: signer.serial } };
}

function invalid(findings: readonly PolicyFinding[]): WardkeyError {
  const first = findings.slice(0, 5).map(({ code, path }) => `${code} at ${path}`);
  return new WardkeyError("policy-invalid", first.join("; "));
}
