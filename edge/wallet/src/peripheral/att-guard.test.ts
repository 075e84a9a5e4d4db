import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AttVerdict, judgeAttPacket } from "./att-guard.js";

const ATT = 4;

const cases: ReadonlyArray<[what: string, channel: number, pdu: number[], verdict: AttVerdict]> = [
  ["an MTU request", ATT, [0x02, 0x17, 0x00], "pass"],
  ["an MTU request cut short", ATT, [0x02, 0x17], "malformed"],
  ["a write", ATT, [0x12, 0x03, 0x00, 1, 2, 3], "pass"],
  ["a write to no handle", ATT, [0x12, 0x03], "malformed"],
  ["a write longer than any MTU", ATT, [0x12, 0x03, 0x00, ...new Array<number>(254).fill(0)], "malformed"],
  ["a service discovery", ATT, [0x10, 1, 0, 0xff, 0xff, 0, 0x28], "pass"],
  ["a service discovery from handle 0", ATT, [0x10, 0, 0, 0xff, 0xff, 0, 0x28], "malformed"],
  ["a range that ends before it starts", ATT, [0x08, 9, 0, 3, 0, 0, 0x28], "malformed"],
  ["a type of neither 16 nor 128 bits", ATT, [0x08, 1, 0, 3, 0, 0, 0x28, 7], "malformed"],
  ["a prepared write", ATT, [0x16, 3, 0, 0, 0, 1], "malformed"],
  ["an unknown request", ATT, [0x77, 1, 2], "malformed"],
  ["an empty packet", ATT, [], "malformed"],
  ["a request the stack refuses by itself", ATT, [0x0e, 1, 0, 2, 0], "pass"],
  ["pairing", 6, [0x01], "ignore"],
  ["signalling", 5, [], "ignore"],
];

describe("the guard before the ATT stack", () => {
  for (const [what, channel, pdu, verdict] of cases) {
    it(`says ${verdict} to ${what}`, () => {
      expect(judgeAttPacket(channel, Uint8Array.from(pdu))).toBe(verdict);
    });
  }

  it("passes nothing shorter than the fields its opcode has", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2 }), (pdu) => {
        const verdict = judgeAttPacket(ATT, pdu);
        expect(verdict === "pass" && ![0x0e, 0x20, 0x1e].includes(pdu[0] ?? -1)).toBe(false);
      }),
    );
  });
});
