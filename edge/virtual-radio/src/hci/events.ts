import { type AddressType, addressBytes, type BluetoothAddress } from "./address.js";
import { H4_EVENT, write16 } from "./packets.js";

// Core 5.3 Vol 4 Part E 7.7: events, as H4 packets.

function event(code: number, parameters: Uint8Array): Uint8Array {
  const packet = new Uint8Array(3 + parameters.length);
  packet[0] = H4_EVENT;
  packet[1] = code;
  packet[2] = parameters.length;
  packet.set(parameters, 3);
  return packet;
}

function bytes(...parts: ReadonlyArray<number | Uint8Array>): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => (typeof part === "number" ? [part & 0xff] : Array.from(part))));
}

function le16(value: number): Uint8Array {
  const out = new Uint8Array(2);
  write16(out, 0, value);
  return out;
}

const addressTypeCode = (type: AddressType): number => (type === "random" ? 1 : 0);

export function commandComplete(opcode: number, ...result: ReadonlyArray<number | Uint8Array>): Uint8Array {
  return event(0x0e, bytes(1, le16(opcode), ...result));
}

export function commandStatus(opcode: number, status: number): Uint8Array {
  return event(0x0f, bytes(status, 1, le16(opcode)));
}

export function disconnectionComplete(handle: number, reason: number): Uint8Array {
  return event(0x05, bytes(0, le16(handle), reason));
}

export function completedPackets(handle: number, count: number): Uint8Array {
  return event(0x13, bytes(1, le16(handle), le16(count)));
}

/** The host sent more ACL packets than the controller has buffers for. */
export function dataBufferOverflow(): Uint8Array {
  return event(0x1a, bytes(1));
}

/** The host sent something that is no HCI packet. */
export function hardwareError(code: number): Uint8Array {
  return event(0x10, bytes(code));
}

export interface ConnectionParameters {
  /** In steps of 1.25 ms. */
  readonly interval: number;
  /** Connection events that the peripheral may skip. */
  readonly latency: number;
  /** In steps of 10 ms. */
  readonly timeout: number;
}

export interface ConnectionReport extends ConnectionParameters {
  readonly status: number;
  readonly handle: number;
  readonly role: "central" | "peripheral";
  readonly peer: BluetoothAddress;
  readonly peerType: AddressType;
}

export function connectionComplete(report: ConnectionReport): Uint8Array {
  const role = report.role === "central" ? 0 : 1;
  return event(
    0x3e,
    bytes(
      ...[0x01, report.status, le16(report.handle), role],
      ...[addressTypeCode(report.peerType), addressBytes(report.peer)],
      ...[le16(report.interval), le16(report.latency), le16(report.timeout), 0],
    ),
  );
}

export function connectionUpdated(status: number, handle: number, parameters: ConnectionParameters): Uint8Array {
  const { interval, latency, timeout } = parameters;
  return event(0x3e, bytes(0x03, status, le16(handle), le16(interval), le16(latency), le16(timeout)));
}

export interface AdvertisingReport {
  /** 0 connectable, 2 scannable, 3 neither, 4 a scan response. */
  readonly type: number;
  readonly address: BluetoothAddress;
  readonly addressType: AddressType;
  readonly data: Uint8Array;
  readonly rssi: number;
}

export function advertisingReport(report: AdvertisingReport): Uint8Array {
  const { type, address, addressType, data, rssi } = report;
  return event(
    0x3e,
    bytes(0x02, 1, type, addressTypeCode(addressType), addressBytes(address), data.length, data, rssi),
  );
}
