import { createCipheriv, hkdfSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { normalNumbers } from "./key-stream.js";

const key = new Uint8Array(32).fill(7);

describe("the key stream", () => {
  it("is AES-256-CTR under a key of HKDF-SHA-256", () => {
    const derived = new Uint8Array(hkdfSync("sha256", key, new Uint8Array(), "purpose", 48));
    const stream = createCipheriv("aes-256-ctr", derived.subarray(0, 32), derived.subarray(32)).update(
      new Uint8Array(8),
    );
    const radius = Math.sqrt(-2 * Math.log((stream.readUInt32LE(0) + 1) / 2 ** 32));
    const angle = (2 * Math.PI * stream.readUInt32LE(4)) / 2 ** 32;
    expect([...normalNumbers(key, "purpose", 2)]).toEqual([radius * Math.cos(angle), radius * Math.sin(angle)]);
  });

  it("is normally distributed", () => {
    const numbers = normalNumbers(key, "purpose", 100_000);
    const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
    const variance = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length;
    const beyondTwo = numbers.filter((value) => Math.abs(value) > 2).length / numbers.length;
    expect([mean, variance, beyondTwo]).toEqual([
      expect.closeTo(0, 2),
      expect.closeTo(1, 1),
      // The share of a normal distribution beyond two standard deviations.
      expect.closeTo(0.0455, 2),
    ]);
  });
});
