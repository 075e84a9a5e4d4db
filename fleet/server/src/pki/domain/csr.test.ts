import { generateKeyPairSync } from "node:crypto";
import { bitString, element, oid, sequence, set, tagged, utf8String } from "@wardkey/protocol/credential/der-write";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { provesPossession } from "../../platform/keys/p256.js";
import { named, newKey, printable, requestFor, requestWith, spkiOf } from "../testing/test-device.js";
import { alternativeNames, extension } from "./certificate-body.js";
import { keyOfRequest, MAX_REQUEST_BYTES } from "./csr.js";
import { OID } from "./oids.js";

const EXPECTED = {
  site: "st-mary",
  device: "bed-7",
  profile: "kiosk",
  uri: "urn:wardkey:site:st-mary:device:bed-7",
};
const read = (request: Uint8Array): unknown => {
  const read = keyOfRequest(request, EXPECTED, provesPossession);
  return read.ok ? "taken" : read.code;
};

const key = newKey();
const cn = named(OID.commonName, "bed-7");
const asking = (...extensions: Uint8Array[]): Uint8Array =>
  sequence(oid(OID.extensionRequest), set(sequence(...extensions)));
const san = (uri: string): Uint8Array => extension(OID.subjectAltName, false, alternativeNames([{ uri }]));
const spkiOn = (curve: string): Uint8Array =>
  Uint8Array.from(generateKeyPairSync("ec", { namedCurve: curve }).publicKey.export({ format: "der", type: "spki" }));
const offCurve = (): Uint8Array => {
  const spki = spkiOf(key);
  spki[spki.length - 1] = (spki.at(-1) ?? 0) ^ 1;
  return spki;
};
const rsa = (): Uint8Array =>
  Uint8Array.from(
    generateKeyPairSync("rsa", { modulusLength: 2_048 }).publicKey.export({ format: "der", type: "spki" }),
  );
const compressed = (): Uint8Array => {
  const point = spkiOf(key).subarray(26);
  const x = Uint8Array.of((point.at(-1) ?? 0) & 1 ? 3 : 2, ...point.subarray(1, 33));
  return sequence(sequence(oid(OID.ecPublicKey), oid(OID.p256)), bitString(x));
};

