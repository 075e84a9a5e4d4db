import { milliseconds } from "@wardkey/protocol";
import { pause } from "../bounded.js";
import { Listeners } from "../listeners.js";
import type { LockAnswer, LockTarget, LockTime, LockTrouble, RelayBoard, TargetEvent } from "../ports.js";
import type { RelayUse } from "./device-profile.js";

/** A device behind one or two relays. It says nothing of itself: what its board took is all that is known. */
export class RelayTarget implements LockTarget {
  readonly #board: RelayBoard;
  readonly #use: RelayUse;
  readonly #safe: "locked" | "usable";
  readonly #time: LockTime;
  readonly #listeners = new Listeners<TargetEvent>();
  #deaf: () => void = () => {};
  /** The pulse that is on its way, and what cuts it short: two relays of one device are never on together. */
  #pulse: { readonly ended: Promise<unknown>; readonly cut: AbortController } | null = null;

  constructor(input: { board: RelayBoard; use: RelayUse; safe: "locked" | "usable" } & LockTime) {
    this.#board = input.board;
    this.#use = input.use;
    this.#safe = input.safe;
    this.#time = { clock: input.clock, timers: input.timers };
  }

  on(listener: (event: TargetEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  async start(): Promise<void> {
    this.#deaf = this.#board.on(({ type }) => this.#plugged(type === "attached"));
    this.#listeners.tell({ type: this.#board.attached ? "reached" : "away" });
  }

  async stop(): Promise<void> {
    this.#deaf();
    if (this.#safe === "usable") await this.#order("unlock", new AbortController().signal);
    this.#pulse?.cut.abort();
    await this.#pulse?.ended;
  }

  lock(signal: AbortSignal): Promise<LockAnswer> {
    return this.#order("lock", signal);
  }

  unlock(signal: AbortSignal): Promise<LockAnswer> {
    return this.#order("unlock", signal);
  }

  /** A board that lost its power lets go of what it held, and the device is what is safe. */
  #plugged(attached: boolean): void {
    this.#listeners.tell({ type: attached ? "reached" : "away" });
    if (!attached && this.#use.use === "hold" && this.#safe === "locked") this.#listeners.tell({ type: "locked" });
  }

  async #order(to: "lock" | "unlock", signal: AbortSignal): Promise<LockAnswer> {
    const failed = to === "lock" ? "lock-failed" : "unlock-failed";
    if (!this.#board.attached) return { ok: false, code: to === "lock" ? "lock-target-away" : "unlock-failed" };
    const use = this.#use;
    if (use.use === "hold") return this.#set(use.channel, (use.on === "locked") === (to === "lock"), failed);
    const before = this.#pulse;
    before?.cut.abort();
    await before?.ended;
    if (signal.aborted) return { ok: false, code: failed };
    const cut = new AbortController();
    const ended = this.#give(use[to], [signal, cut.signal], failed);
    const pulse = { ended, cut };
    this.#pulse = pulse;
    const answer = await ended;
    if (this.#pulse === pulse) this.#pulse = null;
    return cut.signal.aborted ? { ok: false, code: failed } : answer;
  }

  async #give(
    { channel, ms }: { readonly channel: number; readonly ms: number },
    ends: readonly AbortSignal[],
    failed: LockTrouble,
  ): Promise<LockAnswer> {
    const on = await this.#set(channel, true, failed);
    if (on.ok) await pause(milliseconds(ms), this.#time, ...ends);
    // Off in any case: an order that failed may have arrived.
    const off = await this.#set(channel, false, failed);
    return on.ok ? off : on;
  }

  async #set(channel: number, on: boolean, failed: LockTrouble): Promise<LockAnswer> {
    const answer = await this.#board.set(channel, on);
    return answer.ok ? answer : { ok: false, code: failed };
  }
}
