import { type Duration, milliseconds } from "@wardkey/protocol";
import { Listeners } from "../listeners.js";
import type { LockAnswer, LockTarget, LockTime, LockTrouble, TargetEvent } from "../ports.js";

/** How the next order goes. `deaf`: it takes effect although it was called off meanwhile. */
export interface Conduct {
  readonly answer: "ok" | LockTrouble | "never";
  /** Until it takes effect, if at all, and until it is answered. */
  readonly after: Duration;
  readonly effect: boolean;
  readonly deaf: boolean;
}

export interface Order {
  readonly to: "lock" | "unlock";
  readonly at: number;
}

const WELL: Conduct = { answer: "ok", after: milliseconds(0), effect: true, deaf: false };

/** A simulated device behind a locker: slow, hanging, failing and acting late as a test tells it. */
export class SimulatedTarget implements LockTarget {
  locked = false;
  /** For the orders to come, in turn; then all goes well. */
  readonly conduct: Conduct[] = [];
  readonly orders: Order[] = [];
  stopped = false;
  readonly #time: LockTime;
  readonly #listeners = new Listeners<TargetEvent>();

  constructor(time: LockTime) {
    this.#time = time;
  }

  get lockedNow(): boolean {
    return this.locked;
  }

  lock(signal: AbortSignal): Promise<LockAnswer> {
    return this.#order("lock", signal);
  }

  unlock(signal: AbortSignal): Promise<LockAnswer> {
    return this.#order("unlock", signal);
  }

  on(listener: (event: TargetEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  async start(): Promise<void> {
    this.say({ type: "reached" });
  }

  async stop(): Promise<void> {
    this.stopped = true;
  }

  say(event: TargetEvent): void {
    this.#listeners.tell(event);
  }

  /** Somebody else turns it. */
  turn(locked: boolean): void {
    this.locked = locked;
    this.say({ type: locked ? "locked" : "unlocked" });
  }

  async #order(to: Order["to"], signal: AbortSignal): Promise<LockAnswer> {
    this.orders.push({ to, at: this.#time.clock.monotonic() });
    const { answer, after, effect, deaf } = this.conduct.shift() ?? WELL;
    if (after > 0) await new Promise<void>((resolve) => this.#time.timers.after(after, resolve));
    if (effect && (deaf || !signal.aborted)) this.locked = to === "lock";
    if (answer === "never") return new Promise(() => {});
    return answer === "ok" ? { ok: true } : { ok: false, code: answer };
  }
}
