import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { importRecording } from "./import-recording.js";

// Written by hand after Core 5.3 Vol 4 E 7 and BlueZ's doc/btsnoop.txt: no recording of anybody.
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));
// 1970 as BlueZ counts it.
const EPOCH_US = 0x00dcddb30f2f8000n;

function btsnoop(format: number, records: readonly { ms: number; flags: number; packet: Uint8Array }[]): Uint8Array {
  const header = Buffer.alloc(16);
  header.write("btsnoop\0", "latin1");
  header.writeUInt32BE(1, 8);
  header.writeUInt32BE(format, 12);
  const bodies = records.map(({ ms, flags, packet }) => {
    const record = Buffer.alloc(24);
    record.writeUInt32BE(packet.length, 0);
    record.writeUInt32BE(packet.length, 4);
    record.writeUInt32BE(flags, 8);
    record.writeBigInt64BE(EPOCH_US + 1_700_000_000_000_000n + BigInt(ms) * 1_000n, 16);
    return Buffer.concat([record, packet]);
  });
  return Uint8Array.from(Buffer.concat([header, ...bodies]));
}

const EVENT = 3;
const ACL_RX = 5;
const legacyReport = hex("3e 0f 02 01 00 01 0a0b0c0d0e0f 03 020106 c4");
const extendedReport = hex("3e 1d 0d 01 1300 01 0a0b0c0d0e0f 01 00 ff 7f ba 0000 00 000000000000 03 020106");
const connected = hex("3e 13 01 00 4000 00 01 0a0b0c0d0e0f 1800 0000 2a00 00");
const strength = hex("0e 07 01 0514 00 4000 c9");
const notification = hex("4020 0800 0400 0400 1b 0300 01");
const disconnected = hex("05 04 00 4000 08");

describe("a recording of btmon", () => {
  it("becomes a trace of advertisements, link strength and notifications, with names for addresses", () => {
    const recording = btsnoop(2001, [
      { ms: 0, flags: 12, packet: hex("6e6f7465") },
      { ms: 0, flags: EVENT, packet: legacyReport },
      { ms: 100, flags: EVENT, packet: extendedReport },
      { ms: 110, flags: EVENT, packet: connected },
      { ms: 250, flags: EVENT, packet: strength },
      { ms: 1_000, flags: ACL_RX, packet: notification },
      { ms: 5_000, flags: EVENT, packet: disconnected },
      { ms: 5_001, flags: EVENT, packet: strength },
    ]);
    const at = { kiosk: "desk", phone: "phone-1" };
    expect(importRecording(recording)).toEqual({
      ok: true,
      truncated: false,
      trace: {
        header: {
          format: "wardkey-walk",
          version: 1,
          source: "recorded",
          durationMs: 5_001,
          kiosks: ["desk"],
          people: [{ name: "person-1", phone: "phone-1" }],
          uses: [],
          unknown: ["faces", "inputs", "moved", "uses"],
        },
        observations: [
          { at: 0, type: "advert", rssi: -60, ...at },
          { at: 100, type: "advert", rssi: -70, ...at },
          { at: 250, type: "link", rssi: -55, ...at },
          { at: 1_000, type: "heartbeat", moved: false, ...at },
          { at: 5_000, type: "out-of-reach", ...at },
        ],
      },
    });
  });

  it("reads the older format with its packet indicator too, and what came before it was cut off", () => {
    const whole = btsnoop(1002, [
      { ms: 0, flags: 1, packet: Uint8Array.from([4, ...legacyReport]) },
      { ms: 9, flags: 1, packet: Uint8Array.from([4, ...legacyReport]) },
    ]);
    const cut = importRecording(whole.subarray(0, whole.length - 3));
    expect(cut).toMatchObject({ ok: true, truncated: true, trace: { observations: [{ at: 0, rssi: -60 }] } });
  });

  it("leaves out phones that are none of the walk", () => {
    const recording = btsnoop(2001, [{ ms: 0, flags: EVENT, packet: legacyReport }]);
    expect(importRecording(recording, { phoneOf: () => null })).toEqual({ ok: false, code: "recording-empty" });
    const named = importRecording(recording, { phoneOf: ({ data }) => (data.length === 3 ? "hers" : null) });
    expect(named).toMatchObject({ ok: true, trace: { header: { people: [{ name: "person-1" }] } } });
  });

  it("refuses what is none, with a code", () => {
    const codes = [
      importRecording(hex("00")),
      importRecording(btsnoop(1003, [])),
      importRecording(btsnoop(2001, [])),
      importRecording(hex(`${Buffer.from(btsnoop(2001, [])).toString("hex")} 00000000 7fffffff${"00".repeat(16)}`)),
    ];
    expect(codes).toEqual(
      ["btsnoop-header", "btsnoop-format", "recording-empty", "btsnoop-record"].map((code) => ({ ok: false, code })),
    );
  });

  it("meets no packet that breaks it", () => {
    const packet = fc.uint8Array({ maxLength: 48 });
    const events = fc
      .tuple(fc.constantFrom(0x05, 0x0e, 0x3e), fc.constantFrom(0x01, 0x02, 0x0a, 0x0d), packet)
      .map(([code, subevent, rest]) => Uint8Array.from([code, rest.length, subevent, ...rest]));
    const record = fc.record({
      ms: fc.nat(10_000),
      flags: fc.constantFrom(EVENT, ACL_RX),
      packet: fc.oneof(packet, events),
    });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 20 }), (records) => {
        const outcome = importRecording(btsnoop(2001, records));
        expect(outcome.ok || outcome.code === "recording-empty").toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
