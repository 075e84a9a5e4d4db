import { type Clock, type Duration, type Instant, instant, milliseconds } from "@wardkey/protocol";
import { Rate } from "../rate.js";
import type { Timers } from "../time.js";

/** Nobody types faster; a page that does must not fill the journal. */
const A_SECOND = 0.5;
const AT_ONCE = 3;

/** How often somebody may try. Who judges has the last word on it; this keeps a wait that was imposed, and a hostile page at bay. */
export class Tries {
  readonly #ports: { readonly clock: Clock; readonly timers: Timers; readonly changed: () => void };
  readonly #rate: Rate;
  #freeAt = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | null = null;

  constructor(ports: { clock: Clock; timers: Timers; changed: () => void }) {
    this.#ports = ports;
    this.#rate = new Rate({ perSecond: A_SECOND, burst: AT_ONCE, monotonic: ports.clock.monotonic() });
  }

  /** Wall time before which no try is taken; `null`: one is taken now. */
  get until(): Instant | null {
    const { clock } = this.#ports;
    const left = this.#freeAt - clock.monotonic();
    return left <= 0 ? null : instant(Math.ceil(clock.now() + left));
  }

  /** Takes one try; the code of what speaks against it otherwise. */
  take(): "way-locked" | "way-hurried" | null {
    const now = this.#ports.clock.monotonic();
    if (now < this.#freeAt) return "way-locked";
    return this.#rate.take(now) ? null : "way-hurried";
  }

  /** Whoever is right takes no try from who comes next. */
  right(): void {
    this.#rate.giveBack();
  }

  refused(retryAfter: Duration | null): void {
    if (retryAfter === null || retryAfter <= 0) return;
    const { clock, timers, changed } = this.#ports;
    const now = clock.monotonic();
    this.#freeAt = Math.max(this.#freeAt, now + retryAfter);
    this.#cancel?.();
    this.#cancel = timers.after(milliseconds(this.#freeAt - now), changed);
    changed();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
