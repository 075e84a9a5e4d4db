import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AgentConfig } from "../index.js";
import { PrivateBus } from "../locking/testing/private-bus.js";
import { SimulatedLineDevice } from "../locking/testing/simulated-line-device.js";
import { SimulatedLogind, type SimulatedSession } from "../locking/testing/simulated-logind.js";

type Locking = NonNullable<AgentConfig["locking"]>;

interface Desktop {
  readonly logind: SimulatedLogind;
  readonly desktop: SimulatedSession;
  readonly locking: Extract<Locking, { kind: "desktop" }>;
}

interface Pump {
  readonly device: SimulatedLineDevice;
  readonly locking: Extract<Locking, { kind: "device" }>;
}

/** Simulated things for a whole agent to lock, each with the configuration that names it; all gone after `close`. */
export class LockableThings {
  readonly #closers: (() => Promise<void>)[] = [];

  /** A Linux desktop that somebody left open, as after an agent that was killed. */
  async desktop(): Promise<Desktop> {
    const bus = await PrivateBus.start();
    this.#closers.push(() => bus.stop());
    const logind = await SimulatedLogind.start(bus.address);
    this.#closers.push(async () => logind.stop());
    const desktop = logind.add({ id: "2", active: true });
    const system = { system: "logind", seat: "seat0", confirms: true, address: bus.address } as const;
    return { logind, desktop, locking: { kind: "desktop", desktop: system, others: "lock-again" } };
  }

  /** A medical device, described in `folder`, that is safe when it is locked, or has to stay usable. */
  async pump(folder: string, safe: "locked" | "usable"): Promise<Pump> {
    const device = await SimulatedLineDevice.start();
    this.#closers.push(() => device.stop());
    const profileFile = join(folder, "pump.json");
    const described = { schema: "wardkey.locked-device/1", name: "Simulated pump", safe };
    await writeFile(profileFile, JSON.stringify({ ...described, interface: device.interface }));
    return { device, locking: { kind: "device", profileFile } };
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }
}
