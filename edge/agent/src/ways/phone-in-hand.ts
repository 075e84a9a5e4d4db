import { type Clock, type Duration, seconds } from "@wardkey/protocol";
import type { WaysView } from "@wardkey/protocol/screen";
import type { PresenceSource } from "../presence/index.js";
import { Rate } from "../rate.js";
import type { PhoneSession, TapRefused, TapRunner } from "../tap/index.js";
import type { Timers } from "../time.js";

/** How long a phone that showed its key waits for the PIN: less than its own side of the handshake waits. */
const KEPT_FOR: Duration = seconds(30);
/** A page that asks more often would use up the releases that phones grant this kiosk. */
const A_SECOND = 0.2;
const AT_ONCE = 3;

export interface PhonePorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly presence: Pick<PresenceSource, "near">;
  readonly taps: Pick<TapRunner, "prove">;
  /** A phone that was asked did not show its key. */
  readonly refused: (staffId: string, refusal: TapRefused) => void;
  readonly changed: () => void;
}

export type Shown = { readonly ok: true } | { readonly ok: false; readonly code: string };

/**
 * The phone whose owner stands at the screen and wants in without a face: asked when they say so, nearest first, and held
 * with its link until the PIN is right, it is given up, or its time is over. Who says "not mine" is given the next one.
 */
export class PhoneInHand {
  readonly #ports: PhonePorts;
  readonly #rate: Rate;
  /** Asked since the first one was shown, so that nobody is asked twice before everybody was. */
  #asked = new Set<string>();
  #asking: AbortController | null = null;
  #phone: PhoneSession | null = null;
  #undo: (() => void)[] = [];
  #closing: Promise<void> = Promise.resolve();

  constructor(ports: PhonePorts) {
    this.#ports = ports;
    this.#rate = new Rate({ perSecond: A_SECOND, burst: AT_ONCE, monotonic: ports.clock.monotonic() });
  }

  get phone(): PhoneSession | null {
    return this.#phone;
  }

  get state(): Exclude<WaysView["phone"], "none"> {
    if (this.#phone !== null) return "read";
    return this.#asking === null ? "ready" : "asking";
  }

  /** `phone-not-near`: none is. Otherwise why the last of those that were asked did not show its key. */
  async show(): Promise<Shown> {
    const { clock, changed } = this.#ports;
    if (this.#asking !== null) return { ok: false, code: "way-busy" };
    if (!this.#rate.take(clock.monotonic())) return { ok: false, code: "way-hurried" };
    this.#letGo();
    const asking = new AbortController();
    this.#asking = asking;
    changed();
    try {
      return await this.#ask(asking.signal);
    } finally {
      if (this.#asking === asking) this.#asking = null;
      changed();
    }
  }

  /** Whoever takes the phone closes it. */
  take(): PhoneSession | null {
    const phone = this.#phone;
    this.#clear();
    return phone;
  }

  /** Tells the phone that nobody came in with it. */
  forget(): void {
    this.#asked = new Set();
    this.#asking?.abort();
    if (this.#phone === null) return;
    this.#letGo();
    this.#ports.changed();
  }

  async stop(): Promise<void> {
    this.forget();
    await this.#closing;
  }

  async #ask(signal: AbortSignal): Promise<Shown> {
    let code = "phone-not-near";
    for (const holder of this.#candidates()) {
      this.#asked.add(holder.id);
      const shown = await this.#ports.taps.prove(holder, signal);
      if (shown.ok && !signal.aborted) {
        this.#hold(shown.session);
        return { ok: true };
      }
      if (shown.ok) await shown.session.close();
      if (signal.aborted) return { ok: false, code: "way-overtaken" };
      if (shown.ok) continue;
      this.#ports.refused(holder.id, shown);
      code = shown.reason;
    }
    return { ok: false, code };
  }

  /** Whom no camera would know comes first; presence has the nearest first. */
  #candidates() {
    const near = this.#ports.presence.near();
    const left = near.filter(({ id }) => !this.#asked.has(id));
    if (left.length === 0) this.#asked = new Set();
    const these = left.length === 0 ? near : left;
    return [...these].sort((a, b) => Number(b.faceless === true) - Number(a.faceless === true));
  }

  #hold(phone: PhoneSession): void {
    this.#phone = phone;
    this.#undo = [
      this.#ports.timers.after(KEPT_FOR, () => this.forget()),
      phone.on((event) => {
        if (event.type === "lost" && this.#phone === phone) this.forget();
      }),
    ];
  }

  #letGo(): void {
    const phone = this.#phone;
    this.#clear();
    if (phone === null) return;
    // A phone that cannot be told any more is closed all the same.
    const told = phone.decide("refused").catch(() => {});
    const closing = told.then(() => phone.close()).catch(() => {});
    this.#closing = this.#closing.then(() => closing);
  }

  #clear(): void {
    this.#phone = null;
    for (const undo of this.#undo.splice(0)) undo();
  }
}
