import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { guardAgainstPackets, listenWellAndSayNothing, type PacketGuards } from "./noble-hardening.js";
import type { NobleHciBindings } from "./noble-stack.js";

/** The outside of noble's HCI binding: it writes down what is asked of it, and chokes on what a test says. */
function simulatedBindings(chokesOn?: Buffer) {
  const written: string[] = [];
  const disconnected: number[] = [];
  const read: string[] = [];
  const hci = Object.assign(new EventEmitter(), {
    onSocketData(packet: Buffer) {
      if (chokesOn?.equals(packet)) throw new RangeError("out of range");
      read.push(packet.toString("hex"));
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
  return { bindings: bindings as unknown as NobleHciBindings, hci, written, disconnected, read };
}

const guards = (given: Partial<PacketGuards> = {}): PacketGuards => ({
  onReport() {},
  onFault() {},
  onRefusal() {},
  ...given,
});
const acl = (handle: number, ...bytes: number[]): Buffer => Buffer.of(0x02, handle, 0x20, bytes.length, 0, ...bytes);

describe("the hardening of noble", () => {
  it("listens all the time while it connects, asks nobody for a scan response, and leaves every other command alone", () => {
    const { bindings, hci, written } = simulatedBindings();
    listenWellAndSayNothing(bindings);
    const rest = "00".repeat(21);
    hci._socket.write(Buffer.from(`010d2019${"6000"}${"3000"}${rest}`, "hex"));
    hci._socket.write(Buffer.from("010b20070112001200" + "0000", "hex"));
    hci._socket.write(Buffer.from("010c20020100", "hex"));
    expect(written).toEqual([`010d2019${"6000"}${"6000"}${rest}`, "010b200700120012000000", "010c20020100"]);
  });

  it("ends the link over which came what the stack cannot read", () => {
    const { bindings, hci, disconnected } = simulatedBindings(acl(5, 1));
    let faults = 0;
    guardAgainstPackets(
      bindings,
      guards({
        onFault: () => {
          faults += 1;
        },
      }),
    );
    hci.onSocketData(acl(4, 1));
    hci.onSocketData(acl(5, 1));
    expect({ faults, disconnected }).toEqual({ faults: 1, disconnected: [5] });
  });

  it("ends the link of a phone that makes it gather without end", () => {
    const { bindings, hci, disconnected } = simulatedBindings();
    guardAgainstPackets(bindings, guards());
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
    guardAgainstPackets(bindings, guards());
    await hci.flushAcl();
    expect(hci._aclQueue).toEqual([{ handle: 8 }]);
  });

  it("keeps advertisements from the stack", () => {
    const { bindings, hci, read } = simulatedBindings();
    const heard: unknown[] = [];
    guardAgainstPackets(bindings, guards({ onReport: ({ address, rssi }) => heard.push({ address, rssi }) }));
    hci.onSocketData(Buffer.from("043e0c020100010100000000c200c4", "hex"));
    hci.onSocketData(Buffer.from("040e0401010c00", "hex"));
    expect({ heard, read }).toEqual({
      heard: [{ address: "c2:00:00:00:00:01", rssi: -60 }],
      read: ["040e0401010c00"],
    });
  });

  it("tells which request a phone refused, and lets no refusal to exchange MTUs hold the stack up", () => {
    const { bindings, hci, read } = simulatedBindings();
    const refused: [number, number][] = [];
    guardAgainstPackets(bindings, guards({ onRefusal: (...what) => refused.push(what) }));
    const error = (...att: number[]): Buffer => acl(3, 5, 0, 4, 0, ...att);
    hci.onSocketData(error(0x01, 0x12, 9, 0, 0x03));
    hci.onSocketData(error(0x01, 0x02, 0, 0, 0x04));
    hci.onSocketData(error(0x1b, 0x12, 9, 0, 0x03));
    expect({ refused, read: read.map((packet) => packet.slice(18)) }).toEqual({
      refused: [
        [3, 0x12],
        [3, 0x02],
      ],
      read: ["0112090003", "0102000006", "1b12090003"],
    });
  });
});
