import { sameBytes } from "../credential/cbor.js";
import { verifyCredential } from "../credential/credential.js";
import { verifyDenyNotice } from "../credential/deny-notice.js";
import { type Receipt, verifyReceipt } from "../credential/receipt.js";
import { OpaqueTemplate, templateDigest } from "../credential/template.js";
import { type Conclusion, decodeConclusion } from "./bodies.js";
import { deriveKey, extendTranscript, unseal } from "./crypto.js";
import { HeartbeatSealer } from "./heartbeat.js";
import { type Moment, wipe } from "./machine.js";
import { decodeM4 } from "./messages.js";
import { timeFor } from "./phone-checks.js";
import type { PhoneEffect, PhoneState } from "./phone-types.js";
import type { TapCode } from "./results.js";

type Awaiting = Extract<PhoneState, { phase: "awaiting-conclusion" }>;
type Concluded =
  | { readonly ok: true; readonly effects: readonly PhoneEffect[] }
  | { readonly ok: false; readonly code: TapCode };
const no = (code: TapCode): Concluded => ({ ok: false, code });

/** What a phone makes of M4: a receipt that it can keep, news that the site signed, and what an enrolment brought. */
export function conclude(state: Awaiting, message: Uint8Array, at: Moment): Concluded {
  const { shared, transcript } = state.secured;
  const sealed = decodeM4(message);
  if (sealed === undefined) return no("message-malformed");
  const key = deriveKey({ shared, transcript, use: "M4 kiosk" });
  const clear = unseal({ key, counter: 0, transcript }, sealed);
  wipe(key);
  if (clear === undefined) return no("message-unauthentic");
  const conclusion = decodeConclusion(clear);
  wipe(clear);
  if (conclusion === undefined) return no("message-malformed");
  const concluded = judge({ state, conclusion, message, at });
  if (!concluded.ok) wipe(conclusion.issued?.template, conclusion.issued?.eidKey);
  return concluded;
}

function judge(input: { state: Awaiting; conclusion: Conclusion; message: Uint8Array; at: Moment }): Concluded {
  const { state, conclusion, message, at } = input;
  const { errand, proven, secured } = state;
  const { shared, transcript } = secured;
  const now = timeFor(errand, at.now);
  const checked = verifyReceipt(conclusion.receipt, proven.trust, now);
  if (!checked.ok) return no(checked.code);
  const { receipt, reader } = checked;
  const same = sameBytes(reader.publicKey, proven.reader.publicKey) && sameBytes(receipt.transcript, transcript);
  if (!same || receipt.purpose !== errand.purpose) return no("receipt-mismatch");
  const news = newsIn(conclusion, state, at);
  if (!news.ok) return news;
  const kept: PhoneEffect = { type: "store-receipt", receipt: conclusion.receipt, facts: receipt };
  if (errand.purpose === "enrol") {
    const enrolled = enrolmentIn({ conclusion, receipt, state, at });
    if (!enrolled.ok) return enrolled;
    return { ok: true, effects: [...news.effects, ...enrolled.effects, kept, ...finish(state, "enrolled")] };
  }
  if (conclusion.issued !== null || receipt.staffId !== state.staffId || receipt.outcome === "enrolled") {
    return no("receipt-mismatch");
  }
  if (receipt.outcome !== "unlocked") {
    return { ok: true, effects: [...news.effects, kept, ...finish(state, receipt.outcome)] };
  }
  const whole = extendTranscript(transcript, message);
  const session = { key: deriveKey({ shared, transcript: whole, use: "heartbeat phone" }), transcript: whole };
  const established: PhoneEffect = { type: "established", heartbeat: new HeartbeatSealer(session) };
  return { ok: true, effects: [...news.effects, kept, established, ...finish(state, "unlocked")] };
}

function finish(state: Awaiting, outcome: "unlocked" | "not-matched" | "refused" | "enrolled"): PhoneEffect[] {
  const { purpose } = state.errand;
  const { reader, request } = state.proven;
  const finished: PhoneEffect = {
    type: "finished",
    purpose,
    outcome,
    code: null,
    reader,
    released: request === "unlock",
    receipt: true,
  };
  return outcome === "unlocked" ? [finished] : [finished, { type: "close" }];
}

/** A notice older than what this phone knows is no news; one that the site did not sign ends the tap. */
function newsIn(conclusion: Conclusion, state: Awaiting, at: Moment): Concluded {
  if (conclusion.denyNotice === null) return { ok: true, effects: [] };
  const { errand, proven } = state;
  const checked = verifyDenyNotice(conclusion.denyNotice, proven.trust, timeFor(errand, at.now));
  if (!checked.ok) return no(checked.code);
  const { denyEpoch, kiosks, issuedAt } = checked.notice;
  const known = Math.max(proven.denyEpoch, errand.purpose === "unlock" ? errand.memory.highestDenyEpoch : 0);
  if (denyEpoch < known) return { ok: true, effects: [] };
  return { ok: true, effects: [{ type: "learned", denyEpoch, deniedKiosks: kiosks, time: issuedAt }] };
}

function enrolmentIn(input: { conclusion: Conclusion; receipt: Receipt; state: Awaiting; at: Moment }): Concluded {
  const { issued } = input.conclusion;
  const { errand, proven } = input.state;
  if (issued === null || errand.purpose !== "enrol") return no("receipt-mismatch");
  const template = issued.template === null ? null : new OpaqueTemplate(issued.template);
  wipe(issued.template);
  const code = objection({ ...input, credential: issued.credential, template });
  if (typeof code === "string") {
    template?.overwrite();
    return no(code);
  }
  const { credential, eidKey } = issued;
  const effect: PhoneEffect = {
    type: "enrolled",
    trust: proven.trust,
    credentialBytes: credential,
    credential: code.credential,
    template,
    eidKey,
  };
  return { ok: true, effects: [effect] };
}

function objection(input: {
  credential: Uint8Array;
  template: OpaqueTemplate | null;
  receipt: Receipt;
  state: Awaiting;
  at: Moment;
}) {
  const { errand, proven } = input.state;
  const checked = verifyCredential(input.credential, proven.trust, timeFor(errand, input.at.now));
  if (!checked.ok) return checked.code;
  const { credential } = checked;
  if (errand.purpose !== "enrol" || !sameBytes(credential.holderKey, errand.holderKey)) return "holder-key-mismatch";
  if (!sameBytes(credential.templateDigest, templateDigest(input.template))) return "template-mismatch";
  const { outcome, staffId } = input.receipt;
  return outcome === "enrolled" && staffId === credential.staffId ? { credential } : "receipt-mismatch";
}
