import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type Instant, instant } from "@wardkey/protocol";
import { KioskIdentity, KioskLease } from "@wardkey/protocol/fleet";
import { readIfThere, writePrivate } from "./private-file.js";

/** What the kiosk keeps of its site between runs: each in a file for its owner alone. What cannot be read is not there. */
export class Kept {
  readonly #dataDir: string;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  async identity(): Promise<KioskIdentity | null> {
    return KioskIdentity.safeParse(await this.#read("identity.json")).data ?? null;
  }

  keepIdentity(identity: KioskIdentity): Promise<void> {
    return writePrivate(this.#path("identity.json"), JSON.stringify(identity));
  }

  async lease(): Promise<KioskLease | null> {
    return KioskLease.safeParse(await this.#read("lease.json")).data ?? null;
  }

  keepLease(lease: KioskLease): Promise<void> {
    return writePrivate(this.#path("lease.json"), JSON.stringify(lease));
  }

  async forgetLease(): Promise<void> {
    await rm(this.#path("lease.json"), { force: true });
  }

  /** The highest wall time that any run has seen. */
  async highestTime(): Promise<Instant> {
    const kept = await this.#read("highest-time");
    return instant(typeof kept === "number" ? kept : 0);
  }

  keepHighestTime(at: Instant): Promise<void> {
    return writePrivate(this.#path("highest-time"), JSON.stringify(at));
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
