import { createRequire } from "node:module";
import type { Device, HIDAsync } from "node-hid";
import type { HidBus, HidConnection, HidDevice } from "./hid-bus.js";

interface NodeHid {
  devicesAsync(): Promise<Device[]>;
  readonly HIDAsync: { open(path: string): Promise<HIDAsync> };
}

/** The machine's HID interfaces through node-hid (hidraw on Linux: no kernel driver is unbound). The native module is loaded here and not before. */
export function createNodeHidBus(): HidBus {
  const hid: NodeHid = createRequire(import.meta.url)("node-hid");
  return {
    devices: async () => (await hid.devicesAsync()).flatMap(deviceOf),
    open: async (path) => connectionOver(await hid.HIDAsync.open(path)),
  };
}

function deviceOf(device: Device): HidDevice[] {
  const { path, vendorId: vendor, productId: product, usagePage, usage } = device;
  if (path === undefined) return [];
  return [
    {
      ...{ path, vendor, product, name: device.product ?? null },
      interface: device.interface < 0 ? null : device.interface,
      usage: usagePage === undefined || usage === undefined ? null : { page: usagePage, id: usage },
    },
  ];
}

function connectionOver(handle: HIDAsync): HidConnection {
  let gone: (() => void) | null = null;
  // node-hid ends its own reading with an error when a device is pulled out; without a listener that would end the process.
  handle.on("error", () => gone?.());
  return {
    async send(kind, bytes) {
      await (kind === "feature" ? handle.sendFeatureReport(Buffer.from(bytes)) : handle.write(Buffer.from(bytes)));
    },
    feature: async (report, length) => Uint8Array.from(await handle.getFeatureReport(report, length)),
    onInput: (listener) => {
      handle.on("data", (bytes: Buffer) => listener(Uint8Array.from(bytes)));
    },
    onGone: (listener) => {
      gone = listener;
    },
    close: () => handle.close(),
  };
}
