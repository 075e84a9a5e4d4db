import type { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import type { Participant } from "../room/participant.js";
import { hciSocketClassFor } from "./hci-socket.js";
import { endWithParticipant, type StackBindings, type StackHci } from "./lifetime.js";
import { loadFresh } from "./module-cache.js";

/** The connection that a request came from. bleno serves several at once. */
export type BlenoConnection = number;

export interface BlenoCharacteristicOptions {
  readonly uuid: string;
  readonly properties: ReadonlyArray<"read" | "write" | "writeWithoutResponse" | "notify" | "indicate">;
  readonly value?: Buffer;
  readonly onReadRequest?: (
    connection: BlenoConnection,
    offset: number,
    callback: (result: number, data?: Buffer) => void,
  ) => void;
  readonly onWriteRequest?: (
    connection: BlenoConnection,
    data: Buffer,
    offset: number,
    withoutResponse: boolean,
    callback: (result: number) => void,
  ) => void;
  /** `update` throws once its connection has gone: forget it in `onUnsubscribe`. */
  readonly onSubscribe?: (connection: BlenoConnection, maxValueSize: number, update: (data: Buffer) => void) => void;
  readonly onUnsubscribe?: (connection: BlenoConnection) => void;
}

export interface BlenoCharacteristic extends EventEmitter {
  readonly uuid: string;
}

export interface BlenoService {
  readonly uuid: string;
}

/** What Wardkey uses of `@stoprocent/bleno`. */
export interface Bleno extends EventEmitter {
  readonly state: string;
  readonly address: string;
  readonly Characteristic: (new (
    options: BlenoCharacteristicOptions,
  ) => BlenoCharacteristic) & {
    readonly RESULT_SUCCESS: number;
    readonly RESULT_UNLIKELY_ERROR: number;
    readonly RESULT_INVALID_OFFSET: number;
    readonly RESULT_INVALID_ATTRIBUTE_LENGTH: number;
  };
  readonly PrimaryService: new (options: {
    uuid: string;
    characteristics: ReadonlyArray<BlenoCharacteristic>;
  }) => BlenoService;
  waitForPoweredOnAsync(timeoutMs?: number): Promise<void>;
  setServicesAsync(services: ReadonlyArray<BlenoService>): Promise<void>;
  startAdvertisingAsync(name: string, serviceUuids?: ReadonlyArray<string>): Promise<void>;
  stopAdvertisingAsync(): Promise<void>;
  /** Another Bluetooth address from now on; the room's controllers know the vendor command. */
  setAddress(address: string): void;
  disconnect(connection?: BlenoConnection): void;
  on(event: "stateChange", listener: (state: string) => void): this;
  on(event: "accept" | "disconnect", listener: (address: string, connection: BlenoConnection) => void): this;
  on(event: "mtuChange", listener: (mtu: number) => void): this;
}

export interface LoadBlenoOptions {
  /** `createRequire(import.meta.url)` of a package that depends on bleno, where this one cannot find it. */
  readonly require?: NodeJS.Require;
  /** The GAP device name. bleno would otherwise tell every central the name of this machine. */
  readonly deviceName?: string;
  /** Milliseconds between advertisements, 20 or more. */
  readonly advertisingIntervalMs?: number;
  /** The stack threw on something a peer sent; that link was ended. */
  readonly onFault?: (fault: unknown) => void;
}

interface BlenoHci extends StackHci {
  setAdvertisingParameters(): void;
}

interface BlenoBindings extends StackBindings {
  readonly _hci: BlenoHci;
}

const NEUTRAL_NAME = "phone";

/**
 * Loads an unmodified bleno of its own for this participant. It powers on with the first `stateChange` listener and
 * says `poweredOff` when the participant is closed or its room is gone.
 */
export function loadBleno(participant: Participant, options: LoadBlenoOptions = {}): Bleno {
  const SocketClass = hciSocketClassFor(participant, { onFault: options.onFault });
  const socketExports = Object.assign(SocketClass, { loadDriver: () => SocketClass });
  const settings = { BLENO_DEVICE_NAME: options.deviceName || NEUTRAL_NAME };
  const bleno = withEnvironment(settings, () =>
    loadFresh({
      require: options.require ?? createRequire(import.meta.url),
      stack: "@stoprocent/bleno",
      socketPackage: "@stoprocent/bluetooth-hci-socket",
      socketExports,
      // Not through its index: that would choose other bindings on macOS.
      load: (require): Bleno & { readonly _bindings: BlenoBindings } => {
        const resolveBindings: (type: string) => Bleno & { readonly _bindings: BlenoBindings } =
          require("@stoprocent/bleno/lib/resolve-bindings");
        return resolveBindings("hci");
      },
    }),
  );
  const hci = bleno._bindings._hci;
  if (options.advertisingIntervalMs !== undefined) {
    const settings = { BLENO_ADVERTISING_INTERVAL: String(options.advertisingIntervalMs) };
    const setParameters = hci.setAdvertisingParameters.bind(hci);
    hci.setAdvertisingParameters = () => withEnvironment(settings, setParameters);
  }
  endWithParticipant(participant, bleno._bindings);
  return bleno;
}

/** bleno takes some settings from the environment alone; they are there only while `act` runs. */
function withEnvironment<T>(settings: Readonly<Record<string, string>>, act: () => T): T {
  const before = Object.keys(settings).map((key) => [key, process.env[key]] as const);
  Object.assign(process.env, settings);
  try {
    return act();
  } finally {
    for (const [key, value] of before) {
      if (value === undefined) delete process.env[key];
      else process.env[key] = value;
    }
  }
}
