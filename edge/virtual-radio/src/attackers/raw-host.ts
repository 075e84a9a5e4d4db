import { type AddressType, addressBytes, readAddress } from "../hci/address.js";
import * as codes from "../hci/codes.js";
import { encodeCommand, H4_ACL, H4_EVENT, read16, write16 } from "../hci/packets.js";
import { type Clock, createSystemClock } from "../room/clock.js";
import type { Participant } from "../room/participant.js";
import { waitAtMost } from "./deadline.js";
import { openRawLink, type RawLink, type RawLinkInput } from "./raw-link.js";

export interface HeardReport {
  /** 0 connectable, 2 scannable, 3 neither, 4 a scan response. */
  readonly type: number;
  readonly address: string;
  readonly addressType: AddressType;
  readonly data: Uint8Array;
  readonly rssi: number;
}

export interface RawAdvertising {
  readonly data: Uint8Array;
  readonly scanResponse?: Uint8Array;
  /** 20 or more. */
  readonly intervalMs?: number;
  /** Somebody else's, to be taken for them. */
  readonly address?: string;
}

/** A host that speaks HCI directly: it may do what noble and bleno would not. */
export interface RawHost {
  advertise(advertising: RawAdvertising): void;
  stopAdvertising(): void;
  scan(): void;
  stopScanning(): void;
  onReport(listener: (report: HeardReport) => void): () => void;
  /** Undefined when it was not reached in time. */
  connect(address: string, type: AddressType, timeoutMs?: number): Promise<RawLink | undefined>;
  /** Somebody connected to us. */
  onAccept(listener: (link: RawLink) => void): () => void;
}

const DEFAULT_CONNECT_MS = 5_000;
const EVENT_DISCONNECTED = 0x05;
const EVENT_COMPLETED_PACKETS = 0x13;
const EVENT_LE_META = 0x3e;
const LE_CONNECTED = 0x01;
const LE_REPORT = 0x02;

/** A host without a stack, for attackers. */
export function createRawHost(participant: Participant, clock: Clock = createSystemClock()): RawHost {
  const reports = new Set<(report: HeardReport) => void>();
  const accepts = new Set<(link: RawLink) => void>();
  const connects = new Set<(link: RawLink | undefined) => void>();
  const links = new Map<number, RawLinkInput>();
  const command = (opcode: number, parameters?: Uint8Array): void => {
    participant.send(encodeCommand(opcode, parameters));
  };

  function connected(event: Uint8Array): void {
    const succeeded = event[1] === codes.SUCCESS;
    const role = event[4] === 0 ? "central" : "peripheral";
    if (!succeeded) {
      for (const tell of connects) tell(undefined);
      return;
    }
    const handle = read16(event, 2);
    const input = openRawLink({
      ...{ handle, role, peer: readAddress(event, 6) },
      write: (packet) => participant.send(packet),
    });
    links.set(handle, input);
    for (const tell of role === "central" ? connects : accepts) tell(input.link);
  }

  function reported(event: Uint8Array): void {
    const length = event[10] ?? 0;
    const report: HeardReport = {
      type: event[2] ?? 0,
      addressType: event[3] === 1 ? "random" : "public",
      address: readAddress(event, 4),
      data: event.slice(11, 11 + length),
      rssi: ((event[11 + length] ?? 0) << 24) >> 24,
    };
    for (const listener of reports) listener(report);
  }

  participant.onPacket((packet) => {
    if (packet[0] === H4_ACL) {
      const flags = read16(packet, 1);
      links.get(flags & 0x0fff)?.acl(((flags >>> 12) & 0b11) !== 0b01, packet.slice(5));
      return;
    }
    if (packet[0] !== H4_EVENT) return;
    const parameters = packet.slice(3);
    if (packet[1] === EVENT_LE_META && parameters[0] === LE_CONNECTED) connected(parameters);
    else if (packet[1] === EVENT_LE_META && parameters[0] === LE_REPORT) reported(parameters);
    else if (packet[1] === EVENT_COMPLETED_PACKETS) links.get(read16(parameters, 1))?.completed(read16(parameters, 3));
    else if (packet[1] === EVENT_DISCONNECTED) {
      const handle = read16(parameters, 1);
      links.get(handle)?.ended(parameters[3] ?? 0);
      links.delete(handle);
    }
  });

  return {
    advertise({ data, scanResponse = new Uint8Array(0), intervalMs = 100, address }) {
      if (address !== undefined) command(codes.VENDOR_WRITE_BD_ADDR, addressBytes(address));
      command(codes.LE_SET_ADVERTISING_PARAMETERS, advertisingParameters(intervalMs));
      command(codes.LE_SET_ADVERTISING_DATA, padded(data));
      command(codes.LE_SET_SCAN_RESPONSE_DATA, padded(scanResponse));
      command(codes.LE_SET_ADVERTISE_ENABLE, Uint8Array.of(1));
    },
    stopAdvertising: () => command(codes.LE_SET_ADVERTISE_ENABLE, Uint8Array.of(0)),
    scan() {
      command(codes.LE_SET_SCAN_PARAMETERS, Uint8Array.of(1, 0x12, 0, 0x12, 0, 0, 0));
      command(codes.LE_SET_SCAN_ENABLE, Uint8Array.of(1, 0));
    },
    stopScanning: () => command(codes.LE_SET_SCAN_ENABLE, Uint8Array.of(0, 0)),
    onReport(listener) {
      reports.add(listener);
      return () => reports.delete(listener);
    },
    onAccept(listener) {
      accepts.add(listener);
      return () => accepts.delete(listener);
    },
    async connect(address, type, timeoutMs = DEFAULT_CONNECT_MS) {
      const outcome = waitAtMost<RawLink | undefined>(clock, timeoutMs, (tell) => {
        connects.add(tell);
        return () => connects.delete(tell);
      });
      command(codes.LE_CREATE_CONNECTION, connectionParameters(address, type));
      const link = await outcome;
      if (link === undefined) command(codes.LE_CREATE_CONNECTION_CANCEL);
      return link;
    },
  };
}

function padded(data: Uint8Array): Uint8Array {
  const parameters = new Uint8Array(32);
  const kept = data.subarray(0, 31);
  parameters[0] = kept.length;
  parameters.set(kept, 1);
  return parameters;
}

function advertisingParameters(intervalMs: number): Uint8Array {
  const parameters = new Uint8Array(15);
  const steps = Math.round(intervalMs / 0.625);
  write16(parameters, 0, steps);
  write16(parameters, 2, steps);
  parameters[13] = 0x07;
  return parameters;
}

function connectionParameters(address: string, type: AddressType): Uint8Array {
  const parameters = new Uint8Array(25);
  write16(parameters, 0, 0x60);
  write16(parameters, 2, 0x60);
  parameters[5] = type === "random" ? 1 : 0;
  parameters.set(addressBytes(address), 6);
  write16(parameters, 13, 0x06);
  write16(parameters, 15, 0x06);
  write16(parameters, 19, 0x2a);
  return parameters;
}
