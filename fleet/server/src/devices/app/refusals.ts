import { type Duration, minutes } from "@wardkey/protocol";
import type { Fact, RecordAct, Timers } from "./fleet-ports.js";

type Facts = Readonly<Record<string, Fact>>;

const GATHER: Duration = minutes(1);
const MOST = 1_000;

/**
 * Refused attempts on their way into the audit. The first of a kind is written at once; those like it that follow within
 * a minute become one entry with their count, so that who hammers at a door fills no disk. Of more than a thousand
 * different ones at a time, only how many is kept.
 */
export class Refusals {
  readonly #record: RecordAct;
  readonly #timers: Timers;
  readonly #failed: (error: unknown) => void;
  readonly #gathering = new Map<string, { kind: string; facts: Facts; count: number; cancel: () => void }>();
  readonly #writing = new Set<Promise<void>>();

  constructor(parts: { record: RecordAct; timers: Timers; failed: (error: unknown) => void }) {
    this.#record = parts.record;
    this.#timers = parts.timers;
    this.#failed = parts.failed;
  }

  /** `crowd`: the facts under which it is counted when too many different ones come at once. */
  note(kind: string, facts: Facts, crowd: Facts): void {
    const key = JSON.stringify([kind, facts]);
    const known = this.#gathering.get(key);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    const crowded = this.#gathering.size >= MOST;
    const told = crowded ? crowd : facts;
    const name = crowded ? JSON.stringify([kind, crowd]) : key;
    const gathered = this.#gathering.get(name);
    if (gathered !== undefined) {
      gathered.count += 1;
      return;
    }
    const cancel = this.#timers.after(GATHER, () => this.#write(name));
    this.#gathering.set(name, { kind, facts: told, count: 0, cancel });
    this.#append(kind, { ...told, count: 1 });
  }

  /** Writes what was gathered and waits until it is kept. */
  async flush(): Promise<void> {
    for (const [key, { cancel }] of [...this.#gathering]) {
      cancel();
      this.#write(key);
    }
    await Promise.all(this.#writing);
  }

  #write(key: string): void {
    const gathered = this.#gathering.get(key);
    this.#gathering.delete(key);
    if (gathered === undefined || gathered.count === 0) return;
    this.#append(gathered.kind, { ...gathered.facts, count: gathered.count });
  }

  #append(kind: string, facts: Facts): void {
    const written = this.#record(kind, facts).catch(this.#failed);
    this.#writing.add(written);
    void written.then(() => this.#writing.delete(written));
  }
}
