import { type AdvertisingReport, createReportReader } from "./advertising-reports.js";
import type { NobleHciBindings, NobleStack } from "./noble-stack.js";

const COMMAND = 0x01;
const LE_SET_SCAN_PARAMETERS = 0x200b;
const LE_CREATE_CONNECTION = 0x200d;
// Packet type, opcode, length; then the kind of scan, its interval and window, own address type, filter.
const SCAN_PARAMETERS_BYTES = 4 + 7;
const SCAN_KIND_AT = 4;
const PASSIVE = 0;
// Packet type, opcode, length, then the parameters: scan interval and scan window first, two bytes each.
const CREATE_CONNECTION_BYTES = 4 + 25;
const INTERVAL_AT = 4;
const WINDOW_AT = 6;
const ACL_DATA = 0x02;
// Core 5.3 Vol 3 A 4: our ATT MTU is 256 and signalling is shorter; no honest phone starts a longer L2CAP packet.
const LONGEST_L2CAP_BYTES = 1_024;
// Packet type, handle, length, L2CAP length and channel; then the ATT error, the request it answers, a handle, a code.
const ATT_ERROR_BYTES = 14;
const CHANNEL_AT = 7;
const ATT_CHANNEL = 0x0004;
const ATT_AT = 9;
const ATT_ERROR = 0x01;
const ATT_MTU_REQUEST = 0x02;
const REQUEST_AT = 10;
const CODE_AT = 13;
const INVALID_PDU = 0x04;
const REQUEST_NOT_SUPPORTED = 0x06;

export interface PacketGuards {
  readonly onReport: (report: AdvertisingReport) => void;
  /** A packet broke the stack, or tried to. */
  readonly onFault: () => void;
  /** The phone behind this connection refused a request; `request` is its ATT opcode. noble tells nobody. */
  readonly onRefusal: (handle: number, request: number) => void;
}

interface AclQueue {
  flushAcl(): Promise<void>;
  _aclQueue: readonly { readonly handle: number }[];
  readonly _aclConnections: ReadonlyMap<number, unknown>;
}

/**
 * Stands between the controller and noble. Advertisements never get to noble: it keeps every address that it ever heard,
 * so that a flood of them would fill the memory, and it spells out each packet several times over. A packet that makes
 * noble throw ends the link that it came over instead of the process, and a phone cannot make it gather an endless L2CAP
 * packet. To be called before noble powers up.
 */
export function guardAgainstPackets(bindings: NobleHciBindings, guards: PacketGuards): void {
  const hci = bindings._hci;
  const read = hci.onSocketData.bind(hci);
  const readReports = createReportReader(guards.onReport);
  hci.onSocketData = (packet: Buffer) => {
    const handle = packet.length >= 3 && packet[0] === ACL_DATA ? packet.readUInt16LE(1) & 0x0fff : undefined;
    try {
      if (readReports(packet)) return;
      const refused = handle === undefined ? undefined : refusedRequest(packet);
      read(packet);
      if (handle !== undefined && refused !== undefined) guards.onRefusal(handle, refused);
    } catch {
      guards.onFault();
      if (handle !== undefined) hci.disconnect(handle);
      return;
    }
    if (handle === undefined) return;
    const gathering = hci._handleBuffers[handle];
    if (gathering === undefined) return;
    if (gathering.length > LONGEST_L2CAP_BYTES || gathering.data.length > gathering.length) {
      delete hci._handleBuffers[handle];
      guards.onFault();
      hci.disconnect(handle);
    }
  };
  forgetClosedLinks(hci as unknown as AclQueue);
}

/**
 * The request that a phone answers with an ATT error (Core 5.3 Vol 3 F 3.4.1.1). noble drops "invalid PDU" and then asks
 * that phone for nothing more, so one that calls an exchange of MTUs that says the same as "not supported" to noble.
 */
function refusedRequest(packet: Buffer): number | undefined {
  if (packet.length !== ATT_ERROR_BYTES || packet[ATT_AT] !== ATT_ERROR) return undefined;
  if (packet.readUInt16LE(CHANNEL_AT) !== ATT_CHANNEL) return undefined;
  const request = packet[REQUEST_AT];
  if (request === ATT_MTU_REQUEST && packet[CODE_AT] === INVALID_PDU) packet[CODE_AT] = REQUEST_NOT_SUPPORTED;
  return request;
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
 * Changes two commands of noble's on their way to the controller. It connects while it listens for 30 of each 60 ms, so
 * that it misses every second advertisement of the phone; a kiosk has power enough to listen all the time (Core 5.3 Vol 4
 * E 7.8.12: LE_Scan_Window). And it asks everybody in the air for a scan response, which doubles the reports and which
 * no tap needs: a kiosk only listens.
 */
export function listenWellAndSayNothing(bindings: NobleHciBindings): void {
  const socket = bindings._hci._socket;
  const write = socket.write.bind(socket);
  socket.write = (packet: Buffer) => {
    const opcode = packet[0] === COMMAND && packet.length >= 4 ? packet.readUInt16LE(1) : undefined;
    if (opcode === LE_CREATE_CONNECTION && packet.length === CREATE_CONNECTION_BYTES) {
      packet.copyWithin(WINDOW_AT, INTERVAL_AT, WINDOW_AT);
    }
    if (opcode === LE_SET_SCAN_PARAMETERS && packet.length === SCAN_PARAMETERS_BYTES) packet[SCAN_KIND_AT] = PASSIVE;
    write(packet);
  };
}

const DISCONNECTION_COMPLETE = [0x04, 0x05, 0x04, 0x00] as const;
const CONNECTION_TIMEOUT = 0x08;

/**
 * Says to noble what the controller ought to have said: this link has ended. Otherwise noble keeps it for good, and what
 * it still had to send there holds up the other links.
 */
export function endInNoble(bindings: NobleHciBindings, handle: number): void {
  bindings._hci.onSocketData(Buffer.of(...DISCONNECTION_COMPLETE, handle & 0xff, handle >>> 8, CONNECTION_TIMEOUT));
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
