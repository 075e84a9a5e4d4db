import type { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import type { Participant } from "../room/participant.js";
import { hciSocketClassFor } from "./hci-socket.js";
import { endWithParticipant, type StackBindings, type StackHci } from "./lifetime.js";
import { loadFresh } from "./module-cache.js";

/** What Wardkey uses of `@abandonware/noble`. */
export interface Noble extends EventEmitter {
  /** `poweredOn` once the controller answered. Reading it starts the stack. */
  readonly state: string;
  readonly address: string;
  startScanningAsync(serviceUuids?: string[], allowDuplicates?: boolean): Promise<void>;
  stopScanningAsync(): Promise<void>;
  on(event: "stateChange", listener: (state: string) => void): this;
  on(event: "discover", listener: (peripheral: NoblePeripheral) => void): this;
  on(event: "warning", listener: (message: string) => void): this;
}

export interface NobleAdvertisement {
  readonly localName: string | undefined;
  /** Without dashes, lower case. The object is reused for each report of its address: copy what must last. */
  readonly serviceUuids: ReadonlyArray<string>;
  readonly manufacturerData: Buffer | undefined;
}

export interface NobleConnectOptions {
  /** Steps of 1.25 ms. */
  readonly minInterval?: number;
  readonly maxInterval?: number;
  readonly latency?: number;
  /** Supervision timeout, steps of 10 ms. */
  readonly timeout?: number;
}

export interface NoblePeripheral extends EventEmitter {
  readonly id: string;
  readonly address: string;
  readonly addressType: string;
  readonly connectable: boolean;
  readonly advertisement: NobleAdvertisement;
  readonly rssi: number;
  readonly mtu: number | null;
  readonly state: string;
  connectAsync(options?: NobleConnectOptions): Promise<void>;
  cancelConnect(): void;
  disconnectAsync(): Promise<void>;
  updateRssiAsync(): Promise<number>;
  discoverSomeServicesAndCharacteristicsAsync(
    serviceUuids: string[],
    characteristicUuids: string[],
  ): Promise<{ services: NobleService[]; characteristics: NobleCharacteristic[] }>;
  discoverAllServicesAndCharacteristicsAsync(): Promise<{
    services: NobleService[];
    characteristics: NobleCharacteristic[];
  }>;
}

export interface NobleService extends EventEmitter {
  readonly uuid: string;
  readonly characteristics: NobleCharacteristic[];
}

export interface NobleCharacteristic extends EventEmitter {
  readonly uuid: string;
  readonly properties: ReadonlyArray<string>;
  readAsync(): Promise<Buffer>;
  writeAsync(data: Buffer, withoutResponse: boolean): Promise<void>;
  subscribeAsync(): Promise<void>;
  unsubscribeAsync(): Promise<void>;
  on(event: "data", listener: (data: Buffer, isNotification: boolean) => void): this;
}

export interface LoadNobleOptions {
  /** `createRequire(import.meta.url)` of a package that depends on noble, where this one cannot find it. */
  readonly require?: NodeJS.Require;
  /** The stack threw on something a peer sent; that link was ended. */
  readonly onFault?: (fault: unknown) => void;
}

interface NobleHci extends StackHci {
  flushAcl(): Promise<void>;
  _aclQueue: ReadonlyArray<{ readonly handle: number }>;
  readonly _aclConnections: ReadonlyMap<number, unknown>;
}

interface NobleBindings extends StackBindings {
  readonly _hci: NobleHci;
}

/**
 * Loads an unmodified noble of its own for this participant. It powers on with the first `stateChange` listener and
 * says `poweredOff` when the participant is closed or its room is gone.
 */
export function loadNoble(participant: Participant, options: LoadNobleOptions = {}): Noble {
  const { bindings, noble } = loadFresh({
    require: options.require ?? createRequire(import.meta.url),
    stack: "@abandonware/noble",
    socketPackage: "@abandonware/bluetooth-hci-socket",
    socketExports: hciSocketClassFor(participant, { onFault: options.onFault }),
    // Not through its index: that would choose other bindings on macOS and Windows.
    load: (require) => {
      const Bindings: new (options: object) => NobleBindings = require("@abandonware/noble/lib/hci-socket/bindings");
      const withBindings: (bindings: NobleBindings) => Noble = require("@abandonware/noble/with-bindings");
      const own = new Bindings({});
      return { bindings: own, noble: withBindings(own) };
    },
  });
  forgetClosedLinks(bindings._hci);
  endWithParticipant(participant, bindings);
  return noble;
}

/** noble throws in a promise that nobody awaits when it writes to a link that has just gone; Node ends the process then. */
function forgetClosedLinks(hci: NobleHci): void {
  const flush = hci.flushAcl.bind(hci);
  hci.flushAcl = () => {
    hci._aclQueue = hci._aclQueue.filter(({ handle }) => hci._aclConnections.has(handle));
    return flush();
  };
}
