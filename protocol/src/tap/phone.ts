import { sameBytes } from "../credential/cbor.js";
import { verifyCredential } from "../credential/credential.js";
import type { Reader } from "../credential/site-trust.js";
import { assertNever } from "../errors.js";
import {
  decodeIntroduction,
  encodeApplication,
  encodeBody,
  encodeProof,
  encodeRelease,
  type Request,
} from "./bodies.js";
import {
  agree,
  commitment,
  deriveKey,
  type EphemeralKey,
  extendTranscript,
  makeEphemeralKey,
  openTranscript,
  seal,
  shortCode,
  signatureInput,
  tokenProof,
  unseal,
} from "./crypto.js";
import { type Moment, PATIENCE, type Step, wipe } from "./machine.js";
import {
  CLOSE_MESSAGE,
  decodeAnswer,
  encodeAnswerHead,
  encodeHello,
  encodeM3,
  isClose,
  SUPPORTED_VERSIONS,
} from "./messages.js";
import { judgeIntroduction, timeFor } from "./phone-checks.js";
import { conclude } from "./phone-conclusion.js";
import type { PhoneEffect, PhoneEvent, PhoneState, PhoneTapInput, Secured } from "./phone-types.js";
import type { TapCode } from "./results.js";

type PhoneStep = Step<PhoneState, PhoneEffect>;
type In<Phase extends PhoneState["phase"]> = Extract<PhoneState, { phase: Phase }>;

/** Begins a tap on the phone, which speaks first: the kiosk has just subscribed. */
export function startPhoneTap(input: PhoneTapInput, at: Moment): PhoneStep {
  const { randomBytes, identifier, window, ...errand } = input;
  const ephemeral = makeEphemeralKey(randomBytes);
  const nonce = Uint8Array.from(randomBytes(32));
  const message = encodeHello({
    versions: SUPPORTED_VERSIONS,
    ephemeralKey: ephemeral.publicKey,
    commitment: commitment(nonce, errand.purpose === "enrol" ? errand.holderKey : null),
  });
  const transcript = extendTranscript(openTranscript({ identifier, window }), message);
  const deadline = at.monotonic + PATIENCE.message;
  return {
    state: { phase: "awaiting-answer", errand, ephemeral, nonce, transcript, deadline },
    effects: [{ type: "send", message }],
  };
}

/** The phone's side of a tap: pure but for the secrets in a state, which it overwrites when they have served. */
export function phoneTap(state: PhoneState, event: PhoneEvent, at: Moment): PhoneStep {
  if (state.phase === "ended") return discard(state, event);
  switch (event.type) {
    case "received":
      return received(state, event.message, at);
    case "consent":
      if (state.phase !== "awaiting-consent") return discard(state, event);
      return event.granted ? release(state, event, at) : refuse(state, "consent-denied");
    case "signed":
      return state.phase === "awaiting-signature" ? present(state, event.signature, at) : { state, effects: [] };
    case "tick":
      return at.monotonic > state.deadline ? refuse(state, "too-slow") : { state, effects: [] };
    case "closed":
      return breakOff(state, "link-closed");
    default:
      return assertNever(event);
  }
}

function received(state: Exclude<PhoneState, { phase: "ended" }>, message: Uint8Array, at: Moment): PhoneStep {
  if (isClose(message)) return breakOff(state, "peer-closed");
  switch (state.phase) {
    case "awaiting-answer":
      return judge(state, message, at);
    case "awaiting-conclusion": {
      const concluded = conclude(state, message, at);
      if (!concluded.ok) return refuse(state, concluded.code);
      erase(state);
      return { state: { phase: "ended" }, effects: concluded.effects };
    }
    case "awaiting-consent":
    case "awaiting-signature":
      return refuse(state, "message-unexpected");
    default:
      return assertNever(state);
  }
}

function judge(state: In<"awaiting-answer">, message: Uint8Array, at: Moment): PhoneStep {
  const { errand, nonce } = state;
  const answer = decodeAnswer(message);
  if (answer === undefined) return refuse(state, "message-malformed");
  if (!SUPPORTED_VERSIONS.includes(answer.version)) return refuse(state, "version-unsupported");
  const shared = agree(state.ephemeral, answer.ephemeralKey);
  if (shared === undefined) return refuse(state, "key-malformed");
  const head = extendTranscript(state.transcript, encodeAnswerHead(answer));
  const key = deriveKey({ shared, transcript: head, use: "M2 kiosk" });
  const clear = unseal({ key, counter: 0, transcript: head }, answer.sealed);
  wipe(key);
  const body = clear === undefined ? undefined : decodeIntroduction(clear);
  if (body === undefined) {
    wipe(shared);
    return refuse(state, clear === undefined ? "message-unauthentic" : "message-malformed");
  }
  const judged = judgeIntroduction({ errand, body, transcript: head, now: at.now });
  if (!judged.ok) {
    wipe(shared);
    const refusal = refuse(state, judged.code, judged.reader);
    return judged.learned === null ? refusal : { ...refusal, effects: [judged.learned, ...refusal.effects] };
  }
  const { proven, learned } = judged;
  const secured: Secured = { shared, transcript: extendTranscript(state.transcript, message) };
  const deadline = at.monotonic + PATIENCE.person;
  if (errand.purpose === "unlock") {
    const { reader, policyVersion, request, leastConsent } = proven;
    const purpose = request === "prove" ? "prove" : "unlock";
    return {
      state: { phase: "awaiting-consent", errand, proven, secured, nonce, deadline },
      effects: [learned, { type: "ask-consent", reader, purpose, policyVersion, leastConsent }],
    };
  }
  const { holderKey, offer } = errand;
  const proof = tokenProof(offer.token, secured.transcript);
  const covered = encodeApplication({ nonce, holderKey, tokenProof: proof });
  const code = shortCode({ ...secured, nonce, holderKey });
  return {
    state: { phase: "awaiting-signature", errand, proven, secured, covered, staffId: null, code, deadline },
    effects: [learned, signing(secured, covered)],
  };
}

