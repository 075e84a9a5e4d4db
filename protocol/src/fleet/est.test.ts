import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { octetString, sequence } from "../credential/der-write.js";
import { certificateFor, certificateRequest, certificatesIn, certsOnly } from "./est.js";

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

describe("a certs-only message", () => {
  it("gives back what was put in, in the order of a SET OF", () => {
    const [a, b] = [sequence(octetString(Uint8Array.of(1))), sequence(octetString(Uint8Array.of(2)))];
    const lines = base64(certsOnly([b, a])).replace(/(.{10})/g, "$1\r\n");
    expect(certificatesIn(lines)).toEqual([a, b]);
  });

  it("holds sixteen certificates at most", () => {
    const many = Array.from({ length: 17 }, (_, at) => sequence(octetString(Uint8Array.of(at))));
    expect(certificatesIn(base64(certsOnly(many.slice(1))))).toHaveLength(16);
    expect(certificatesIn(base64(certsOnly(many)))).toBeNull();
  });

  it("is nothing else: not empty, cut, followed by more or garbage", () => {
    const whole = certsOnly([sequence()]);
    const followed = Uint8Array.from([...whole, 0x05, 0x00]);
    for (const wrong of [new Uint8Array(), whole.subarray(0, -1), followed, sequence()]) {
      expect(certificatesIn(base64(wrong))).toBeNull();
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => certificatesIn(base64(bytes)) === null));
  });
});

describe("a certificate request", () => {
  it("is of another form for every device and signed anew each time", () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const [one, again, other] = [
      certificateRequest("bed-7", privateKey),
      certificateRequest("bed-7", privateKey),
      certificateRequest("bed-8", privateKey),
    ];
    const signed = (request: Uint8Array): string => Buffer.from(request).subarray(0, 110).toString("hex");
    expect(signed(one).slice(8)).toBe(signed(again).slice(8));
    expect(signed(one).slice(8)).not.toBe(signed(other).slice(8));
    expect(base64(one)).not.toBe(base64(again));
  });

  it("finds no certificate among what is none", () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    expect(certificateFor([new Uint8Array(), sequence()], privateKey)).toBeUndefined();
  });
});
