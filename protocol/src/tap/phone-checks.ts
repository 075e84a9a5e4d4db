import { sameBytes } from "../credential/cbor.js";
import { keyDigest, sha256, signatureHolds } from "../credential/p256.js";
import { createSiteTrust, type Reader, readerNamedBy, type SiteTrust, verifyReader } from "../credential/site-trust.js";
import { verifyStatus } from "../credential/status.js";
import { type Instant, instant } from "../units.js";
import { type Body, type Introduction, purposeOf } from "./bodies.js";
import { signatureInput } from "./crypto.js";
import type { PhoneEffect, PhoneErrand, ProvenReader } from "./phone-types.js";
import { checkQuota } from "./quota.js";
import type { TapCode } from "./results.js";

type Learned = Extract<PhoneEffect, { type: "learned" }>;

/** What a phone makes of a kiosk's introduction. News that the site signed is kept even when the kiosk is refused. */
export type Judged =
  | { readonly ok: true; readonly proven: ProvenReader; readonly learned: Learned }
  | { readonly ok: false; readonly code: TapCode; readonly reader: Reader | null; readonly learned: Learned | null };

/** The phone's time for validities: never before what the site has already signed. */
export function timeFor(errand: PhoneErrand, now: Instant): Instant {
  return errand.purpose === "unlock" ? instant(Math.max(now, errand.memory.latestTime)) : now;
}

/**
 * Every check before a phone says whose it is: chain, usage, site and dates of the certificate; the signature over this
 * handshake; the status, whose, when and of which epoch; denied kiosks; the offer, in an enrolment; the quota.
 */
export function judgeIntroduction(input: {
  errand: PhoneErrand;
  body: Body<Introduction>;
  transcript: Uint8Array;
  now: Instant;
}): Judged {
  const { errand, body } = input;
  const at = timeFor(errand, input.now);
  const unknown = (code: TapCode): Judged => ({ ok: false, code, reader: null, learned: null });
  const trusted = trustFor(errand, body.fields, at);
  if (!trusted.ok) return unknown(trusted.code);
  const checked = verifyReader(body.fields.chain, trusted.trust, at);
  if (!checked.ok) return unknown(checked.code);
  const { reader } = checked;
  const bytes = signatureInput({ role: "kiosk", transcript: input.transcript, body: body.covered });
  if (!signatureHolds({ publicKey: reader.publicKey, bytes, signature: body.signature })) {
    return unknown("reader-signature");
  }
  const status = verifyStatus(body.fields.status, trusted.trust, at);
  if (!status.ok) return { ok: false, code: status.code, reader, learned: null };
  const { denyEpoch, notBefore, kiosk, readerKey } = status.status;
  const learned: Learned = { type: "learned", denyEpoch, deniedKiosks: null, time: notBefore };
  const own = kiosk === reader.kiosk && sameBytes(readerKey, keyDigest(reader.publicKey));
  const code = own ? objection({ errand, reader, body, denyEpoch, at }) : "status-kiosk";
  if (code !== undefined) return { ok: false, code, reader, learned };
  const { policyVersion, purpose: request, leastConsent } = body.fields;
  return {
    ok: true,
    proven: { reader, trust: trusted.trust, denyEpoch, policyVersion, request, leastConsent },
    learned,
  };
}

/** An enrolling phone takes the root from the kiosk, if it is the one that the offer names. */
function trustFor(
  errand: PhoneErrand,
  introduction: Introduction,
  at: Instant,
): { ok: true; trust: SiteTrust } | { ok: false; code: TapCode } {
  if (errand.purpose === "unlock") return { ok: true, trust: errand.trust };
  if (at > errand.offer.expiresAt) return { ok: false, code: "offer-expired" };
  const { root, chain } = introduction;
  if (root === null || !sameBytes(sha256(root), errand.offer.rootDigest)) return { ok: false, code: "offer-root" };
  const site = readerNamedBy(chain)?.site;
  if (site === undefined) return { ok: false, code: "certificate-malformed" };
  return createSiteTrust({ site, rootCertificate: root });
}

function objection(input: {
  errand: PhoneErrand;
  reader: Reader;
  body: Body<Introduction>;
  denyEpoch: number;
  at: Instant;
}): TapCode | undefined {
  const { errand, reader, at } = input;
  if (purposeOf(input.body.fields.purpose) !== errand.purpose) return "purpose-unexpected";
  if (errand.purpose === "enrol") {
    return sameBytes(keyDigest(reader.publicKey), errand.offer.kioskKeyDigest) ? undefined : "offer-kiosk";
  }
  const { memory } = errand;
  if (memory.deniedKiosks.has(reader.kiosk)) return "kiosk-denied";
  if (input.denyEpoch < memory.highestDenyEpoch) return "status-epoch";
  const quota = checkQuota({ releases: memory.releases, kiosk: reader.kiosk, now: at, limits: memory.limits });
  return quota.ok ? undefined : quota.code;
}
