import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeStrict, encodeStrict } from "./cbor.js";

const MAJOR_TYPES = 8;

/** A head that promises far more than follows, at any of its lengths. */
const promise = fc
  .tuple(fc.nat(MAJOR_TYPES - 1), fc.constantFrom(24, 25, 26, 27), fc.uint8Array({ minLength: 8, maxLength: 8 }))
  .map(([major, length, size]) => Uint8Array.of((major << 5) | length, ...size));
const promises = fc
  .array(promise, { minLength: 1, maxLength: 40 })
  .map((heads) => Uint8Array.from(heads.flatMap((head) => [...head])));
const garbage = fc.oneof(fc.uint8Array({ maxLength: 2_000 }), promises);

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");
const heapAfterCollection = (): number => {
  collectGarbage();
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
};

// threats.md, row 18.
describe("CBOR from whoever sends it", () => {
  it("is read in its one spelling or not at all, whatever the bytes", () => {
    fc.assert(
      fc.property(garbage, (bytes) => {
        const value = decodeStrict(bytes);
        if (value !== undefined) expect(encodeStrict(value)).toEqual(bytes);
      }),
      { numRuns: 5_000 },
    );
  });

  it("leaves nothing behind", () => {
    const read = (): void => {
      for (const bytes of fc.sample(garbage, { numRuns: 2_000, seed: 18 })) decodeStrict(bytes);
    };
    read();
    const before = heapAfterCollection();
    // About twenty megabytes go through.
    for (let round = 0; round < 10; round += 1) read();
    expect(heapAfterCollection() - before).toBeLessThan(4_000_000);
  });
});
