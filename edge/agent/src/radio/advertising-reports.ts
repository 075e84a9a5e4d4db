import type { AddressType } from "./central-radio.js";

// Core 5.3 Vol 4 E 7.7.65: an LE Meta event, as an H4 packet.
const EVENT = 0x04;
const LE_META = 0x3e;
const ADVERTISING_REPORT = 0x02;
const EXTENDED_ADVERTISING_REPORT = 0x0d;
const FIRST_REPORT_AT = 5;
const CONNECTABLE_UNDIRECTED = 0x00;
const EXTENDED_CONNECTABLE = 0x01;
// Event type, address type, address, length of the data.
const LEGACY_HEADER = 9;
// Event type, address type, address, PHYs, set, power, strength, interval, direct address, length of the data.
const EXTENDED_HEADER = 24;

/** One advertisement as the controller reported it. One object for all: nothing of it lasts beyond the call. */
export interface AdvertisingReport {
  readonly connectable: boolean;
  readonly addressType: AddressType;
  /** Put together when it is read. */
  readonly address: string;
  readonly data: Uint8Array;
  /** dBm; 127 when the controller does not know. */
  readonly rssi: number;
}

class CurrentReport implements AdvertisingReport {
  connectable = false;
  addressType: AddressType = "public";
  data: Uint8Array = new Uint8Array(0);
  rssi = 0;
  packet: Uint8Array = this.data;
  addressAt = 0;

  get address(): string {
    let text = "";
    for (let i = 5; i >= 0; i -= 1) {
      text += (this.packet[this.addressAt + i] ?? 0).toString(16).padStart(2, "0");
      if (i > 0) text += ":";
    }
    return text;
  }
}

/**
 * Hands over every advertisement in an HCI packet, and says whether the packet was a report of advertisements. What is
 * cut short ends it. It runs thousands of times a second and makes one view of the data, no strings.
 */
export function createReportReader(onReport: (report: AdvertisingReport) => void): (packet: Uint8Array) => boolean {
  const report = new CurrentReport();
  return (packet) => {
    if (packet[0] !== EVENT || packet[1] !== LE_META) return false;
    const extended = packet[3] === EXTENDED_ADVERTISING_REPORT;
    if (!extended && packet[3] !== ADVERTISING_REPORT) return false;
    report.packet = packet;
    let at = FIRST_REPORT_AT;
    for (let left = packet[4] ?? 0; left > 0; left -= 1) {
      at = extended ? readExtended(report, at) : readLegacy(report, at);
      if (at === CUT_SHORT) break;
      onReport(report);
    }
    return true;
  };
}

const CUT_SHORT = -1;

/** Core 5.3 Vol 4 E 7.7.65.2. Fills `report` and says where the next one begins. */
function readLegacy(report: CurrentReport, at: number): number {
  const { packet } = report;
  const dataAt = at + LEGACY_HEADER;
  const rssiAt = dataAt + (packet[dataAt - 1] ?? 0);
  if (rssiAt >= packet.length) return CUT_SHORT;
  report.connectable = packet[at] === CONNECTABLE_UNDIRECTED;
  fill(report, { typeAt: at + 1, rssiAt, dataAt, dataEnd: rssiAt });
  return rssiAt + 1;
}

/** Core 5.3 Vol 4 E 7.7.65.13. */
function readExtended(report: CurrentReport, at: number): number {
  const { packet } = report;
  const dataAt = at + EXTENDED_HEADER;
  const dataEnd = dataAt + (packet[dataAt - 1] ?? 0);
  if (dataAt > packet.length || dataEnd > packet.length) return CUT_SHORT;
  report.connectable = ((packet[at] ?? 0) & EXTENDED_CONNECTABLE) !== 0;
  fill(report, { typeAt: at + 2, rssiAt: at + 13, dataAt, dataEnd });
  return dataEnd;
}

function fill(
  report: CurrentReport,
  { typeAt, rssiAt, dataAt, dataEnd }: { typeAt: number; rssiAt: number; dataAt: number; dataEnd: number },
): void {
  const { packet } = report;
  // 0x02 and 0x03 are public and random identities that the controller itself resolved.
  report.addressType = ((packet[typeAt] ?? 0) & 1) === 1 ? "random" : "public";
  report.addressAt = typeAt + 1;
  report.rssi = ((packet[rssiAt] ?? 0) << 24) >> 24;
  report.data = packet.subarray(dataAt, dataEnd);
}
