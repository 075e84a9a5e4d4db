import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { capAttMtu } from "./att-mtu.js";

describe("the cap on a peer's ATT MTU", () => {
  it.each([
    { name: "a request", l2cap: [3, 0, 4, 0, 0x02, 0, 1], capped: [3, 0, 4, 0, 0x02, 23, 0] },
    { name: "a response", l2cap: [3, 0, 4, 0, 0x03, 0, 1], capped: [3, 0, 4, 0, 0x03, 23, 0] },
    { name: "a smaller offer", l2cap: [3, 0, 4, 0, 0x02, 22, 0], capped: [3, 0, 4, 0, 0x02, 22, 0] },
    { name: "another channel", l2cap: [3, 0, 6, 0, 0x02, 0, 1], capped: [3, 0, 6, 0, 0x02, 0, 1] },
    { name: "a write", l2cap: [3, 0, 4, 0, 0x12, 0, 1], capped: [3, 0, 4, 0, 0x12, 0, 1] },
  ])("treats $name", ({ l2cap, capped }) => {
    expect(Array.from(capAttMtu(Uint8Array.from(l2cap), 23))).toEqual(capped);
  });

  it("never throws and never changes a length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (l2cap) => {
        expect(capAttMtu(l2cap, 23).length).toBe(l2cap.length);
      }),
    );
  });
});
