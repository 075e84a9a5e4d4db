import { readerNamedBy } from "../credential/site-trust.js";
import { assertNever, WardkeyError } from "../errors.js";
import { encodeBody, encodeIntroduction, purposeOf } from "./bodies.js";
import {
  agree,
  deriveKey,
  extendTranscript,
  makeEphemeralKey,
  openTranscript,
  seal,
  shortCode,
  signatureInput,
  unseal,
} from "./crypto.js";
import { judgeApplication, judgeProof, judgeRelease } from "./kiosk-checks.js";
import { concludeWith, prepareConclusion, prepareEnrolment } from "./kiosk-conclusion.js";
import type { KioskEffect, KioskEvent, KioskState, KioskTapInput } from "./kiosk-types.js";
import { type Moment, PATIENCE, type Step, wipe } from "./machine.js";
import {
  CLOSE_MESSAGE,
  decodeHello,
  decodeM3,
  encodeAnswer,
  encodeAnswerHead,
  isClose,
  SUPPORTED_VERSIONS,
  VERSION,
} from "./messages.js";
import type { TapCode } from "./results.js";

type KioskStep = Step<KioskState, KioskEffect>;
type Live = Exclude<KioskState, { phase: "ended" }>;
type In<Phase extends KioskState["phase"]> = Extract<KioskState, { phase: Phase }>;

/**
 * Begins a tap on the kiosk, which waits for the phone to speak. Throws `reader-certificate` when its own certificate
 * names no reader; whether a phone will accept it is for the phone to say.
 */
export function startKioskTap(tap: KioskTapInput, at: Moment): KioskStep {
  if (readerNamedBy(tap.readerChain) === undefined) {
    throw new WardkeyError("reader-certificate", "the certificate of this kiosk names no reader");
  }
  return { state: { phase: "awaiting-hello", tap, deadline: at.monotonic + PATIENCE.message }, effects: [] };
}

/** The kiosk's side of a tap: pure but for the secrets in a state, which it overwrites when they have served. */
export function kioskTap(state: KioskState, event: KioskEvent, at: Moment): KioskStep {
  if (state.phase === "ended") return discard(state, event);
  switch (event.type) {
    case "received":
      return received(state, event.message, at);
    case "signed":
      return signed(state, event.signature, at);
    case "decided": {
      if (state.phase !== "awaiting-decision") return { state, effects: [] };
      const { staffId } = state;
      const prepared = prepareConclusion({ state, staffId, outcome: event.outcome, issued: null, now: at.now });
      return signReceipt({ state, staffId, prepared, at });
    }
    case "codes-compared": {
      if (state.phase !== "awaiting-comparison") return { state, effects: [] };
      if (!event.agree) return refuse(state, "codes-differ");
      return { state: { ...state, phase: "awaiting-issue", deadline: at.monotonic + PATIENCE.enrolment }, effects: [] };
    }
    case "issued": {
      if (state.phase !== "awaiting-issue") return discard(state, event);
      const enrolment = prepareEnrolment({ state, event, now: at.now });
      if (!enrolment.ok) return refuse(state, enrolment.code);
      return signReceipt({ state, staffId: enrolment.staffId, prepared: enrolment.prepared, at });
    }
    case "tick":
      return at.monotonic > state.deadline ? refuse(state, "too-slow") : { state, effects: [] };
    case "closed":
      return breakOff(state, "link-closed");
    default:
      return assertNever(event);
  }
}

function received(state: Live, message: Uint8Array, at: Moment): KioskStep {
  if (isClose(message)) return breakOff(state, "peer-closed");
  switch (state.phase) {
    case "awaiting-hello":
      return answer(state, message, at);
    case "awaiting-release":
      return open(state, message, at);
    case "signing-answer":
    case "awaiting-decision":
    case "awaiting-comparison":
    case "awaiting-issue":
    case "signing-receipt":
      return refuse(state, "message-unexpected");
    default:
      return assertNever(state);
  }
}

function answer(state: In<"awaiting-hello">, message: Uint8Array, at: Moment): KioskStep {
  const { tap } = state;
  const hello = decodeHello(message);
  if (hello === undefined) return refuse(state, "message-malformed");
  if (!hello.versions.some((version) => SUPPORTED_VERSIONS.includes(version)))
    return refuse(state, "version-unsupported");
  const ephemeral = makeEphemeralKey(tap.randomBytes);
  const shared = agree(ephemeral, hello.ephemeralKey);
  if (shared === undefined) return refuse(state, "key-malformed");
  const before = extendTranscript(openTranscript(tap), message);
  const { publicKey } = ephemeral;
  const transcript = extendTranscript(before, encodeAnswerHead({ version: VERSION, ephemeralKey: publicKey }));
  const covered = encodeIntroduction({
    chain: tap.readerChain,
    status: tap.status,
    purpose: tap.purpose,
    policyVersion: tap.policyVersion,
    root: tap.purpose === "enrol" ? tap.trust.rootCertificate : null,
    leastConsent: tap.purpose === "enrol" ? "A" : tap.leastConsent,
  });
  return {
    state: {
      phase: "signing-answer",
      tap,
      secured: { shared, transcript },
      before,
      commitment: hello.commitment,
      ephemeralKey: publicKey,
      covered,
      deadline: at.monotonic + PATIENCE.message,
    },
    effects: [{ type: "sign", bytes: signatureInput({ role: "kiosk", transcript, body: covered }) }],
  };
}

