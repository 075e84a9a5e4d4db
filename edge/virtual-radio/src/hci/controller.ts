import type { Air, HeardFrame, Station } from "../room/air.js";
import type { Clock } from "../room/clock.js";
import { asReportedRssi } from "../room/propagation.js";
import type { Draw } from "../room/seeded.js";
import { type AddressType, addressBytes, type BluetoothAddress, readAddress } from "./address.js";
import { type Advertiser, createAdvertiser } from "./advertiser.js";
import * as codes from "./codes.js";
import { advertisingReport, commandComplete, commandStatus, connectionComplete, hardwareError } from "./events.js";
import { createInitiator } from "./initiator.js";
import { createLinkTable, type StatusAndAct } from "./links.js";
import { ACL_BUFFERS, ACL_DATA_LENGTH, decodeHostPacket, read16, write16 } from "./packets.js";
import { createScanner } from "./scanner.js";

export interface ControllerOptions {
  readonly name: string;
  readonly address: BluetoothAddress;
  readonly addressType: AddressType;
  readonly maxConnections: number;
  readonly maxAttMtu: number | undefined;
  readonly initiatorScans: "as-asked" | "continuously";
  readonly clock: Clock;
  readonly draw: Draw;
  readonly air: Air;
  /** Towards the host. */
  readonly emit: (packet: Uint8Array) => void;
  /** True while the host reads too slowly: advertising reports are dropped then, as real controllers do. */
  readonly congested: () => boolean;
}

/** A Bluetooth LE controller in software: HCI above, a simulated room below. */
export interface Controller extends Station {
  /** One packet from the host. `malformed` when it is no HCI packet; nothing else changes then. */
  receive(packet: Uint8Array): "accepted" | "malformed";
  readonly address: BluetoothAddress;
  readonly advertising: boolean;
  readonly scanning: boolean;
  peers(): string[];
  sniff(listener: (frame: HeardFrame) => void): () => void;
  /** Power off, without a word to anybody. */
  powerOff(): void;
}

type Handler = (parameters: Uint8Array, opcode: number) => void;

const HARDWARE_ERROR_BAD_PACKET = 0x01;
const NO_RSSI = 127;

