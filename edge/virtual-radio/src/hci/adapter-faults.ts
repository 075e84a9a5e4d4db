import type { Participant } from "../room/participant.js";
import * as codes from "./codes.js";
import { commandStatus } from "./events.js";
import { H4_EVENT, read16 } from "./packets.js";

/** What real adapters are known to do wrong. All false: an adapter that is well. */
export interface AdapterFaults {
  /** Takes every packet and says nothing. */
  hangs: boolean;
  /** Says that it scans and reports nothing, until it is reset. */
  scansInVain: boolean;
  /** Reports nothing until scanning is begun anew, which also ends this fault. */
  stalls: boolean;
  /** Agrees to end a link, and then neither ends it nor says anything. A reset does end it. */
  keepsLinks: boolean;
  /** Says nothing of connections that it made, nor of those that were called off. */
  hidesConnections: boolean;
}

const NONE: AdapterFaults = {
  hangs: false,
  scansInVain: false,
  stalls: false,
  keepsLinks: false,
  hidesConnections: false,
};

const LE_META = 0x3e;
const CONNECTION_COMPLETE = 0x01;
const ADVERTISING_REPORT = 0x02;
const COMMAND = 0x01;

/** Puts faults between a participant's controller and its host, to be switched on and off at any time. */
export function withFaults(participant: Participant): { participant: Participant; faults: AdapterFaults } {
  const faults: AdapterFaults = { ...NONE };
  const listeners = new Set<(packet: Uint8Array) => void>();
  const tell = (packet: Uint8Array): void => {
    for (const listener of listeners) listener(packet);
  };
  participant.onPacket((packet) => {
    if (!isHidden(packet, faults)) tell(packet);
  });

  function send(packet: Uint8Array): "accepted" | "malformed" {
    if (faults.hangs) return "accepted";
    const opcode = packet[0] === COMMAND ? read16(packet, 1) : undefined;
    if (opcode === codes.RESET) faults.scansInVain = false;
    if (opcode === codes.LE_SET_SCAN_ENABLE && packet[4] === 1) faults.stalls = false;
    if (opcode === codes.DISCONNECT && faults.keepsLinks) {
      setImmediate(() => tell(commandStatus(codes.DISCONNECT, codes.SUCCESS)));
      return "accepted";
    }
    return participant.send(packet);
  }

  return {
    faults,
    participant: {
      name: participant.name,
      get closed() {
        return participant.closed;
      },
      send,
      onPacket(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      transmit: (advertisement) => participant.transmit(advertisement),
      sniff: (listener) => participant.sniff(listener),
      onClose: (listener) => participant.onClose(listener),
      close: () => participant.close(),
    },
  };
}

function isHidden(packet: Uint8Array, faults: AdapterFaults): boolean {
  if (faults.hangs) return true;
  if (packet[0] !== H4_EVENT || packet[1] !== LE_META) return false;
  if (packet[3] === ADVERTISING_REPORT) return faults.scansInVain || faults.stalls;
  return packet[3] === CONNECTION_COMPLETE && faults.hidesConnections;
}
