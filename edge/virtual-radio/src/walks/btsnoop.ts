/** What kind of HCI packet a record holds, and which way it went. */
export type HciDirection = "to-controller" | "from-controller";
export interface HciRecord {
  /** Microseconds since 1970. */
  readonly atUs: number;
  readonly adapter: number;
  readonly kind: "command" | "event" | "acl";
  readonly direction: HciDirection;
  readonly packet: Uint8Array;
}

export type BtsnoopRefusal = "btsnoop-header" | "btsnoop-format" | "btsnoop-record";
export type BtsnoopOutcome =
  | {
      readonly ok: true;
      readonly records: readonly HciRecord[];
      /** The file ends within a record: whoever wrote it was stopped. */
      readonly truncated: boolean;
    }
  | { readonly ok: false; readonly code: BtsnoopRefusal };

const MAGIC = "btsnoop\0";
const HEADER_BYTES = 16;
const RECORD_BYTES = 24;
const LARGEST_PACKET = 65_540;
const FORMAT = { h1: 1001, h4: 1002, monitor: 2001 } as const;
// Timestamps count microseconds from the year 0; this is 1970 (BlueZ, doc/btsnoop.txt and src/shared/btsnoop.c).
const EPOCH_US = 0x00dcddb30f2f8000n;

/**
 * Reads a file written by `btmon -w FILE` (Linux monitor format), or one of the older HCI formats that Android writes.
 * Everything but commands, events and ACL data is passed over.
 */
export function readBtsnoop(bytes: Uint8Array): BtsnoopOutcome {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || new TextDecoder().decode(bytes.subarray(0, 8)) !== MAGIC) {
    return { ok: false, code: "btsnoop-header" };
  }
  const format = view.getUint32(12);
  if (view.getUint32(8) !== 1 || !Object.values<number>(FORMAT).includes(format)) {
    return { ok: false, code: "btsnoop-format" };
  }
  const records: HciRecord[] = [];
  let at = HEADER_BYTES;
  while (at + RECORD_BYTES <= bytes.length) {
    const length = view.getUint32(at + 4);
    if (length > LARGEST_PACKET) return { ok: false, code: "btsnoop-record" };
    const from = at + RECORD_BYTES;
    if (from + length > bytes.length) break;
    const atUs = Number(view.getBigInt64(at + 16) - EPOCH_US);
    const record = packetOf(format, view.getUint32(at + 8), bytes.subarray(from, from + length));
    if (record !== null) records.push({ atUs, ...record });
    at = from + length;
  }
  return { ok: true, records, truncated: at !== bytes.length };
}

type Packet = Omit<HciRecord, "atUs">;

function packetOf(format: number, flags: number, bytes: Uint8Array): Packet | null {
  if (format === FORMAT.monitor) return monitorPacket(flags, bytes);
  const direction = (flags & 1) === 1 ? "from-controller" : "to-controller";
  if (format === FORMAT.h1) {
    const kind = (flags & 2) === 0 ? "acl" : direction === "from-controller" ? "event" : "command";
    return { adapter: 0, kind, direction, packet: bytes };
  }
  const kind = H4_KINDS[bytes[0] ?? 0];
  return kind === undefined ? null : { adapter: 0, kind, direction, packet: bytes.subarray(1) };
}

// Core 5.3 Vol 4 A 2: the packet indicator of H4.
const H4_KINDS: Readonly<Record<number, Packet["kind"]>> = { 1: "command", 2: "acl", 4: "event" };

/** Linux's monitor: the opcode is the low half of the flags, the adapter's index the high half. */
function monitorPacket(flags: number, packet: Uint8Array): Packet | null {
  const adapter = flags >>> 16;
  switch (flags & 0xffff) {
    case 2:
      return { adapter, kind: "command", direction: "to-controller", packet };
    case 3:
      return { adapter, kind: "event", direction: "from-controller", packet };
    case 4:
      return { adapter, kind: "acl", direction: "to-controller", packet };
    case 5:
      return { adapter, kind: "acl", direction: "from-controller", packet };
    default:
      return null;
  }
}
