import { createRequire } from "node:module";
import { codeOf } from "@wardkey/protocol";
import type { AdapterCode, BluetoothAdapter, OpenedAdapter } from "./adapter.js";
import { hciBindings, type NobleStack } from "./noble-stack.js";

/** What noble's HCI socket says of the adapters that the kernel has. */
interface DeviceEntry {
  readonly devId: number | null;
  readonly devUp: boolean | null;
}

interface AdapterSocket {
  getDeviceList(): readonly DeviceEntry[];
}

export interface SystemAdapterInput {
  /** The kernel's number of the adapter, as in `hci1`; the first that is switched on when absent. */
  readonly device?: number;
  /** Loads noble and the packages under it: another one for tests. */
  readonly require?: NodeJS.Require;
  readonly platform?: NodeJS.Platform;
}

type NewBindings = new (options: { deviceId?: number }) => object;

/**
 * The adapters of this machine. On Linux each opening makes a noble of its own over the kernel's HCI socket; elsewhere
 * noble follows its adapter by itself, and there is one noble for good.
 */
export function systemAdapter(input: SystemAdapterInput = {}): BluetoothAdapter {
  const require = input.require ?? createRequire(import.meta.url);
  return (input.platform ?? process.platform) === "linux"
    ? new LinuxAdapter(require, input.device)
    : onlyNoble(() => require("@abandonware/noble"));
}

class LinuxAdapter implements BluetoothAdapter {
  readonly #require: NodeJS.Require;
  readonly #device: number | undefined;
  // Looks for adapters, and is never bound to one.
  #scout: AdapterSocket | undefined;
  // The native socket frees memory in its destructor that it does not own, so no socket may ever be collected. Each costs
  // one descriptor; there is a new one only when an adapter that was there is opened anew.
  readonly #kept: object[] = [];

  constructor(require: NodeJS.Require, device: number | undefined) {
    this.#require = require;
    this.#device = device;
  }

  async open(): Promise<OpenedAdapter> {
    try {
      const require = createRequire(this.#require.resolve("@abandonware/noble"));
      const found = this.#find(require);
      if (typeof found === "string") return { ok: false, code: found };
      const Bindings: NewBindings = require("@abandonware/noble/lib/hci-socket/bindings");
      const withBindings: (bindings: object) => NobleStack = require("@abandonware/noble/with-bindings");
      const noble = withBindings(new Bindings({ deviceId: found }));
      const socket = hciBindings(noble)?._hci._socket;
      if (socket !== undefined) this.#kept.push(socket);
      return { ok: true, noble, close: async () => {} };
    } catch (error) {
      return { ok: false, code: refusalOf(error) };
    }
  }

  #find(require: NodeJS.Require): number | AdapterCode {
    if (this.#scout === undefined) {
      const Socket: new () => AdapterSocket = require("@abandonware/bluetooth-hci-socket");
      this.#scout = new Socket();
    }
    const adapters = this.#scout
      .getDeviceList()
      .filter(({ devId }) => this.#device === undefined || devId === this.#device);
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

function onlyNoble(load: () => NobleStack): BluetoothAdapter {
  let noble: NobleStack | undefined;
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
