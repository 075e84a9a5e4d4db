import type { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import { codeOf } from "@wardkey/protocol";
import type { AdapterCode, BluetoothAdapter, OpenedAdapter } from "./adapter.js";
import { hciBindings, isNobleStack } from "./noble-stack.js";

/** What noble's HCI socket says of the adapters that the kernel has. */
interface DeviceEntry {
  readonly devId: number | null;
  readonly devUp: boolean | null;
}

interface AdapterSocket {
  getDeviceList(): readonly DeviceEntry[];
}

/** What is loaded to speak to an adapter over HCI. */
export interface HciModules {
  readonly Socket: new () => object;
  readonly Bindings: new (options: { deviceId?: number }) => object;
  readonly withBindings: (bindings: object) => EventEmitter;
}

export interface SystemAdapterInput {
  /** The kernel's number of the adapter, as in `hci1`; the first that is switched on when absent. */
  readonly device?: number;
  /** noble's own modules when absent. Asked at each opening. */
  readonly modules?: () => HciModules;
  readonly platform?: NodeJS.Platform;
}

/**
 * The adapters of this machine. On Linux each opening makes a noble of its own over the kernel's HCI socket; elsewhere
 * noble follows its adapter by itself, and there is one noble for good.
 */
export function systemAdapter(input: SystemAdapterInput = {}): BluetoothAdapter {
  return (input.platform ?? process.platform) === "linux"
    ? new LinuxAdapter(input.modules ?? nobleModules, input.device)
    : onlyNoble(() => createRequire(import.meta.url)("@abandonware/noble"));
}

// Held for good, as every native socket must be: see below.
const scouts: AdapterSocket[] = [];

/** The adapters that the kernel has, or why it does not say. */
export type AdapterList =
  | { readonly ok: true; readonly devices: readonly { readonly device: number; readonly up: boolean }[] }
  | { readonly ok: false; readonly code: AdapterCode };

/** Asks the kernel of this machine, without opening an adapter. Never throws. */
export function listAdapters(): AdapterList {
  if (process.platform !== "linux") return { ok: false, code: "bluetooth-unsupported" };
  try {
    const scout = new (nobleModules().Socket)() as AdapterSocket;
    scouts.push(scout);
    const devices = scout.getDeviceList().map(({ devId, devUp }) => ({ device: devId ?? 0, up: devUp === true }));
    return { ok: true, devices };
  } catch (error) {
    return { ok: false, code: refusalOf(error) };
  }
}

function nobleModules(): HciModules {
  const require = createRequire(createRequire(import.meta.url).resolve("@abandonware/noble"));
  return {
    Socket: require("@abandonware/bluetooth-hci-socket"),
    Bindings: require("@abandonware/noble/lib/hci-socket/bindings"),
    withBindings: require("@abandonware/noble/with-bindings"),
  };
}

class LinuxAdapter implements BluetoothAdapter {
  readonly #modules: () => HciModules;
  readonly #device: number | undefined;
  // Looks for adapters, and is never bound to one.
  #scout: AdapterSocket | undefined;
  // The native socket frees memory in its destructor that it does not own, so no socket may ever be collected. Each costs
  // one descriptor; there is a new one only when an adapter that was there is opened anew.
  readonly #kept: object[] = [];

  constructor(modules: () => HciModules, device: number | undefined) {
    this.#modules = modules;
    this.#device = device;
  }

  async open(): Promise<OpenedAdapter> {
    try {
      const { Socket, Bindings, withBindings } = this.#modules();
      this.#scout ??= new Socket() as AdapterSocket;
      const found = this.#find(this.#scout);
      if (typeof found === "string") return { ok: false, code: found };
      const noble = withBindings(new Bindings({ deviceId: found }));
      if (!isNobleStack(noble)) return { ok: false, code: "bluetooth-unsupported" };
      const socket = hciBindings(noble)?._hci._socket;
      if (socket !== undefined) this.#kept.push(socket);
      return { ok: true, noble, close: async () => {} };
    } catch (error) {
      return { ok: false, code: refusalOf(error) };
    }
  }

  #find(scout: AdapterSocket): number | AdapterCode {
    const adapters = scout.getDeviceList().filter(({ devId }) => this.#device === undefined || devId === this.#device);
    if (adapters.length === 0) return "adapter-missing";
    return adapters.find(({ devUp }) => devUp === true)?.devId ?? "adapter-off";
  }
}

function refusalOf(error: unknown): AdapterCode {
  switch (codeOf(error)) {
    case "EPERM":
    case "EACCES":
      return "adapter-forbidden";
    case "ENODEV":
      return "adapter-missing";
    default:
      return "bluetooth-unsupported";
  }
}

function onlyNoble(load: () => EventEmitter): BluetoothAdapter {
  let noble: EventEmitter | undefined;
  return {
    async open() {
      try {
        noble ??= load();
        return { ok: true, noble, close: async () => {} };
      } catch {
        return { ok: false, code: "bluetooth-unsupported" };
      }
    },
  };
}