export function createController(options: ControllerOptions): Controller {
  const { name, clock, air, emit } = options;
  const identities = { public: options.address, random: options.address };
  const sniffers = new Set<(frame: HeardFrame) => void>();

  const identity = (ownAddressType: number): { address: BluetoothAddress; type: AddressType } =>
    ownAddressType === 1
      ? { address: identities.random, type: "random" }
      : { address: identities.public, type: options.addressType };

  const links = createLinkTable({ emit, maxConnections: options.maxConnections, maxAttMtu: options.maxAttMtu });
  const initiator = createInitiator({ clock, draw: options.draw, scans: options.initiatorScans });
  const scanner = createScanner(clock, (report) => {
    if (!options.congested()) emit(advertisingReport({ ...report, rssi: asReportedRssi(report.rssi) }));
  });
  const advertiser: Advertiser = createAdvertiser({
    clock,
    draw: options.draw,
    identity,
    transmit: (advertisement) => air.broadcast(name, advertisement),
  });

  const complete = (opcode: number, ...result: ReadonlyArray<number | Uint8Array>): void =>
    emit(commandComplete(opcode, ...result));
  const accept: Handler = (_, opcode) => complete(opcode, codes.SUCCESS);
  const setting =
    (apply: (parameters: Uint8Array) => number): Handler =>
    (parameters, opcode) =>
      complete(opcode, apply(parameters));

  function reset(): void {
    advertiser.enable(false);
    scanner.setEnabled(Uint8Array.of(0, 0));
    initiator.take();
    links.abandonAll();
  }

  function readRssi(parameters: Uint8Array, opcode: number): void {
    const handle = read16(parameters, 0);
    const peer = links.peerOf(handle);
    const status = peer === undefined ? codes.UNKNOWN_CONNECTION : codes.SUCCESS;
    const rssi = peer === undefined ? undefined : air.rssi(peer, name);
    complete(opcode, status, little16(handle), rssi === undefined ? NO_RSSI : asReportedRssi(rssi));
  }

  function enableAdvertising(parameters: Uint8Array): number {
    if (parameters.length !== 1) return codes.INVALID_PARAMETERS;
    if (parameters[0] === 1 && links.full) return codes.CONNECTION_LIMIT_EXCEEDED;
    advertiser.enable(parameters[0] === 1);
    return codes.SUCCESS;
  }

  function cancelConnecting(opcode: number): void {
    const wanted = initiator.take();
    complete(opcode, wanted === undefined ? codes.COMMAND_DISALLOWED : codes.SUCCESS);
    if (wanted === undefined) return;
    const peer = { peer: "00:00:00:00:00:00", peerType: "public" } as const;
    const status = codes.UNKNOWN_CONNECTION;
    emit(connectionComplete({ ...wanted.parameters, ...peer, status, handle: 0, role: "central" }));
  }

  function writeAddress(parameters: Uint8Array): number {
    if (parameters.length !== 6) return codes.INVALID_PARAMETERS;
    identities.public = readAddress(parameters, 0);
    return codes.SUCCESS;
  }

  const bufferSizes = Uint8Array.of(ACL_DATA_LENGTH, 0, 64, ACL_BUFFERS, 0, ACL_BUFFERS, 0);
  const version = Uint8Array.of(0x0a, 0, 0, 0x0a, codes.MANUFACTURER & 0xff, codes.MANUFACTURER >>> 8, 0, 0);
  const handlers = new Map<number, Handler>([
    [codes.SET_EVENT_MASK, accept],
    [codes.LE_SET_EVENT_MASK, accept],
    [codes.WRITE_LE_HOST_SUPPORT, accept],
    [codes.READ_LE_HOST_SUPPORT, (_, opcode) => complete(opcode, codes.SUCCESS, 1, 0)],
    [codes.READ_LOCAL_VERSION, (_, opcode) => complete(opcode, codes.SUCCESS, version)],
    [codes.READ_SUPPORTED_COMMANDS, (_, opcode) => complete(opcode, codes.SUCCESS, new Uint8Array(64))],
    [codes.READ_BUFFER_SIZE, (_, opcode) => complete(opcode, codes.SUCCESS, bufferSizes)],
    [codes.LE_READ_BUFFER_SIZE, (_, opcode) => complete(opcode, codes.SUCCESS, ACL_DATA_LENGTH, 0, ACL_BUFFERS)],
    [codes.READ_BD_ADDR, (_, opcode) => complete(opcode, codes.SUCCESS, addressBytes(identities.public))],
    [codes.READ_RSSI, readRssi],
    [codes.LE_SET_ADVERTISING_PARAMETERS, setting((parameters) => advertiser.setParameters(parameters))],
    [codes.LE_SET_ADVERTISING_DATA, setting((parameters) => advertiser.setData(parameters))],
    [codes.LE_SET_SCAN_RESPONSE_DATA, setting((parameters) => advertiser.setScanResponse(parameters))],
    [codes.LE_SET_ADVERTISE_ENABLE, setting(enableAdvertising)],
    [codes.LE_SET_SCAN_PARAMETERS, setting((parameters) => scanner.setParameters(parameters))],
    [codes.LE_SET_SCAN_ENABLE, setting((parameters) => scanner.setEnabled(parameters))],
    [codes.VENDOR_WRITE_BD_ADDR, setting(writeAddress)],
    [codes.LE_CREATE_CONNECTION_CANCEL, (_, opcode) => cancelConnecting(opcode)],
    [
      codes.RESET,
      (_, opcode) => {
        reset();
        complete(opcode, codes.SUCCESS);
      },
    ],
    [
      codes.LE_SET_RANDOM_ADDRESS,
      setting((parameters) => {
        if (parameters.length !== 6) return codes.INVALID_PARAMETERS;
        identities.random = readAddress(parameters, 0);
        return codes.SUCCESS;
      }),
    ],
    [
      codes.LE_CREATE_CONNECTION,
      (parameters, opcode) =>
        emit(commandStatus(opcode, links.full ? codes.CONNECTION_LIMIT_EXCEEDED : initiator.create(parameters))),
    ],
    [codes.DISCONNECT, (parameters, opcode) => statusThen(opcode, links.disconnect(parameters))],
    [codes.LE_CONNECTION_UPDATE, (parameters, opcode) => statusThen(opcode, links.update(parameters))],
  ]);

  function statusThen(opcode: number, outcome: StatusAndAct): void {
    emit(commandStatus(opcode, outcome.status));
    outcome.act();
  }

  return {
    name,
    get address() {
      return identities.public;
    },
    get advertising() {
      return advertiser.enabled;
    },
    get scanning() {
      return scanner.enabled;
    },
    get listening() {
      return scanner.enabled || initiator.wanted !== undefined || sniffers.size > 0;
    },
    get overhearing() {
      return sniffers.size > 0;
    },
    peers: () => links.peers(),
    receive(packet) {
      const read = decodeHostPacket(packet);
      if (read.kind === "malformed") {
        emit(hardwareError(HARDWARE_ERROR_BAD_PACKET));
        return "malformed";
      }
      if (read.kind === "acl") links.send(read);
      else {
        const handler = handlers.get(read.opcode);
        if (handler === undefined) complete(read.opcode, codes.UNKNOWN_COMMAND);
        else handler(read.parameters, read.opcode);
      }
      return "accepted";
    },
    hear({ from, advertisement, rssi, again }) {
      scanner.hear(advertisement, rssi, again);
      const { address, addressType } = advertisement;
      if (advertisement.type !== 0 || !initiator.wants(address, addressType) || links.full) return;
      connectTo(from, address, addressType);
    },
    acceptsConnection: (address) =>
      advertiser.connectable && !links.full && (address === identities.public || address === identities.random),
    attach(attached) {
      if (attached.side === "peripheral") advertiser.enable(false);
      return links.attach(attached);
    },
    overhear(frame) {
      for (const listener of sniffers) listener(frame);
    },
    sniff(listener) {
      sniffers.add(listener);
      return () => sniffers.delete(listener);
    },
    powerOff() {
      sniffers.clear();
      reset();
    },
  };

  function connectTo(from: string, address: BluetoothAddress, type: AddressType): void {
    const { wanted } = initiator;
    if (wanted === undefined) return;
    const initiating = { name, ...identity(wanted.ownAddressType) };
    const advertising = { name: from, address, type };
    // Nobody answers for a replayed advertisement, or after somebody else was faster: then the wish stays.
    if (!air.accepts(advertising)) return;
    initiator.take();
    air.connect({ initiator: initiating, advertiser: advertising, parameters: wanted.parameters });
  }
}

function little16(value: number): Uint8Array {
  const bytes = new Uint8Array(2);
  write16(bytes, 0, value);
  return bytes;
}
