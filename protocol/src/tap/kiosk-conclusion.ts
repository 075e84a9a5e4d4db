import { sameBytes } from "../credential/cbor.js";
import { verifyCredential } from "../credential/credential.js";
import { prepareReceipt } from "../credential/receipt.js";
import { readerNamedBy } from "../credential/site-trust.js";
import { templateDigest } from "../credential/template.js";
import { WardkeyError } from "../errors.js";
import type { Instant } from "../units.js";
import { encodeConclusion, purposeOf } from "./bodies.js";
import { deriveKey, extendTranscript, seal } from "./crypto.js";
import { HeartbeatOpener } from "./heartbeat.js";
import type { KioskEffect, KioskEvent, KioskState, PreparedConclusion } from "./kiosk-types.js";
import { wipe } from "./machine.js";
import { encodeM4 } from "./messages.js";
import type { TapCode } from "./results.js";

type In<Phase extends KioskState["phase"]> = Extract<KioskState, { phase: Phase }>;

/** The receipt of an outcome, to be signed by the reader's key. */
export function prepareConclusion(input: {
  state: In<"awaiting-decision" | "awaiting-issue">;
  staffId: string;
  outcome: PreparedConclusion["outcome"];
  issued: PreparedConclusion["issued"];
  now: Instant;
}): PreparedConclusion {
  const { tap, secured } = input.state;
  const reader = readerNamedBy(tap.readerChain);
  if (reader === undefined)
    throw new WardkeyError("reader-certificate", "the certificate of this kiosk names no reader");
  const receipt = prepareReceipt(
    {
      site: reader.site,
      kiosk: reader.kiosk,
      staffId: input.staffId,
      purpose: purposeOf(tap.purpose),
      outcome: input.outcome,
      at: input.now,
      transcript: secured.transcript,
    },
    tap.readerChain,
  );
  return { receipt, outcome: input.outcome, issued: input.issued };
}

type PreparedEnrolment =
  | { readonly ok: true; readonly staffId: string; readonly prepared: PreparedConclusion }
  | { readonly ok: false; readonly code: TapCode };

/** Takes what the site issued, if it is for the key that this phone proved and for this template. Overwrites what it was given. */
export function prepareEnrolment(input: {
  state: In<"awaiting-issue">;
  event: Extract<KioskEvent, { type: "issued" }>;
  now: Instant;
}): PreparedEnrolment {
  const { state, event } = input;
  const checked = verifyCredential(event.credential, state.tap.trust, input.now);
  const digest = templateDigest(event.template);
  const template = event.template?.copy() ?? null;
  const eidKey = Uint8Array.from(event.eidKey);
  event.template?.overwrite();
  wipe(event.eidKey);
  const code = checked.ok ? mismatch(checked.credential, { digest, holderKey: state.holderKey }) : checked.code;
  if (!checked.ok || code !== undefined) {
    wipe(template, eidKey);
    return { ok: false, code: code ?? "credential-malformed" };
  }
  const { staffId } = checked.credential;
  const issued = { credential: event.credential, template, eidKey };
  return {
    ok: true,
    staffId,
    prepared: prepareConclusion({ state, staffId, outcome: "enrolled", issued, now: input.now }),
  };
}

function mismatch(
  credential: { holderKey: Uint8Array; templateDigest: Uint8Array },
  expected: { digest: Uint8Array; holderKey: Uint8Array },
): TapCode | undefined {
  if (!sameBytes(credential.holderKey, expected.holderKey)) return "holder-key-mismatch";
  return sameBytes(credential.templateDigest, expected.digest) ? undefined : "template-mismatch";
}

/** M4 and what follows it: a session that heartbeats keep, or the end of the link. */
export function concludeWith(state: In<"signing-receipt">, signature: Uint8Array): KioskEffect[] {
  const { tap, secured, staffId, prepared } = state;
  const { shared, transcript } = secured;
  const receipt = prepared.receipt.assemble(signature);
  const clear = encodeConclusion({ receipt, denyNotice: tap.denyNotice, issued: prepared.issued });
  wipe(prepared.issued?.template, prepared.issued?.eidKey);
  const key = deriveKey({ shared, transcript, use: "M4 kiosk" });
  const message = encodeM4(seal({ key, counter: 0, transcript }, clear));
  wipe(key, clear);
  const finished: KioskEffect = {
    type: "finished",
    purpose: purposeOf(tap.purpose),
    outcome: prepared.outcome,
    code: null,
    staffId,
  };
  const send: KioskEffect = { type: "send", message };
  if (prepared.outcome !== "unlocked") return [send, finished, { type: "close" }];
  const whole = extendTranscript(transcript, message);
  const heartbeat = new HeartbeatOpener({
    key: deriveKey({ shared, transcript: whole, use: "heartbeat phone" }),
    transcript: whole,
  });
  return [send, { type: "established", heartbeat, transcript }, finished];
}
