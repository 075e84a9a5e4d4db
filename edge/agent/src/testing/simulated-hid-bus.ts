import type { HidBus, HidConnection, HidDevice } from "../peripherals/index.js";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"));

/** How a simulated device answers: hexadecimal, as in the captures of firmware-profiles. */
export interface SimulatedDevice {
  readonly device: Omit<HidDevice, "path">;
  /** What it answers to a feature report that is asked for; `null`: never. */
  feature?: (report: number) => string | null;
  /** What it makes of a report that is sent; `hangs`: the sending never ends. */
  sent?: (kind: "feature" | "output", report: string) => "taken" | "refused" | "hangs";
}

/** A simulated USB: devices are plugged in, pulled out, speak, fall silent. Everything that was sent is kept. */
export class SimulatedHidBus implements HidBus {
  readonly #plugged = new Map<string, SimulatedDevice>();
  readonly #open = new Map<string, { input: (bytes: Uint8Array) => void; gone: () => void }>();
  readonly sent: string[] = [];
  opened = 0;
  closed = 0;
  /** While set, opening fails so. */
  refuses: string | null = null;
  #next = 0;

  plug(device: SimulatedDevice): string {
    this.#next += 1;
    const path = `/simulated/hidraw${this.#next}`;
    this.#plugged.set(path, device);
    return path;
  }

  /** `silently`: the device is gone from the list and nobody is told. */
  pull(path: string, { silently = false }: { silently?: boolean } = {}): void {
    this.#plugged.delete(path);
    const open = this.#open.get(path);
    this.#open.delete(path);
    if (!silently) open?.gone();
  }

  /** An input report of the device, as its firmware or a forger sends it. */
  say(path: string, report: string): void {
    this.#open.get(path)?.input(bytes(report));
  }

  async devices(): Promise<readonly HidDevice[]> {
    return [...this.#plugged].map(([path, { device }]) => ({ ...device, path }));
  }

  async open(path: string): Promise<HidConnection> {
    const plugged = this.#plugged.get(path);
    if (plugged === undefined || this.refuses !== null) throw new Error(this.refuses ?? "cannot open device");
    this.opened += 1;
    const ears = { input: (_bytes: Uint8Array): void => {}, gone: (): void => {} };
    this.#open.set(path, ears);
    return {
      send: async (kind, report) => {
        this.sent.push(`${kind} ${hex(report)}`);
        const outcome = plugged.sent?.(kind, hex(report)) ?? "taken";
        if (outcome === "hangs") await new Promise(() => {});
        if (outcome === "refused") throw new Error("could not write to device");
      },
      feature: async (report) => {
        const answer = plugged.feature?.(report) ?? null;
        return answer === null ? new Promise<Uint8Array>(() => {}) : bytes(answer);
      },
      onInput: (listener) => {
        ears.input = listener;
      },
      onGone: (listener) => {
        ears.gone = listener;
      },
      close: async () => {
        this.closed += 1;
        this.#open.delete(path);
      },
    };
  }
}

/** A Phidgets reader, which speaks by itself. */
export const PHIDGET: SimulatedDevice = {
  device: { vendor: 0x06c2, product: 0x0031, name: "PhidgetRFID", interface: 0, usage: { page: 0xff00, id: 1 } },
};

/** A pcProx, which shows itself as a keyboard and has to be asked. */
export const PCPROX: SimulatedDevice = {
  device: { vendor: 0x0c27, product: 0x3bfa, name: "RFIDeas USB Keyboard", interface: 0, usage: { page: 1, id: 6 } },
};

/** A board with two relays that remembers what it was told. */
export function relayBoard(): SimulatedDevice {
  let on = 0;
  return {
    device: { vendor: 0x16c0, product: 0x05df, name: "USBRelay2", interface: 0, usage: { page: 0xff00, id: 1 } },
    sent: (_kind, report) => {
      const bit = 1 << (Number.parseInt(report.slice(4, 6), 16) - 1);
      on = report.startsWith("00ff") ? on | bit : on & ~bit;
      return "taken";
    },
    feature: () => `42495446540000${on.toString(16).padStart(2, "0")}`,
  };
}
