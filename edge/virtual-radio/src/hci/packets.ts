// Packets from a host to its controller, in the UART ("H4") form that host stacks write to an HCI socket.
// Core 5.3 Vol 4 Part A 2 and Part E 5.4.

export interface CommandPacket {
  readonly kind: "command";
  readonly opcode: number;
  readonly parameters: Uint8Array;
}

export interface AclPacket {
  readonly kind: "acl";
  readonly handle: number;
  readonly boundary: number;
  readonly data: Uint8Array;
}

export interface MalformedPacket {
  readonly kind: "malformed";
  readonly reason: "empty" | "unknown-type" | "truncated" | "length-mismatch" | "too-long";
}

export type HostPacket = CommandPacket | AclPacket | MalformedPacket;

export const H4_COMMAND = 0x01;
export const H4_ACL = 0x02;
export const H4_EVENT = 0x04;

/** The ACL data length that the controllers here offer: the most that the data length extension carries. */
export const ACL_DATA_LENGTH = 0xfb;
export const ACL_BUFFERS = 8;

/** No packet of these controllers is longer. */
export const MAX_H4_LENGTH = 4 + 255;

const COMMAND_HEADER = 4;
const ACL_HEADER = 5;

function malformed(reason: MalformedPacket["reason"]): MalformedPacket {
  return { kind: "malformed", reason };
}

/** Reads one whole packet. Never throws; what it cannot read is `malformed` with a stable reason. */
export function decodeHostPacket(packet: Uint8Array): HostPacket {
  const type = packet[0];
  if (type === undefined) return malformed("empty");
  if (packet.length > MAX_H4_LENGTH) return malformed("too-long");
  switch (type) {
    case H4_COMMAND:
      return decodeCommand(packet);
    case H4_ACL:
      return decodeAcl(packet);
    default:
      return malformed("unknown-type");
  }
}

function decodeCommand(packet: Uint8Array): HostPacket {
  if (packet.length < COMMAND_HEADER) return malformed("truncated");
  const opcode = read16(packet, 1);
  const parameters = packet.slice(COMMAND_HEADER);
  return parameters.length === packet[3] ? { kind: "command", opcode, parameters } : malformed("length-mismatch");
}

function decodeAcl(packet: Uint8Array): HostPacket {
  if (packet.length < ACL_HEADER) return malformed("truncated");
  const flags = read16(packet, 1);
  const data = packet.slice(ACL_HEADER);
  if (data.length !== read16(packet, 3)) return malformed("length-mismatch");
  if (data.length > ACL_DATA_LENGTH) return malformed("too-long");
  return { kind: "acl", handle: flags & 0x0fff, boundary: (flags >>> 12) & 0x3, data };
}

/** One ACL packet, ready for an HCI socket. */
export function encodeAcl(handle: number, boundary: number, data: Uint8Array): Uint8Array {
  const packet = new Uint8Array(ACL_HEADER + data.length);
  packet[0] = H4_ACL;
  write16(packet, 1, (handle & 0x0fff) | (boundary << 12));
  write16(packet, 3, data.length);
  packet.set(data, ACL_HEADER);
  return packet;
}

/** One command packet, ready for an HCI socket. */
export function encodeCommand(opcode: number, parameters: Uint8Array = new Uint8Array(0)): Uint8Array {
  const packet = new Uint8Array(COMMAND_HEADER + parameters.length);
  packet[0] = H4_COMMAND;
  write16(packet, 1, opcode);
  packet[3] = parameters.length;
  packet.set(parameters, COMMAND_HEADER);
  return packet;
}

export function read16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] ?? 0) | ((bytes[offset + 1] ?? 0) << 8);
}

export function write16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value & 0xff;
  bytes[offset + 1] = (value >>> 8) & 0xff;
}
