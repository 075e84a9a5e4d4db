import { connect } from "node:net";
import { type Duration, milliseconds, seconds } from "@wardkey/protocol";
import { pause } from "../bounded.js";
import { Listeners } from "../listeners.js";
import type { LockAnswer, LockTarget, LockTime, TargetEvent } from "../ports.js";
import type { LineInterface } from "./device-profile.js";

/** How often a device that can say what it is is asked. */
const ROUND: Duration = seconds(2);
const LONGEST_ANSWER = 4_096;

/** A device with an interface of its own: one line goes out, one comes back, on a connection for each order. */
export class LineTarget implements LockTarget {
  readonly #interface: LineInterface;
  readonly #safe: "locked" | "usable";
  readonly #time: LockTime;
  readonly #listeners = new Listeners<TargetEvent>();
  readonly #stopped = new AbortController();
  #rounds: Promise<void> = Promise.resolve();
  #known: "locked" | "usable" | "away" | null = null;

  constructor(input: { by: LineInterface; safe: "locked" | "usable" } & LockTime) {
    this.#interface = input.by;
    this.#safe = input.safe;
    this.#time = { clock: input.clock, timers: input.timers };
  }

  on(listener: (event: TargetEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  async start(): Promise<void> {
    this.#listeners.tell({ type: "reached" });
    this.#rounds = this.#goRound();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#rounds;
    if (this.#safe === "usable") await this.unlock(new AbortController().signal);
  }

  async lock(signal: AbortSignal): Promise<LockAnswer> {
    const { say, expect } = this.#interface.lock;
    const answer = await this.#say(say, signal);
    if (answer === expect) return this.#is("locked");
    return { ok: false, code: answer === null ? "lock-target-away" : "lock-refused" };
  }

  async unlock(signal: AbortSignal): Promise<LockAnswer> {
    const { say, expect } = this.#interface.unlock;
    return (await this.#say(say, signal)) === expect ? this.#is("usable") : { ok: false, code: "unlock-failed" };
  }

  #is(state: "locked" | "usable"): LockAnswer {
    this.#known = state;
    return { ok: true };
  }

  async #goRound(): Promise<void> {
    const { state } = this.#interface;
    const { signal } = this.#stopped;
    while (state !== undefined && !signal.aborted) {
      await pause(ROUND, this.#time, signal);
      if (signal.aborted) return;
      const before = this.#known;
      const answer = await this.#say(state.say, signal);
      const is = answer === state.locked ? "locked" : answer === state.usable ? "usable" : "away";
      // An order that was carried out meanwhile knows better.
      if (signal.aborted || before !== this.#known || is === before) continue;
      this.#known = is;
      if (before === "away") this.#listeners.tell({ type: "reached" });
      this.#listeners.tell({ type: is === "usable" ? "unlocked" : is });
    }
  }

  /** One line and its answer; `null`: there was none in time. */
  #say(line: string, signal: AbortSignal): Promise<string | null> {
    const { host, port, ending, withinMs } = this.#interface;
    if (signal.aborted) return Promise.resolve(null);
    return new Promise((resolve) => {
      const socket = connect({ host, port });
      let heard = "";
      const end = (answer: string | null): void => {
        cancel();
        signal.removeEventListener("abort", give);
        socket.destroy();
        resolve(answer);
      };
      const give = (): void => end(null);
      const cancel = this.#time.timers.after(milliseconds(withinMs), give);
      signal.addEventListener("abort", give, { once: true });
      socket.setEncoding("latin1");
      socket.once("connect", () => socket.write(`${line}${ending}`, "latin1"));
      socket.on("data", (chunk: string) => {
        heard += chunk;
        const at = heard.indexOf(ending);
        if (at >= 0) end(heard.slice(0, at));
        else if (heard.length > LONGEST_ANSWER) end(null);
      });
      socket.once("error", give);
      socket.once("close", give);
    });
  }
}
