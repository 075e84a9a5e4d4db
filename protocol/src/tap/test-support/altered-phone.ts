import { sign } from "node:crypto";
import {
  type Application,
  decodeApplication,
  decodeRelease,
  encodeApplication,
  encodeBody,
  encodeRelease,
  type Release,
} from "../bodies.js";
import {
  agree,
  deriveKey,
  extendTranscript,
  makeEphemeralKey,
  openTranscript,
  seal,
  signatureInput,
  unseal,
} from "../crypto.js";
import { decodeAnswer, decodeM3, encodeM3 } from "../messages.js";
import type { KeyPair } from "./certificates.js";
import type { Middle } from "./rehearse.js";
import { seededBytes } from "./site.js";

/** What the phone of an attacker knows: its own randomness, its key, what it advertised. */
interface AlteredPhone {
  readonly identifier: Uint8Array;
  readonly window: number;
  readonly keys: KeyPair;
  readonly seed?: string;
}

/** Rewrites M3 as a phone under an attacker's hand would: sealed and signed properly, with other contents. */
export function rewriteM3(phone: AlteredPhone, rewrite: (clear: Uint8Array) => Uint8Array | undefined): Middle {
  const said: Uint8Array[] = [];
  return (message, from, index) => {
    said.push(message);
    if (from !== "phone" || index !== 2) return message;
    const [hello = message, answer = message] = said;
    const ephemeral = makeEphemeralKey(seededBytes(`${phone.seed ?? "rehearsal"} phone`));
    const shared = agree(ephemeral, decodeAnswer(answer)?.ephemeralKey ?? new Uint8Array(0));
    if (shared === undefined) throw new Error("no shared secret");
    const transcript = extendTranscript(extendTranscript(openTranscript(phone), hello), answer);
    const sealing = { key: deriveKey({ shared, transcript, use: "M3 phone" }), counter: 0, transcript };
    const clear = unseal(sealing, decodeM3(message) ?? new Uint8Array(0));
    const covered = clear === undefined ? undefined : rewrite(clear);
    if (covered === undefined) throw new Error("M3 did not open");
    const bytes = signatureInput({ role: "phone", transcript, body: covered });
    const signature = sign("sha256", bytes, { key: phone.keys.privateKey, dsaEncoding: "ieee-p1363" });
    return encodeM3(seal(sealing, encodeBody(covered, Uint8Array.from(signature))));
  };
}

export const alteredRelease = (phone: AlteredPhone, bend: Partial<Release>): Middle =>
  rewriteM3(phone, (clear) => {
    const fields = decodeRelease(clear)?.fields;
    return fields === undefined ? undefined : encodeRelease({ ...fields, ...bend });
  });

export const alteredApplication = (phone: AlteredPhone, bend: Partial<Application>): Middle =>
  rewriteM3(phone, (clear) => {
    const fields = decodeApplication(clear)?.fields;
    return fields === undefined ? undefined : encodeApplication({ ...fields, ...bend });
  });