describe("a certificate request", () => {
  it("gives its key and nothing else", () => {
    expect(keyOfRequest(requestFor("bed-7", key), EXPECTED, provesPossession)).toEqual({
      ok: true,
      publicKey: spkiOf(key),
    });
  });

  const taken: Record<string, () => Uint8Array> = {
    "with the name that the certificate will carry": () =>
      requestWith({
        key,
        subject: [named(OID.organization, "st-mary"), named(OID.organizationalUnit, "kiosk"), cn],
      }),
    "with a printable name": () =>
      requestWith({ key, subject: [set(sequence(oid(OID.commonName), printable("bed-7")))] }),
    "asking for the alternative name that it gets anyway": () =>
      requestWith({ key, subject: [cn], attributes: [asking(san(EXPECTED.uri))] }),
  };
  for (const [name, make] of Object.entries(taken)) it(`is taken ${name}`, () => expect(read(make())).toBe("taken"));

  const refused: Record<string, [string, () => Uint8Array]> = {
    "that is empty": ["csr-malformed", () => new Uint8Array(0)],
    "that is a certificate's frame": [
      "csr-malformed",
      () => sequence(sequence(), sequence(), bitString(new Uint8Array(0))),
    ],
    "with bytes behind it": ["csr-malformed", () => Uint8Array.of(...requestFor("bed-7", key), 0)],
    "of another version": ["csr-malformed", () => requestWith({ key, subject: [cn], version: 1 })],
    "above the size": [
      "csr-malformed",
      () => requestWith({ key, subject: [cn, named(OID.organization, "x".repeat(MAX_REQUEST_BYTES))] }),
    ],
    "on P-384": ["csr-weak-key", () => requestWith({ key, subject: [cn], publicKey: spkiOn("secp384r1") })],
    "on secp256k1": ["csr-weak-key", () => requestWith({ key, subject: [cn], publicKey: spkiOn("secp256k1") })],
    "with an RSA key": ["csr-weak-key", () => requestWith({ key, subject: [cn], publicKey: rsa() })],
    "with a compressed point": ["csr-weak-key", () => requestWith({ key, subject: [cn], publicKey: compressed() })],
    "with a point off the curve": ["csr-weak-key", () => requestWith({ key, subject: [cn], publicKey: offCurve() })],
    "signed by another key": ["csr-signature", () => requestWith({ key, subject: [cn], signedBy: newKey() })],
    "signed with another hash": ["csr-signature", () => requestWith({ key, subject: [cn], hash: "sha384" })],
    "without a name": ["csr-name", () => requestWith({ key, subject: [] })],
    "of another device": ["csr-name", () => requestFor("bed-8", key)],
    "with two names": ["csr-name", () => requestWith({ key, subject: [cn, cn] })],
    "with a second name in the same set": [
      "csr-name",
      () =>
        requestWith({
          key,
          subject: [
            set(sequence(oid(OID.commonName), utf8String("bed-7")), sequence(oid(OID.commonName), utf8String("bed-8"))),
          ],
        }),
    ],
    "of another site": ["csr-name", () => requestWith({ key, subject: [named(OID.organization, "st-paul"), cn] })],
    "of another profile": [
      "csr-name",
      () => requestWith({ key, subject: [named(OID.organizationalUnit, "service"), cn] }),
    ],
    "with more in its name": ["csr-name", () => requestWith({ key, subject: [cn, named("2.5.4.6", "IT")] })],
    "with a name in an odd alphabet": [
      "csr-name",
      () => requestWith({ key, subject: [set(sequence(oid(OID.commonName), element(0x1e, Uint8Array.of(0, 98))))] }),
    ],
    "asking to be an authority": [
      "csr-attributes",
      () =>
        requestWith({
          key,
          subject: [cn],
          attributes: [asking(extension(OID.basicConstraints, true, sequence(Uint8Array.of(1, 1, 255))))],
        }),
    ],
    "asking for another's alternative name": [
      "csr-attributes",
      () =>
        requestWith({
          key,
          subject: [cn],
          attributes: [asking(san("urn:wardkey:site:st-mary:device:bed-8"))],
        }),
    ],
    "asking for two alternative names": [
      "csr-attributes",
      () =>
        requestWith({
          key,
          subject: [cn],
          attributes: [
            asking(
              extension(OID.subjectAltName, false, alternativeNames([{ uri: EXPECTED.uri }, { dns: "fleet.example" }])),
            ),
          ],
        }),
    ],
    "asking for its usage beside its name": [
      "csr-attributes",
      () =>
        requestWith({
          key,
          subject: [cn],
          attributes: [asking(san(EXPECTED.uri), extension(OID.extendedKeyUsage, true, sequence(oid(OID.serverAuth))))],
        }),
    ],
    "with a challenge password": [
      "csr-attributes",
      () =>
        requestWith({
          key,
          subject: [cn],
          attributes: [sequence(oid("1.2.840.113549.1.9.7"), set(utf8String("secret")))],
        }),
    ],
    "with attributes that are none": [
      "csr-attributes",
      () => requestWith({ key, subject: [cn], attributes: [tagged(1)] }),
    ],
  };
  for (const [name, [code, make]] of Object.entries(refused)) {
    it(`${name} is refused: ${code}`, () => expect(read(make())).toBe(code));
  }

  it("with any byte changed is refused", () => {
    const request = requestFor("bed-7", key);
    for (let at = 0; at < request.length; at += 1) {
      const changed = Uint8Array.from(request);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      expect(read(changed), `byte ${at}`).toMatch(/^csr-/);
    }
  });

  it("cut short anywhere is malformed", () => {
    const request = requestFor("bed-7", key);
    for (let end = 0; end < request.length; end += 1) expect(read(request.subarray(0, end))).toBe("csr-malformed");
  });

  it("of any bytes is refused with a code and never breaks the reader", () => {
    const request = requestFor("bed-7", key);
    const spliced = fc
      .tuple(fc.nat(request.length), fc.nat(40), fc.uint8Array({ maxLength: 60 }))
      .map(([at, cut, bytes]) => Uint8Array.of(...request.subarray(0, at), ...bytes, ...request.subarray(at + cut)))
      .filter((bytes) => Buffer.compare(bytes, request) !== 0);
    const nested = fc.integer({ min: 1, max: 2_000 }).map((depth) => {
      let bytes: Uint8Array = new Uint8Array(0);
      for (let level = 0; level < depth && bytes.length < 4_000; level += 1) bytes = sequence(bytes);
      return bytes;
    });
    const any = fc.oneof(fc.uint8Array({ maxLength: 600 }), spliced, nested);
    fc.assert(
      fc.property(any, (bytes) => /^csr-[a-z-]+$/.test(String(read(bytes)))),
      { numRuns: process.env["WARDKEY_CAMPAIGN"] === "1" ? 200_000 : 3_000 },
    );
  });
});
