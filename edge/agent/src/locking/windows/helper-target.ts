import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { type Duration, seconds } from "@wardkey/protocol";
import { pause } from "../bounded.js";
import { Listeners } from "../listeners.js";
import type { LockAnswer, LockTarget, LockTime, TargetEvent } from "../ports.js";

const CONFIRM_WITHIN: Duration = seconds(3);
const START_AGAIN: Duration = seconds(1);

/**
 * A desktop that only a process inside its session can lock, and only the person at its own prompt can unlock: Windows. The
 * helper says `ready`, `locked`, `unlocked`, `connected` (it may be either) and `refused`, and takes `lock`. One that ends
 * is started again.
 */
export class HelperTarget implements LockTarget {
  readonly #helper: { readonly command: string; readonly args: readonly string[] };
  readonly #time: LockTime;
  readonly #listeners = new Listeners<TargetEvent>();
  readonly #words = new Listeners<string>();
  readonly #stopped = new AbortController();
  #process: ChildProcess | null = null;
  #ready = false;
  #locked = false;

  constructor(helper: { readonly command: string; readonly args: readonly string[] }, time: LockTime) {
    this.#helper = helper;
    this.#time = time;
  }

  on(listener: (event: TargetEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  async start(): Promise<void> {
    this.#spawn();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#process?.kill();
  }

  async lock(signal: AbortSignal): Promise<LockAnswer> {
    const stdin = this.#process?.stdin;
    if (!this.#ready || !stdin?.writable) return { ok: false, code: "lock-target-away" };
    const word = this.#locked ? null : this.#wordWithin(signal);
    // Also to a desktop that is believed to be locked: that costs nothing, and the belief may be wrong.
    stdin.write("lock\n");
    // Windows tells of a change alone: a desktop that is locked already says nothing more.
    if (word === null) return { ok: true };
    const said = await word;
    if (said === "locked") return { ok: true };
    return { ok: false, code: said === "refused" ? "lock-refused" : "lock-unconfirmed" };
  }

  async unlock(): Promise<LockAnswer> {
    if (!this.#ready) return { ok: false, code: "unlock-failed" };
    return this.#locked ? { ok: false, code: "unlock-elsewhere" } : { ok: true };
  }

  /** The next word that answers an order; `null`: none came. */
  async #wordWithin(signal: AbortSignal): Promise<string | null> {
    const heard = new AbortController();
    let said: string | null = null;
    const deaf = this.#words.add((word) => {
      if (word !== "locked" && word !== "refused") return;
      said = word;
      heard.abort();
    });
    await pause(CONFIRM_WITHIN, this.#time, signal, heard.signal);
    deaf();
    return said;
  }

  #spawn(): void {
    const { command, args } = this.#helper;
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"], windowsHide: true });
    this.#process = child;
    this.#locked = false;
    child.stdin.on("error", () => {});
    child.once("error", () => this.#ended(child));
    child.once("exit", () => this.#ended(child));
    createInterface({ input: child.stdout }).on("line", (line) => this.#heard(line.trim()));
  }

  #heard(word: string): void {
    this.#words.tell(word);
    if (word === "ready") {
      this.#ready = true;
      this.#listeners.tell({ type: "reached" });
    }
    if (word === "locked" || word === "unlocked") {
      this.#locked = word === "locked";
      this.#listeners.tell({ type: word });
    } else if (word === "connected" || (word === "refused" && this.#locked)) {
      this.#locked = false;
      this.#listeners.tell({ type: "unsure" });
    }
  }

  #ended(child: ChildProcess): void {
    if (this.#process !== child) return;
    this.#process = null;
    this.#ready = false;
    if (this.#stopped.signal.aborted) return;
    this.#listeners.tell({ type: "away" });
    void pause(START_AGAIN, this.#time, this.#stopped.signal).then(() => {
      if (!this.#stopped.signal.aborted) this.#spawn();
    });
  }
}
