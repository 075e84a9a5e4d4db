import type { Clock } from "@wardkey/protocol";
import { Listeners } from "./listeners.js";
import type { Locker, LockerEvent, UnlockGrant } from "./ports.js";

/** A simulated desktop that remembers every turn, for tests. Without a clock every grant is fresh to it. */
export class RecordedLocker implements Locker {
  readonly turns: ("lock" | "unlock")[] = [];
  readonly #clock: Clock | null;
  readonly #listeners = new Listeners<LockerEvent>();

  constructor(clock: Clock | null = null) {
    this.#clock = clock;
  }

  lock(): void {
    this.#turn("lock");
  }

  unlock(grant?: UnlockGrant): void {
    const stale = this.#clock !== null && grant !== undefined && this.#clock.monotonic() >= grant.freshUntil;
    if (!stale) this.#turn("unlock");
  }

  get locked(): boolean {
    return this.turns.at(-1) !== "unlock";
  }

  on(listener: (event: LockerEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** What a real locker would notice. */
  say(event: LockerEvent): void {
    this.#listeners.tell(event);
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    this.lock();
  }

  #turn(to: "lock" | "unlock"): void {
    const was = this.locked;
    this.turns.push(to);
    if (was !== this.locked) this.#listeners.tell({ type: "turned", locked: this.locked });
  }
}
