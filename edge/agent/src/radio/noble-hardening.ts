import type { AddressType } from "./central-radio.js";
import type { NobleHciBindings, NobleStack } from "./noble-stack.js";

const COMMAND = 0x01;
const LE_CREATE_CONNECTION = 0x200d;
// Packet type, opcode, length, then the parameters: scan interval and scan window first, two bytes each.
const CREATE_CONNECTION_BYTES = 4 + 25;
const INTERVAL_AT = 4;
const WINDOW_AT = 6;
const ACL_DATA = 0x02;
// Core 5.3 Vol 3 A 4: our ATT MTU is 256 and signalling is shorter; no honest phone starts a longer L2CAP packet.
const LONGEST_L2CAP_BYTES = 1_024;
const CONNECTABLE_UNDIRECTED = 0x00;
const EXTENDED_CONNECTABLE = 0x01;

export interface RawReport {
  readonly address: string;
  readonly addressType: AddressType;
  readonly data: Uint8Array;
  readonly rssi: number;
}

interface AclQueue {
  flushAcl(): Promise<void>;
  _aclQueue: readonly { readonly handle: number }[];
  readonly _aclConnections: ReadonlyMap<number, unknown>;
}

/**
 * A packet that makes noble throw ends the link that it came over instead of the process, and a phone cannot make it
 * gather an endless L2CAP packet. To be called before noble powers up.
 */
export function guardAgainstPackets(bindings: NobleHciBindings, onFault: () => void): void {
  const hci = bindings._hci;
  const read = hci.onSocketData.bind(hci);
  hci.onSocketData = (packet: Buffer) => {
    const handle = packet.length >= 3 && packet[0] === ACL_DATA ? packet.readUInt16LE(1) & 0x0fff : undefined;
    try {
      read(packet);
    } catch {
      onFault();
      if (handle !== undefined) hci.disconnect(handle);
      return;
    }
    if (handle === undefined) return;
    const gathering = hci._handleBuffers[handle];
    if (gathering === undefined) return;
    if (gathering.length > LONGEST_L2CAP_BYTES || gathering.data.length > gathering.length) {
      delete hci._handleBuffers[handle];
      onFault();
      hci.disconnect(handle);
    }
  };
  forgetClosedLinks(hci as unknown as AclQueue);
}

/** noble throws in a promise that nobody awaits when it writes to a link that has just gone; Node ends the process then. */
function forgetClosedLinks(hci: AclQueue): void {
  const flush = hci.flushAcl.bind(hci);
  hci.flushAcl = () => {
    hci._aclQueue = hci._aclQueue.filter(({ handle }) => hci._aclConnections.has(handle));
    return flush();
  };
}

/**
 * noble lets the controller listen for 30 of each 60 ms while it connects, so that it misses every second advertisement
 * of the phone. A kiosk has power enough to listen all the time. Core 5.3 Vol 4 E 7.8.12: LE_Scan_Window.
 */
export function listenAlwaysToConnect(bindings: NobleHciBindings): void {
  const socket = bindings._hci._socket;
  const write = socket.write.bind(socket);
  socket.write = (packet: Buffer) => {
    const creates = packet[0] === COMMAND && packet.readUInt16LE(1) === LE_CREATE_CONNECTION;
    if (creates && packet.length === CREATE_CONNECTION_BYTES) packet.copyWithin(WINDOW_AT, INTERVAL_AT, WINDOW_AT);
    write(packet);
  };
}

/**
 * Takes connectable advertisements before noble stores anything about them: noble keeps every address that it ever
 * heard, so that a flood of them would fill the memory.
 */
export function takeReports(bindings: NobleHciBindings, onReport: (report: RawReport) => void): void {
  const hci = bindings._hci;
  hci.removeAllListeners("leAdvertisingReport");
  hci.removeAllListeners("leExtendedAdvertisingReport");
  hci.on(
    "leAdvertisingReport",
    (_status: number, type: number, address: string, addressType: AddressType, data: Uint8Array, rssi: number) => {
      if (type === CONNECTABLE_UNDIRECTED) onReport({ address, addressType, data, rssi });
    },
  );
  hci.on(
    "leExtendedAdvertisingReport",
    (
      _status: number,
      type: number,
      address: string,
      addressType: AddressType,
      _power: number,
      rssi: number,
      data: Uint8Array,
    ) => {
      if ((type & EXTENDED_CONNECTABLE) !== 0) onReport({ address, addressType, data, rssi });
    },
  );
}

/** Makes noble forget a phone wholly, once its link is closed. */
export function forgetPeripheral(noble: NobleStack, id: string): void {
  const bindings = noble._bindings;
  const owners: unknown[] = [noble, bindings];
  for (const owner of owners) {
    if (typeof owner !== "object" || owner === null) continue;
    for (const name of PER_PHONE) {
      const table: unknown = Reflect.get(owner, name);
      if (typeof table === "object" && table !== null) Reflect.deleteProperty(table, id);
    }
  }
}

const PER_PHONE = [
  "_peripherals",
  "_services",
  "_characteristics",
  "_descriptors",
  "_discoveredPeripheralUUids",
  "_addresses",
  "_addresseTypes",
  "_connectable",
  "scannable",
];
