import { type Duration, milliseconds, seconds } from "@wardkey/protocol";
import { pause } from "../bounded.js";
import { Listeners } from "../listeners.js";
import type { LockAnswer, LockTarget, LockTime, TargetEvent } from "../ports.js";
import type { RunCommand } from "../run-command.js";

const CONFIRM_WITHIN: Duration = seconds(3);
const LOOK_AGAIN: Duration = milliseconds(200);
const ROUND: Duration = seconds(2);

/** What the lock screen's own menu item calls; there is no public way to lock a Mac at once. */
const LOCK = {
  command: "/usr/bin/osascript",
  args: [
    "-l",
    "JavaScript",
    "-e",
    "ObjC.import('Foundation');" +
      "$.NSBundle.bundleWithPath('/System/Library/PrivateFrameworks/login.framework').load;" +
      "ObjC.bindFunction('SACLockScreenImmediate', ['int', []]);" +
      "$.SACLockScreenImmediate();",
  ],
} as const;
/** The registry's root says whether the console is locked: `"IOConsoleLocked" = Yes`. */
const LOOK = { command: "/usr/sbin/ioreg", args: ["-n", "Root", "-d1"] } as const;

/** A Mac's desktop. Only the person at its own prompt can unlock it. */
export class MacTarget implements LockTarget {
  readonly #run: RunCommand;
  readonly #time: LockTime;
  readonly #listeners = new Listeners<TargetEvent>();
  readonly #stopped = new AbortController();
  #rounds: Promise<void> = Promise.resolve();
  #known: boolean | null = null;

  constructor(run: RunCommand, time: LockTime) {
    this.#run = run;
    this.#time = time;
  }

  on(listener: (event: TargetEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  get lockedNow(): boolean | null {
    return this.#known;
  }

  async start(): Promise<void> {
    this.#known = await this.#locked(this.#stopped.signal);
    this.#listeners.tell({ type: this.#known === null ? "away" : "reached" });
    this.#rounds = this.#goRound();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#rounds;
  }

  async lock(signal: AbortSignal): Promise<LockAnswer> {
    const ordered = await this.#run(LOCK.command, LOCK.args, signal);
    if (!ordered.ok) return { ok: false, code: "lock-refused" };
    const { clock } = this.#time;
    for (const until = clock.monotonic() + CONFIRM_WITHIN; !signal.aborted; ) {
      if ((await this.#locked(signal)) === true) {
        this.#known = true;
        return { ok: true };
      }
      if (clock.monotonic() >= until) break;
      await pause(LOOK_AGAIN, this.#time, signal);
    }
    return { ok: false, code: "lock-unconfirmed" };
  }

  async unlock(signal: AbortSignal): Promise<LockAnswer> {
    return (await this.#locked(signal)) === false ? { ok: true } : { ok: false, code: "unlock-elsewhere" };
  }

  async #goRound(): Promise<void> {
    const { signal } = this.#stopped;
    for (;;) {
      await pause(ROUND, this.#time, signal);
      if (signal.aborted) return;
      const before = this.#known;
      const locked = await this.#locked(signal);
      if (before !== this.#known || locked === before || signal.aborted) continue;
      this.#known = locked;
      if (before === null) this.#listeners.tell({ type: "reached" });
      if (locked === null) this.#listeners.tell({ type: "away" });
      else this.#listeners.tell({ type: locked ? "locked" : "unlocked" });
    }
  }

  async #locked(signal: AbortSignal): Promise<boolean | null> {
    const looked = await this.#run(LOOK.command, LOOK.args, signal);
    return looked.ok ? /"IOConsoleLocked"\s*=\s*Yes/.test(looked.stdout) : null;
  }
}
