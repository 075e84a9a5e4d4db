import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import {
  bitString,
  type Der,
  element,
  oid,
  sequence,
  set,
  smallInteger,
  tagged,
  utf8String,
} from "@wardkey/protocol/credential/der-write";
import { OID } from "../domain/oids.js";

export const newKey = (): KeyObject => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
export const spkiOf = (key: KeyObject): Uint8Array =>
  Uint8Array.from(createPublicKey(key).export({ format: "der", type: "spki" }));

/** One attribute of a subject. */
export const named = (type: string, value: string): Der => set(sequence(oid(type), utf8String(value)));
export const printable = (text: string): Der => element(0x13, new TextEncoder().encode(text));

const HASHES = { sha256: OID.ecdsaWithSha256, sha384: "1.2.840.10045.4.3.3" } as const;

/** A PKCS#10 request (RFC 2986), right or wrong in each of its parts. */
export function requestWith(parts: {
  key: KeyObject;
  subject: readonly Der[];
  attributes?: readonly Der[];
  publicKey?: Uint8Array;
  hash?: keyof typeof HASHES;
  signedBy?: KeyObject;
  version?: number;
}): Uint8Array {
  const info = sequence(
    smallInteger(parts.version ?? 0),
    sequence(...parts.subject),
    parts.publicKey ?? spkiOf(parts.key),
    tagged(0, ...(parts.attributes ?? [])),
  );
  const hash = parts.hash ?? "sha256";
  const signature = sign(hash, info, parts.signedBy ?? parts.key);
  return sequence(info, sequence(oid(HASHES[hash])), bitString(signature));
}

export const requestFor = (device: string, key: KeyObject): Uint8Array =>
  requestWith({ key, subject: [named(OID.commonName, device)] });
