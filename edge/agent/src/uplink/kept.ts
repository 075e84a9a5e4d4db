import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type Instant, instant } from "@wardkey/protocol";
import { DeviceConnection, DeviceLease } from "@wardkey/protocol/fleet";
import { z } from "zod";
import { FleetMemory } from "./fleet-memory.js";
import { readBytesIfThere, readIfThere, writePrivate } from "./private-file.js";
import type { Sealing } from "./sealing.js";

const FILES = {
  lease: "lease.json",
  table: "table.sealed",
  memory: "fleet-memory.json",
  connection: "connection.json",
  session: "session-counter",
  highest: "highest-time",
} as const;

/** What the kiosk keeps of its site between runs: each in a file for its owner alone. What cannot be read is not there. */
export class Kept {
  readonly #dataDir: string;
  readonly #sealing: Sealing;
  #memoryKept: Promise<void> = Promise.resolve();

  constructor(dataDir: string, sealing: Sealing) {
    this.#dataDir = dataDir;
    this.#sealing = sealing;
  }

  async lease(): Promise<{ lease: DeviceLease; table: Uint8Array } | null> {
    const lease = DeviceLease.safeParse(await this.#read(FILES.lease)).data;
    const sealed = lease === undefined ? null : await readBytesIfThere(this.#path(FILES.table)).catch(() => null);
    if (lease === undefined || sealed === null) return null;
    const table = this.#sealing.open(sealed, tableContext(lease.tableDigest));
    return table === null ? null : { lease, table };
  }

  /** The table first: a lease without its table is none. */
  async keepLease(lease: DeviceLease, table: Uint8Array | null): Promise<void> {
    if (table !== null) {
      await writePrivate(this.#path(FILES.table), this.#sealing.seal(table, tableContext(lease.tableDigest)));
    }
    await writePrivate(this.#path(FILES.lease), JSON.stringify(lease));
  }

  async forgetLease(): Promise<void> {
    await rm(this.#path(FILES.table), { force: true });
    await rm(this.#path(FILES.lease), { force: true });
  }

  async memory(): Promise<FleetMemory> {
    return FleetMemory.from(await this.#read(FILES.memory));
  }

  /** One after the other, each with what the memory holds when its turn comes. */
  keepMemory(memory: FleetMemory): Promise<void> {
    const next = this.#memoryKept.then(() => writePrivate(this.#path(FILES.memory), JSON.stringify(memory)));
    this.#memoryKept = next.catch(() => {});
    return next;
  }

  /** Resolves when everything begun so far is on the disk, or could not be. */
  async settled(): Promise<void> {
    await this.#memoryKept;
  }

  async connection(): Promise<DeviceConnection | null> {
    return DeviceConnection.safeParse(await this.#read(FILES.connection)).data ?? null;
  }

  keepConnection(connection: DeviceConnection): Promise<void> {
    return writePrivate(this.#path(FILES.connection), JSON.stringify(connection));
  }

  /** The number of this run: one more than that of the run before. */
  async nextSession(): Promise<number> {
    const before = z
      .number()
      .int()
      .nonnegative()
      .safeParse(await this.#read(FILES.session));
    const next = (before.data ?? 0) + 1;
    await writePrivate(this.#path(FILES.session), JSON.stringify(next));
    return next;
  }

  /** The highest wall time that any run has seen. */
  async highestTime(): Promise<Instant> {
    const kept = await this.#read(FILES.highest);
    return instant(typeof kept === "number" ? kept : 0);
  }

  keepHighestTime(at: Instant): Promise<void> {
    return writePrivate(this.#path(FILES.highest), JSON.stringify(at));
  }

  /** Everything that came from the site. The highest time stays: a clock turned back must go on being noticed. */
  async forgetSite(): Promise<void> {
    await this.forgetLease();
    await this.#memoryKept;
    await rm(this.#path(FILES.memory), { force: true });
    await rm(this.#path(FILES.connection), { force: true });
  }

  #path(name: string): string {
    return join(this.#dataDir, name);
  }

  async #read(name: string): Promise<unknown> {
    try {
      const text = await readIfThere(this.#path(name));
      return text === null ? null : JSON.parse(text);
    } catch {
      return null;
    }
  }
}

const tableContext = (digest: string): string => `wardkey-table ${digest}`;
