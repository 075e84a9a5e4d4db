/** What a central's controller reported that bears on where a phone is. */
export type HciObservation =
  | { readonly type: "advert"; readonly address: string; readonly rssi: number; readonly data: Uint8Array }
  | { readonly type: "connected"; readonly handle: number; readonly address: string }
  | { readonly type: "disconnected"; readonly handle: number }
  | { readonly type: "strength"; readonly handle: number; readonly rssi: number }
  | { readonly type: "notification"; readonly handle: number };

// Core 5.3 Vol 4 E 7.7: event codes; 7.7.65: LE subevents.
const DISCONNECTION_COMPLETE = 0x05;
const COMMAND_COMPLETE = 0x0e;
const LE_META = 0x3e;
const CONNECTION_COMPLETE = 0x01;
const ADVERTISING_REPORT = 0x02;
const ENHANCED_CONNECTION_COMPLETE = 0x0a;
const EXTENDED_ADVERTISING_REPORT = 0x0d;
// 7.5.4: opcode of HCI_Read_RSSI.
const READ_RSSI = 0x1405;
// 7.7.65.2 and 7.7.65.13: not available.
const NO_RSSI = 127;
// Vol 3 F 3.4.7.1 and Vol 3 A 2.1: a notification, on ATT's channel.
const ATT_CHANNEL = 0x0004;
const ATT_NOTIFICATION = 0x1b;

/** What one event says; nothing of it where it is cut short or about something else. */
export function readEvent(packet: Uint8Array): readonly HciObservation[] {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const parameters = packet.length - 2;
  if (parameters < 1 || parameters < view.getUint8(1)) return [];
  switch (view.getUint8(0)) {
    case DISCONNECTION_COMPLETE:
      return parameters >= 4 && view.getUint8(2) === 0 ? [{ type: "disconnected", handle: handleAt(view, 3) }] : [];
    case COMMAND_COMPLETE: {
      if (parameters < 7 || view.getUint16(3, true) !== READ_RSSI || view.getUint8(5) !== 0) return [];
      const rssi = view.getInt8(8);
      return rssi === NO_RSSI ? [] : [{ type: "strength", handle: handleAt(view, 6), rssi }];
    }
    case LE_META:
      return readLeEvent(view, packet);
    default:
      return [];
  }
}

/** Whether this data from a peer is a notification: a heartbeat is one, and so is every other message to a kiosk. */
export function readData(packet: Uint8Array): readonly HciObservation[] {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  if (packet.length < 9 || view.getUint16(6, true) !== ATT_CHANNEL) return [];
  // A packet that goes on begins with no header of its own.
  const continues = ((view.getUint16(0, true) >>> 12) & 3) === 1;
  return continues || view.getUint8(8) !== ATT_NOTIFICATION
    ? []
    : [{ type: "notification", handle: handleAt(view, 0) }];
}

function readLeEvent(view: DataView, packet: Uint8Array): readonly HciObservation[] {
  switch (view.getUint8(2)) {
    case CONNECTION_COMPLETE:
    case ENHANCED_CONNECTION_COMPLETE:
      if (packet.length < 14 || view.getUint8(3) !== 0) return [];
      return [{ type: "connected", handle: handleAt(view, 4), address: addressAt(packet, 8) }];
    case ADVERTISING_REPORT:
      return reports(packet, LEGACY_REPORT);
    case EXTENDED_ADVERTISING_REPORT:
      return reports(packet, EXTENDED_REPORT);
    default:
      return [];
  }
}

interface ReportLayout {
  readonly address: number;
  readonly length: number;
  readonly data: number;
  /** Where the strength is, by the length of the data. */
  readonly rssi: (dataLength: number) => number;
  readonly size: (dataLength: number) => number;
}

const LEGACY_REPORT: ReportLayout = {
  address: 2,
  length: 8,
  data: 9,
  rssi: (dataLength) => 9 + dataLength,
  size: (dataLength) => 10 + dataLength,
};
const EXTENDED_REPORT: ReportLayout = {
  address: 3,
  length: 23,
  data: 24,
  rssi: () => 13,
  size: (dataLength) => 24 + dataLength,
};

function reports(packet: Uint8Array, layout: ReportLayout): readonly HciObservation[] {
  const found: HciObservation[] = [];
  let at = 4;
  for (let left = packet[3] ?? 0; left > 0; left -= 1) {
    const dataLength = packet[at + layout.length];
    if (dataLength === undefined || at + layout.size(dataLength) > packet.length) break;
    const rssi = ((packet[at + layout.rssi(dataLength)] ?? 0) << 24) >> 24;
    if (rssi !== NO_RSSI) {
      const data = packet.slice(at + layout.data, at + layout.data + dataLength);
      found.push({ type: "advert", address: addressAt(packet, at + layout.address), rssi, data });
    }
    at += layout.size(dataLength);
  }
  return found;
}

const handleAt = (view: DataView, at: number): number => view.getUint16(at, true) & 0x0fff;

const addressAt = (packet: Uint8Array, at: number): string =>
  [...packet.subarray(at, at + 6)]
    .reverse()
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join(":");
