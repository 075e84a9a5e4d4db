import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { guardAgainstPackets, listenAlwaysToConnect, type RawReport, takeReports } from "./noble-hardening.js";
import type { NobleHciBindings } from "./noble-stack.js";

/** The outside of noble's HCI binding: it writes down what is asked of it, and chokes on what a test says. */
function simulatedBindings(chokesOn?: Buffer) {
  const written: string[] = [];
  const disconnected: number[] = [];
  const hci = Object.assign(new EventEmitter(), {
    onSocketData(packet: Buffer) {
      if (chokesOn?.equals(packet)) throw new RangeError("out of range");
    },
    pollIsDevUp() {},
    disconnect: (handle: number) => disconnected.push(handle),
    flushAcl: async () => {},
    _aclQueue: [{ handle: 7 }, { handle: 8 }],
    _aclConnections: new Map([[8, {}]]),
    _handleBuffers: {} as Record<string, { length: number; data: Buffer } | undefined>,
    _socket: { write: (packet: Buffer) => written.push(packet.toString("hex")) },
  });
  const bindings = Object.assign(new EventEmitter(), { _hci: hci, onDiscover() {} });
  return { bindings: bindings as unknown as NobleHciBindings, hci, written, disconnected };
}

const acl = (handle: number, ...bytes: number[]): Buffer => Buffer.of(0x02, handle, 0x20, bytes.length, 0, ...bytes);

describe("the hardening of noble", () => {
  it("listens all the time while it connects, and leaves every other command alone", () => {
    const { bindings, hci, written } = simulatedBindings();
    listenAlwaysToConnect(bindings);
    const rest = "00".repeat(21);
    hci._socket.write(Buffer.from(`010d2019${"6000"}${"3000"}${rest}`, "hex"));
    hci._socket.write(Buffer.from("010c20020100", "hex"));
    expect(written).toEqual([`010d2019${"6000"}${"6000"}${rest}`, "010c20020100"]);
  });

  it("ends the link over which came what the stack cannot read", () => {
    const { bindings, hci, disconnected } = simulatedBindings(acl(5, 1));
    let faults = 0;
    guardAgainstPackets(bindings, () => {
      faults += 1;
    });
    hci.onSocketData(acl(4, 1));
    hci.onSocketData(acl(5, 1));
    expect({ faults, disconnected }).toEqual({ faults: 1, disconnected: [5] });
  });

  it("ends the link of a phone that makes it gather without end", () => {
    const { bindings, hci, disconnected } = simulatedBindings();
    guardAgainstPackets(bindings, () => {});
    hci._handleBuffers["3"] = { length: 65_535, data: Buffer.alloc(20) };
    hci.onSocketData(acl(3, 1));
    hci._handleBuffers["4"] = { length: 20, data: Buffer.alloc(21) };
    hci.onSocketData(acl(4, 1));
    hci._handleBuffers["5"] = { length: 300, data: Buffer.alloc(251) };
    hci.onSocketData(acl(5, 1));
    expect({ disconnected, gathering: Object.keys(hci._handleBuffers) }).toEqual({
      disconnected: [3, 4],
      gathering: ["5"],
    });
  });

  it("sends nothing to links that have gone", async () => {
    const { bindings, hci } = simulatedBindings();
    guardAgainstPackets(bindings, () => {});
    await hci.flushAcl();
    expect(hci._aclQueue).toEqual([{ handle: 8 }]);
  });

  it("takes connectable advertisements, old and extended, before the stack does", () => {
    const { bindings, hci } = simulatedBindings();
    let stackHeard = 0;
    hci.on("leAdvertisingReport", () => {
      stackHeard += 1;
    });
    const reports: RawReport[] = [];
    takeReports(bindings, (report) => reports.push(report));
    const data = Uint8Array.of(2, 1, 6);
    const address = "c2:00:00:00:00:01";
    for (const type of [0, 2, 3, 4]) hci.emit("leAdvertisingReport", 0, type, address, "random", data, -60);
    for (const type of [1, 0]) hci.emit("leExtendedAdvertisingReport", 0, type, address, "public", 0, -70, data);
    expect({ stackHeard, reports }).toEqual({
      stackHeard: 0,
      reports: [
        { address, addressType: "random", data, rssi: -60 },
        { address, addressType: "public", data, rssi: -70 },
      ],
    });
  });
});
