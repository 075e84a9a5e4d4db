import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createManualClock } from "../room/manual-clock.js";
import type { Participant } from "../room/participant.js";
import { createRoom } from "../room/room.js";
import { joined } from "../testing/phone-and-kiosk.js";
import { encodeAcl, encodeCommand } from "./packets.js";

/** The packets that one participant's host gets back. */
function listening(participant: Participant): number[][] {
  const got: number[][] = [];
  participant.onPacket((packet) => got.push(Array.from(packet)));
  return got;
}

describe("a controller", () => {
  const clock = createManualClock();
  const room = createRoom({ seed: 1, clock });

  it.each([
    { name: "local version", opcode: 0x1001, answer: [4, 14, 12, 1, 1, 16, 0, 10, 0, 0, 10, 0xf1, 5, 0, 0] },
    { name: "LE buffer size", opcode: 0x2002, answer: [4, 14, 7, 1, 2, 32, 0, 0xfb, 0, 8] },
    { name: "LE host support", opcode: 0x0c6c, answer: [4, 14, 6, 1, 0x6c, 12, 0, 1, 0] },
    { name: "an unknown command", opcode: 0x0abc, answer: [4, 14, 4, 1, 0xbc, 10, 1] },
    { name: "a cancel of nothing", opcode: 0x200e, answer: [4, 14, 4, 1, 14, 32, 0x0c] },
    { name: "a disconnect of nothing", opcode: 0x0406, parameters: [9, 0, 0x13], answer: [4, 15, 4, 2, 1, 6, 4] },
    { name: "the strength of nothing", opcode: 0x1405, parameters: [9, 0], answer: [4, 14, 7, 1, 5, 20, 2, 9, 0, 127] },
    {
      name: "advertising faster than 20 ms",
      opcode: 0x2006,
      parameters: Array.from({ length: 15 }, () => 1),
      answer: [4, 14, 4, 1, 6, 32, 0x12],
    },
    {
      name: "32 bytes of advertising data",
      opcode: 0x2008,
      parameters: [32, ...Array.from({ length: 32 }, () => 1)],
      answer: [4, 14, 4, 1, 8, 32, 0x12],
    },
  ])("answers $name", async ({ opcode, parameters = [], answer }) => {
    const participant = joined(room, "host");
    const got = listening(participant);
    participant.send(encodeCommand(opcode, Uint8Array.from(parameters)));
    await clock.advance(0);
    expect(got).toEqual([answer]);
    await participant.close();
  });

  it("reports bytes that are no packet as a hardware error and goes on", async () => {
    const participant = joined(room, "host");
    const got = listening(participant);
    const outcome = participant.send(Uint8Array.of(0x55, 1, 2));
    participant.send(encodeCommand(0x0c03));
    await clock.advance(0);
    expect({ outcome, got }).toEqual({
      outcome: "malformed",
      got: [
        [4, 16, 1, 1],
        [4, 14, 4, 1, 3, 12, 0],
      ],
    });
    await participant.close();
  });

  it("survives any commands and data", async () => {
    const participant = joined(room, "host");
    const group = fc.constantFrom(0x01, 0x03, 0x04, 0x05, 0x08, 0x3f);
    const command = fc
      .tuple(group, fc.integer({ min: 0, max: 0x20 }), fc.uint8Array({ maxLength: 40 }))
      .map(([ogf, ocf, parameters]) => encodeCommand((ogf << 10) | ocf, parameters));
    const acl = fc.uint8Array({ maxLength: 60 }).map((data) => encodeAcl(0x40, 0, data));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(command, acl), { maxLength: 20 }), async (packets) => {
        const outcomes = packets.map((packet) => participant.send(packet));
        await clock.advance(30);
        expect(outcomes.filter((outcome) => outcome !== "accepted")).toEqual([]);
      }),
      { numRuns: 100 },
    );
    await participant.close();
  });
});
