import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AdvertisingReport, createReportReader } from "./advertising-reports.js";

function read(hex: string): { heard: object[]; isReport: boolean } {
  const heard: object[] = [];
  const keep = ({ connectable, addressType, address, data, rssi }: AdvertisingReport): void => {
    heard.push({ connectable, addressType, address, data: Buffer.from(data).toString("hex"), rssi });
  };
  return { isReport: createReportReader(keep)(Buffer.from(hex, "hex")), heard };
}

const legacy = (type: string, addressType: string): string => `${type}${addressType}0605040302c103020106b5`;

describe("reports of advertisements", () => {
  it.each([
    ["connectable", "00", "00", { connectable: true, addressType: "public" }],
    ["connectable, from a random address", "00", "01", { connectable: true, addressType: "random" }],
    ["connectable, from a resolved public identity", "00", "02", { connectable: true, addressType: "public" }],
    ["connectable, from a resolved random identity", "00", "03", { connectable: true, addressType: "random" }],
    ["connectable for one device alone", "01", "01", { connectable: false, addressType: "random" }],
    ["scannable", "02", "01", { connectable: false, addressType: "random" }],
    ["neither", "03", "01", { connectable: false, addressType: "random" }],
    ["a scan response", "04", "01", { connectable: false, addressType: "random" }],
  ])("are read: %s", (_, type, addressType, expected) => {
    expect(read(`043e0f0201${legacy(type, addressType)}`)).toEqual({
      isReport: true,
      heard: [{ ...expected, address: "c1:02:03:04:05:06", data: "020106", rssi: -75 }],
    });
  });

  it("are read several at a time", () => {
    expect(read(`043e1c0202${legacy("00", "01")}${legacy("03", "01")}`).heard).toEqual([
      { connectable: true, addressType: "random", address: "c1:02:03:04:05:06", data: "020106", rssi: -75 },
      { connectable: false, addressType: "random", address: "c1:02:03:04:05:06", data: "020106", rssi: -75 },
    ]);
  });

  it("are read in their extended form", () => {
    const extended = (type: string): string => `${type}00010605040302c10100017fb5${"00".repeat(9)}03020106`;
    expect(read(`043e1c0d01${extended("13")}`)).toEqual({
      isReport: true,
      heard: [{ connectable: true, addressType: "random", address: "c1:02:03:04:05:06", data: "020106", rssi: -75 }],
    });
    expect(read(`043e1c0d01${extended("10")}`).heard).toMatchObject([{ connectable: false }]);
  });

  it.each([
    ["a command that completed", "040e0401010c00"],
    ["a connection", "043e13010040000001060504030201180000002a0000"],
    ["data", "0240200500010004001b"],
    ["nothing", ""],
  ])("are not %s", (_, hex) => {
    expect(read(hex)).toEqual({ isReport: false, heard: [] });
  });

  it("that are cut short give what was whole before the cut, and never throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.constantFrom(2, 13), (bytes, kind) => {
        const packet = Uint8Array.of(4, 0x3e, bytes.length, kind, ...bytes);
        const reader = createReportReader(({ data, rssi, address }) => {
          expect([data.byteOffset + data.length <= packet.byteLength, rssi >= -128, address.length]).toEqual([
            true,
            true,
            17,
          ]);
        });
        expect(reader(packet)).toBe(true);
      }),
    );
    expect(read(`043e1c0202${legacy("00", "01")}${legacy("03", "01").slice(0, -2)}`).heard).toHaveLength(1);
  });
});