type Granted = Extract<PhoneEvent, { type: "consent"; granted: true }>;

function release(state: In<"awaiting-consent">, consent: Granted, at: Moment): PhoneStep {
  const { errand, proven, secured, nonce } = state;
  const own = verifyCredential(consent.credential, proven.trust, timeFor(errand, at.now));
  const covered = own.ok ? answerTo(proven.request, { nonce, consent, digest: own.credential.templateDigest }) : null;
  consent.template?.overwrite();
  if (!own.ok || covered === null) return refuse(state, own.ok ? "template-mismatch" : own.code);
  const { staffId } = own.credential;
  const deadline = at.monotonic + PATIENCE.person;
  return {
    state: { phase: "awaiting-signature", errand, proven, secured, covered, staffId, code: null, deadline },
    effects: [signing(secured, covered)],
  };
}

/** M3 without its signature; `null` when a template is asked for and the one at hand, if any, is not the credential's. */
function answerTo(
  request: Request,
  { nonce, consent, digest }: { nonce: Uint8Array; consent: Granted; digest: Uint8Array },
): Uint8Array | null {
  const { credential, mode, refusals } = consent;
  if (request === "prove") return encodeProof({ nonce, credential, consent: mode, refusals });
  if (consent.template === null || !sameBytes(digest, consent.template.digest())) return null;
  const template = consent.template.copy();
  const covered = encodeRelease({ nonce, credential, template, consent: mode, refusals });
  wipe(template);
  return covered;
}

function present(state: In<"awaiting-signature">, signature: Uint8Array, at: Moment): PhoneStep {
  const { errand, proven, secured, covered, staffId, code } = state;
  const { shared, transcript } = secured;
  const clear = encodeBody(covered, signature);
  const key = deriveKey({ shared, transcript, use: "M3 phone" });
  const message = encodeM3(seal({ key, counter: 0, transcript }, clear));
  wipe(key, clear, covered);
  const unlocking = errand.purpose === "unlock";
  const template = proven.request === "unlock";
  const { kiosk } = proven.reader;
  const released: PhoneEffect[] = unlocking ? [{ type: "released", kiosk, at: at.now, template }] : [];
  const shown: PhoneEffect[] = code === null ? [] : [{ type: "show-code", code }];
  return {
    state: {
      phase: "awaiting-conclusion",
      errand,
      proven,
      secured: { shared, transcript: extendTranscript(transcript, message) },
      staffId,
      deadline: at.monotonic + (unlocking ? PATIENCE.person : PATIENCE.enrolment),
    },
    effects: [...released, { type: "send", message }, ...shown],
  };
}

const signing = (secured: Secured, body: Uint8Array): PhoneEffect => ({
  type: "sign",
  bytes: signatureInput({ role: "phone", transcript: secured.transcript, body }),
});

type Live = Exclude<PhoneState, { phase: "ended" }>;

/** Ends a tap: one byte to the other side, which is the same whatever the reason. */
function refuse(state: Live, code: TapCode, reader: Reader | null = readerOf(state)): PhoneStep {
  const told: PhoneEffect = { type: "send", message: CLOSE_MESSAGE };
  return { state: { phase: "ended" }, effects: [told, ...ending(state, { outcome: "refused", code, reader })] };
}

function breakOff(state: Live, code: "link-closed" | "peer-closed"): PhoneStep {
  const reader = readerOf(state);
  return { state: { phase: "ended" }, effects: ending(state, { outcome: "broken-off", code, reader }) };
}

function ending(
  state: Live,
  end: { outcome: "refused" | "broken-off"; code: TapCode; reader: Reader | null },
): PhoneEffect[] {
  erase(state);
  const released = state.phase === "awaiting-conclusion" && state.proven.request === "unlock";
  const { purpose } = state.errand;
  return [{ type: "finished", purpose, ...end, released, receipt: false }, { type: "close" }];
}

function readerOf(state: Live): Reader | null {
  return state.phase === "awaiting-answer" ? null : state.proven.reader;
}

function erase(state: Live): void {
  if (state.phase === "awaiting-answer") wipe(ephemeralOf(state), state.nonce);
  else wipe(state.secured.shared);
  if (state.phase === "awaiting-signature") wipe(state.covered);
}

const ephemeralOf = (state: { ephemeral: EphemeralKey }): Uint8Array => state.ephemeral.privateKey;

/** Consent that comes too late brings a template that must not linger. */
function discard(state: PhoneState, event: PhoneEvent): PhoneStep {
  if (event.type === "consent" && event.granted) event.template?.overwrite();
  return { state, effects: [] };
}
