import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACL_DATA_LENGTH, decodeHostPacket, encodeAcl, encodeCommand, MAX_H4_LENGTH } from "./packets.js";

describe("packets from a host", () => {
  it("are read or refused, whatever the bytes, and nothing read is longer than what came", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const packet = decodeHostPacket(bytes);
        const length =
          packet.kind === "command" ? packet.parameters.length : packet.kind === "acl" ? packet.data.length : 0;
        expect(length).toBeLessThanOrEqual(Math.min(bytes.length, 255));
      }),
      { numRuns: 2_000 },
    );
  });

  it("are read or refused when they begin like real ones", () => {
    const tail = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(fc.constantFrom(1, 2), tail, (type, rest) => {
        const bytes = Uint8Array.of(type, ...rest);
        expect(["command", "acl", "malformed"]).toContain(decodeHostPacket(bytes).kind);
      }),
      { numRuns: 2_000 },
    );
  });

  it("come back from their bytes", () => {
    const command = fc.tuple(fc.integer({ min: 0, max: 0xffff }), fc.uint8Array({ maxLength: 255 }));
    fc.assert(
      fc.property(command, ([opcode, parameters]) => {
        expect(decodeHostPacket(encodeCommand(opcode, parameters))).toEqual({ kind: "command", opcode, parameters });
      }),
    );
    const acl = fc.tuple(
      fc.integer({ min: 0, max: 0xfff }),
      fc.integer({ min: 0, max: 3 }),
      fc.uint8Array({ maxLength: ACL_DATA_LENGTH }),
    );
    fc.assert(
      fc.property(acl, ([handle, boundary, data]) => {
        expect(decodeHostPacket(encodeAcl(handle, boundary, data))).toEqual({ kind: "acl", handle, boundary, data });
      }),
    );
  });

  it.each([
    { bytes: [], reason: "empty" },
    { bytes: [9], reason: "unknown-type" },
    { bytes: [1, 3], reason: "truncated" },
    { bytes: [1, 3, 12, 1], reason: "length-mismatch" },
    { bytes: [1, 3, 12, 0, 7], reason: "length-mismatch" },
    { bytes: [2, 0, 0, 1], reason: "truncated" },
    { bytes: [2, 0, 0, 2, 0, 7], reason: "length-mismatch" },
    { bytes: Array.from({ length: MAX_H4_LENGTH + 1 }, () => 1), reason: "too-long" },
    { bytes: [2, 0, 0, 252, 0, ...Array.from({ length: 252 }, () => 0)], reason: "too-long" },
  ])("are refused as $reason", ({ bytes, reason }) => {
    expect(decodeHostPacket(Uint8Array.from(bytes))).toEqual({ kind: "malformed", reason });
  });
});