function signed(state: Live, signature: Uint8Array, at: Moment): KioskStep {
  switch (state.phase) {
    case "signing-answer":
      return sendAnswer(state, signature, at);
    case "signing-receipt": {
      const effects = concludeWith(state, signature);
      wipe(state.secured.shared);
      return { state: { phase: "ended" }, effects };
    }
    case "awaiting-hello":
    case "awaiting-release":
    case "awaiting-decision":
    case "awaiting-comparison":
    case "awaiting-issue":
      return { state, effects: [] };
    default:
      return assertNever(state);
  }
}

function sendAnswer(state: In<"signing-answer">, signature: Uint8Array, at: Moment): KioskStep {
  const { shared, transcript } = state.secured;
  const key = deriveKey({ shared, transcript, use: "M2 kiosk" });
  const sealed = seal({ key, counter: 0, transcript }, encodeBody(state.covered, signature));
  wipe(key);
  const message = encodeAnswer({ version: VERSION, ephemeralKey: state.ephemeralKey, sealed });
  return {
    state: {
      phase: "awaiting-release",
      tap: state.tap,
      secured: { shared, transcript: extendTranscript(state.before, message) },
      commitment: state.commitment,
      deadline: at.monotonic + PATIENCE.person,
    },
    effects: [{ type: "send", message }],
  };
}

function open(state: In<"awaiting-release">, message: Uint8Array, at: Moment): KioskStep {
  const { tap, commitment: committed } = state;
  const { shared, transcript } = state.secured;
  const sealed = decodeM3(message);
  if (sealed === undefined) return refuse(state, "message-malformed");
  const key = deriveKey({ shared, transcript, use: "M3 phone" });
  const clear = unseal({ key, counter: 0, transcript }, sealed);
  wipe(key);
  if (clear === undefined) return refuse(state, "message-unauthentic");
  const secured = { shared, transcript: extendTranscript(transcript, message) };
  const judging = { tap, clear, transcript, committed, now: at.now };
  if (tap.purpose === "unlock") {
    const judged = judgeRelease(judging);
    wipe(clear);
    if (!judged.ok) return refuse(state, judged.code);
    const { credential, template, release } = judged;
    const { consent, refusals } = release;
    const face: KioskEffect = { type: "verify-face", credential, template, consent, refusals };
    return awaitDecision({ tap, secured, asked: face, at });
  }
  if (tap.purpose === "prove") {
    const judged = judgeProof(judging);
    if (!judged.ok) return refuse(state, judged.code);
    const { credential, proof } = judged;
    const { consent, refusals } = proof;
    return awaitDecision({ tap, secured, asked: { type: "holder-proven", credential, consent, refusals }, at });
  }
  const judged = judgeApplication(judging);
  if (!judged.ok) return refuse(state, judged.code);
  const { nonce, holderKey } = judged.application;
  const code = shortCode({ shared, transcript, nonce, holderKey });
  return {
    state: { phase: "awaiting-comparison", tap, secured, holderKey, deadline: at.monotonic + PATIENCE.enrolment },
    effects: [
      { type: "holder-key-proven", publicKey: holderKey, transcript: secured.transcript },
      { type: "show-code", code },
    ],
  };
}

/** Whose phone it is is known; whether they come in is for others to say. */
function awaitDecision(input: {
  tap: KioskTapInput;
  secured: In<"awaiting-decision">["secured"];
  asked: Extract<KioskEffect, { type: "verify-face" | "holder-proven" }>;
  at: Moment;
}): KioskStep {
  const { tap, secured, asked, at } = input;
  const { staffId } = asked.credential;
  const deadline = at.monotonic + PATIENCE.person;
  return { state: { phase: "awaiting-decision", tap, secured, staffId, deadline }, effects: [asked] };
}

function signReceipt(input: {
  state: In<"awaiting-decision" | "awaiting-issue">;
  staffId: string;
  prepared: In<"signing-receipt">["prepared"];
  at: Moment;
}): KioskStep {
  const { tap, secured } = input.state;
  const { staffId, prepared } = input;
  const deadline = input.at.monotonic + PATIENCE.message;
  return {
    state: { phase: "signing-receipt", tap, secured, staffId, prepared, deadline },
    effects: [{ type: "sign", bytes: prepared.receipt.bytes }],
  };
}

/** Ends a tap: one byte to the other side, which is the same whatever the reason. */
function refuse(state: Live, code: TapCode): KioskStep {
  const told: KioskEffect = { type: "send", message: CLOSE_MESSAGE };
  return { state: { phase: "ended" }, effects: [told, ...ending(state, { outcome: "refused", code })] };
}

function breakOff(state: Live, code: "link-closed" | "peer-closed"): KioskStep {
  return { state: { phase: "ended" }, effects: ending(state, { outcome: "broken-off", code }) };
}

function ending(state: Live, end: { outcome: "refused" | "broken-off"; code: TapCode }): KioskEffect[] {
  if (state.phase !== "awaiting-hello") wipe(state.secured.shared);
  if (state.phase === "signing-receipt") wipe(state.prepared.issued?.template, state.prepared.issued?.eidKey);
  const staffId = "staffId" in state ? state.staffId : null;
  return [{ type: "finished", purpose: purposeOf(state.tap.purpose), ...end, staffId }, { type: "close" }];
}

/** What comes too late may bring a template that must not linger. */
function discard(state: KioskState, event: KioskEvent): KioskStep {
  if (event.type === "issued") {
    event.template?.overwrite();
    wipe(event.eidKey);
  }
  return { state, effects: [] };
}
