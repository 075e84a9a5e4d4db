import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameGuard } from "./frame-guard.js";

function frame(length: number): number[] {
  const bytes = [0x30];
  let left = length;
  do {
    const more = left >= 128;
    bytes.push((left % 128) | (more ? 0x80 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return [...bytes, ...new Array<number>(length).fill(0xff)];
}

describe("the frame guard", () => {
  it("lets packets of allowed length pass however they are cut into chunks", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        (lengths, cuts) => {
          const bytes = Uint8Array.from(lengths.flatMap(frame));
          const guard = new FrameGuard(300);
          let at = 0;
          for (let cut = 0; at < bytes.length; cut++) {
            const size = cuts[cut % cuts.length] ?? 1;
            expect(guard.watch(bytes.subarray(at, at + size))).toBeUndefined();
            at += size;
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("names a packet that is too long at its header, before its body came", () => {
    const guard = new FrameGuard(300);
    expect(guard.watch(Uint8Array.from(frame(300)))).toBeUndefined();
    expect(guard.watch(Uint8Array.from([0x30, 0xad]))).toBeUndefined();
    expect(guard.watch(Uint8Array.from([0x02]))).toBe("packet-too-large");
  });

  it("names a length that does not end", () => {
    expect(new FrameGuard(300).watch(Uint8Array.from([0x30, 0x80, 0x80, 0x80, 0x80]))).toBe("packet-malformed");
  });
});
