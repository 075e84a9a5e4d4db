import type { EventEmitter } from "node:events";
import type { AddressType } from "./central-radio.js";

/** What is used of `@abandonware/noble` 1.9, over a real adapter or over the virtual radio. */
export interface NobleStack extends EventEmitter {
  startScanning(services: string[], allowDuplicates: boolean): void;
  stopScanning(): void;
  cancelConnect(id: string): void;
  /** HCI Reset: the controller drops every link. */
  reset(): void;
  /** Reading it powers the adapter up. */
  readonly state?: string;
  _state: string;
  _bindings: unknown;
}

export interface NoblePeripheral extends EventEmitter {
  readonly id: string;
  readonly address: string;
  readonly addressType: string;
  readonly connectable: boolean;
  readonly advertisement: { serviceUuids?: string[] };
  readonly rssi: number;
  readonly mtu: number | null;
  readonly state: string;
  connect(parameters: NobleConnectionParameters): void;
  cancelConnect(): void;
  disconnect(): void;
  updateRssi(): void;
  discoverServices(uuids: string[]): void;
}

/** In the controller's units: intervals of 1.25 ms, timeout of 10 ms. */
export interface NobleConnectionParameters {
  readonly minInterval: number;
  readonly maxInterval: number;
  readonly latency: number;
  readonly timeout: number;
}

export interface NobleService extends EventEmitter {
  readonly uuid: string;
  discoverCharacteristics(uuids: string[]): void;
}

export interface NobleCharacteristic extends EventEmitter {
  readonly uuid: string;
  readonly properties: readonly string[];
  write(data: Buffer, withoutResponse: boolean): void;
  notify(on: boolean): void;
}

/** The parts of noble's HCI binding (Linux, and the virtual radio) that let unknown advertisements cost nothing. */
export interface NobleHciBindings extends EventEmitter {
  _hci: EventEmitter & {
    onSocketData(packet: Buffer): void;
    pollIsDevUp(): void;
    disconnect(handle: number): void;
    _socket: EventEmitter & { write(packet: Buffer): void; stop(): void };
    _handleBuffers: Record<string, { length: number; data: Buffer } | undefined>;
  };
  /** By a phone's id, its connection's handle; by handle, the id. */
  _handles: Record<string, number | string | undefined>;
  init(): void;
  onStateChange(state: string): void;
  onDiscover(
    status: number,
    address: string,
    addressType: AddressType,
    connectable: boolean,
    advertisement: { serviceUuids: string[]; serviceData: never[] },
    rssi: number,
    scannable: boolean,
  ): void;
}

/** Undefined on a system whose binding has no HCI socket (macOS, Windows). */
export function hciBindings(noble: NobleStack): NobleHciBindings | undefined {
  const bindings = noble._bindings;
  if (typeof bindings !== "object" || bindings === null) return undefined;
  const has = (name: string): boolean => name in bindings;
  return has("_hci") && has("onDiscover") && has("_addresses") ? (bindings as NobleHciBindings) : undefined;
}

export function isNobleStack(noble: EventEmitter): noble is NobleStack {
  return "startScanning" in noble && "stopScanning" in noble && "_bindings" in noble;
}
