import { timingSafeEqual } from "node:crypto";
import { sameBytes } from "../credential/cbor.js";
import { type Credential, verifyCredential } from "../credential/credential.js";
import { signatureHolds } from "../credential/p256.js";
import { OpaqueTemplate } from "../credential/template.js";
import type { Instant } from "../units.js";
import { type Application, decodeApplication, decodeProof, decodeRelease, type Proof, type Release } from "./bodies.js";
import { commitment, signatureInput, tokenProof } from "./crypto.js";
import type { KioskTapInput } from "./kiosk-types.js";
import { wipe } from "./machine.js";
import type { TapCode } from "./results.js";

export type JudgedRelease =
  | { readonly ok: true; readonly credential: Credential; readonly template: OpaqueTemplate; readonly release: Release }
  | { readonly ok: false; readonly code: TapCode };

/**
 * Every check before a template is compared with a face: the revealed commitment, the credential, the holder's
 * signature over this handshake, that the holder is the one whom the identifier named, not denied, of a known epoch,
 * and that the template is the credential's. A refused template is overwritten here.
 */
export function judgeRelease(input: {
  tap: KioskTapInput;
  clear: Uint8Array;
  transcript: Uint8Array;
  committed: Uint8Array;
  now: Instant;
}): JudgedRelease {
  const body = decodeRelease(input.clear);
  if (body === undefined) return { ok: false, code: "message-malformed" };
  const { covered, signature, fields } = body;
  const template = new OpaqueTemplate(fields.template);
  const bytes = signatureInput({ role: "phone", transcript: input.transcript, body: covered });
  wipe(covered, fields.template);
  const verdict = judge({ ...input, release: fields, template, signedBy: { bytes, signature } });
  if ("holderKey" in verdict) return { ok: true, credential: verdict, template, release: fields };
  template.overwrite();
  return { ok: false, code: verdict.code };
}

function judge(input: {
  tap: KioskTapInput;
  release: Release;
  template: OpaqueTemplate;
  signedBy: SignedBy;
  committed: Uint8Array;
  now: Instant;
}): Credential | { code: TapCode } {
  const { tap, release, template } = input;
  if (tap.purpose !== "unlock") return { code: "purpose-unexpected" };
  const holder = judgeHolder({ ...input, tap, shown: release });
  if (!("holderKey" in holder)) return holder;
  return sameBytes(holder.templateDigest, template.digest()) ? holder : { code: "template-mismatch" };
}

export type JudgedProof =
  | { readonly ok: true; readonly credential: Credential; readonly proof: Proof }
  | { readonly ok: false; readonly code: TapCode };

/** The same checks of a phone that shows its key and keeps its template. */
export function judgeProof(input: {
  tap: KioskTapInput;
  clear: Uint8Array;
  transcript: Uint8Array;
  committed: Uint8Array;
  now: Instant;
}): JudgedProof {
  const { tap } = input;
  const body = decodeProof(input.clear);
  if (body === undefined) return { ok: false, code: "message-malformed" };
  if (tap.purpose !== "prove") return { ok: false, code: "purpose-unexpected" };
  const { covered, signature, fields } = body;
  const bytes = signatureInput({ role: "phone", transcript: input.transcript, body: covered });
  const holder = judgeHolder({ ...input, tap, shown: fields, signedBy: { bytes, signature } });
  return "holderKey" in holder ? { ok: true, credential: holder, proof: fields } : { ok: false, code: holder.code };
}

interface SignedBy {
  readonly bytes: Uint8Array;
  readonly signature: Uint8Array;
}

function judgeHolder(input: {
  tap: Exclude<KioskTapInput, { purpose: "enrol" }>;
  shown: Pick<Release, "nonce" | "credential">;
  signedBy: SignedBy;
  committed: Uint8Array;
  now: Instant;
}): Credential | { code: TapCode } {
  const { tap, shown } = input;
  if (!sameBytes(commitment(shown.nonce, null), input.committed)) return { code: "commitment-mismatch" };
  const checked = verifyCredential(shown.credential, tap.trust, input.now);
  if (!checked.ok) return { code: checked.code };
  const { credential } = checked;
  if (!signatureHolds({ publicKey: credential.holderKey, ...input.signedBy })) return { code: "holder-signature" };
  if (credential.staffId !== tap.expected.staffId) return { code: "holder-unexpected" };
  if (tap.deniedHolders.has(credential.staffId)) return { code: "holder-denied" };
  if (!tap.expected.epochs.includes(credential.epoch)) return { code: "epoch-unexpected" };
  return credential;
}

export type JudgedApplication =
  | { readonly ok: true; readonly application: Application }
  | { readonly ok: false; readonly code: TapCode };

/** Every check before a code is shown: the revealed commitment, the offer's token and its time, possession of the new key. */
export function judgeApplication(input: {
  tap: KioskTapInput;
  clear: Uint8Array;
  transcript: Uint8Array;
  committed: Uint8Array;
  now: Instant;
}): JudgedApplication {
  const { tap, transcript } = input;
  const no = (code: TapCode): JudgedApplication => ({ ok: false, code });
  const body = decodeApplication(input.clear);
  if (body === undefined) return no("message-malformed");
  if (tap.purpose !== "enrol") return no("purpose-unexpected");
  if (input.now > tap.offer.expiresAt) return no("offer-expired");
  const { nonce, holderKey, tokenProof: proof } = body.fields;
  if (!sameBytes(commitment(nonce, holderKey), input.committed)) return no("commitment-mismatch");
  if (!timingSafeEqual(tokenProof(tap.offer.token, transcript), proof)) return no("token-wrong");
  const bytes = signatureInput({ role: "phone", transcript, body: body.covered });
  if (!signatureHolds({ publicKey: holderKey, bytes, signature: body.signature })) return no("holder-signature");
  return { ok: true, application: body.fields };
}
