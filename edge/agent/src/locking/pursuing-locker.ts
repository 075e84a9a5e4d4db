import { assertNever, type Duration, milliseconds, seconds } from "@wardkey/protocol";
import { bounded, pause } from "./bounded.js";
import { Listeners } from "./listeners.js";
import type { Locker, LockerEvent, LockTarget, LockTime, LockTrouble, TargetEvent, UnlockGrant } from "./ports.js";

/** Longest wait for one order to lock before it is given again. */
const LOCK_WITHIN: Duration = seconds(5);
const FIRST_PAUSE: Duration = milliseconds(500);
const LONGEST_PAUSE: Duration = seconds(5);
/** How long an agent that stops waits for its last lock. */
const STOP_WITHIN: Duration = seconds(2);
/** How long its target may then take to let go: a relay's pulse is among it. */
const LET_GO_WITHIN: Duration = seconds(5);

interface PursuingInput extends LockTime {
  readonly target: LockTarget;
  /** What follows when somebody opens it past the agent, by the system's own password for one. Told in any case. */
  readonly others?: "lock-again" | "may-unlock";
  /** How long an unlock may take that was begun while its grant was fresh; never less than that stays fresh. */
  readonly carryOutWithin?: Duration;
}

/**
 * A locker over a target that is slow and may fail. What is wanted is one word, the newest: a lock is ordered at once,
 * beside an unlock that may still be on its way, again once that has ended, and again until it holds. An unlock waits its
 * turn, is ordered once, never after its grant has grown old, and when it fails the device is locked.
 */
export class PursuingLocker implements Locker {
  readonly #target: LockTarget;
  readonly #time: LockTime;
  readonly #others: "lock-again" | "may-unlock";
  readonly #carryOutWithin: Duration;
  readonly #listeners = new Listeners<LockerEvent>();
  #wanted: UnlockGrant | null = null;
  #open = false;
  #trouble: LockTrouble | null = null;
  #state: "new" | "running" | "stopped" = "new";
  /** Somebody has still to see to it that the target is locked. */
  #lockDue = true;
  #locking: Promise<void> | null = null;
  /** Unlocks that were ordered and have not ended. */
  #loose = 0;
  /** Ends the pause between two tries. */
  #wake = new AbortController();
  /** Ends the unlock that is on its way. */
  #calledOff = new AbortController();
  /** Ends the lock that is on its way when the target is let go: it must not land after what is safe was ordered. */
  readonly #lettingGo = new AbortController();
  #deaf: () => void = () => {};

  constructor(input: PursuingInput) {
    this.#target = input.target;
    this.#others = input.others ?? "lock-again";
    this.#carryOutWithin = input.carryOutWithin ?? milliseconds(0);
    this.#time = { clock: input.clock, timers: input.timers };
  }

  get locked(): boolean {
    return !this.#open;
  }

  on(listener: (event: LockerEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  async start(): Promise<void> {
    if (this.#state !== "new") return;
    this.#state = "running";
    this.#deaf = this.#target.on((event) => this.#heard(event));
    await this.#target.start();
    if (this.#wanted === null) this.#lockNow();
  }

  async stop(): Promise<void> {
    if (this.#state === "running") {
      this.lock();
      const held = new AbortController();
      await Promise.race([this.#locking, pause(STOP_WITHIN, this.#time, held.signal)]);
      held.abort();
      this.#deaf();
      this.#state = "stopped";
      this.#wake.abort();
      this.#lettingGo.abort();
      const gone = new AbortController();
      await Promise.race([this.#target.stop(), pause(LET_GO_WITHIN, this.#time, gone.signal)]);
      gone.abort();
    }
    this.#state = "stopped";
  }

  lock(): void {
    this.#wanted = null;
    this.#turn(false);
    this.#calledOff.abort();
    this.#lockNow();
  }

  unlock(grant: UnlockGrant): void {
    if (this.#state !== "running" || this.#stale(grant)) return;
    this.#wanted = grant;
    this.#calledOff.abort();
    this.#calledOff = new AbortController();
    this.#wake.abort();
    void this.#unlock(grant, this.#calledOff.signal);
  }

  /** A try to lock that has begun already does not count: another one follows it. */
  #lockNow(): void {
    this.#lockDue = true;
    if (this.#state !== "running") return;
    this.#wake.abort();
    this.#locking ??= this.#pursue().finally(() => {
      this.#locking = null;
      if (this.#due()) this.#lockNow();
    });
  }

  #due(): boolean {
    return this.#lockDue && this.#wanted === null && this.#state === "running";
  }

  async #pursue(): Promise<void> {
    for (let wait = FIRST_PAUSE; this.#due(); wait = milliseconds(Math.min(wait * 2, LONGEST_PAUSE))) {
      this.#lockDue = false;
      this.#wake = new AbortController();
      const { clock } = this.#time;
      const answer = await bounded((signal) => this.#target.lock(signal), {
        time: this.#time,
        deadline: clock.monotonic() + LOCK_WITHIN,
        signal: this.#lettingGo.signal,
        late: "lock-target-away",
      });
      if (!this.#due()) this.#tell(answer.ok ? null : answer.code);
      if (answer.ok && this.#loose === 0) continue;
      // Nobody knows when an unlock that was called off and never ended takes effect: the lock is given again and again.
      this.#lockDue = true;
      await pause(answer.ok ? LONGEST_PAUSE : wait, this.#time, this.#wake.signal);
    }
  }

  async #unlock(grant: UnlockGrant, signal: AbortSignal): Promise<void> {
    const bounds = { time: this.#time, deadline: grant.freshUntil, signal, late: "unlock-failed" } as const;
    // A lock under way would land after the unlock: it ends first, or the grant grows old over it.
    const { ok } = await bounded(async () => {
      await this.#locking;
      return { ok: true };
    }, bounds);
    if (this.#wanted !== grant) return;
    if (ok) this.#loose++;
    const answer = ok
      ? await bounded((each) => this.#target.unlock(each, grant.staffId), {
          ...bounds,
          deadline: this.#endOf(grant),
          settled: () => this.#unlockEnded(),
        })
      : ({ ok: false, code: "unlock-failed" } as const);
    if (this.#wanted !== grant) return;
    if (answer.ok || answer.code === "unlock-elsewhere") {
      this.#lockDue = true;
      this.#turn(true);
      this.#tell(answer.ok ? null : answer.code);
      return;
    }
    this.lock();
    this.#tell("unlock-failed");
    this.#listeners.tell({ type: "locked-elsewhere" });
  }

  /** An unlock that was overtaken by a lock may have taken effect after it. */
  #unlockEnded(): void {
    this.#loose--;
    if (this.#wanted === null) this.#lockNow();
  }

  #heard(event: TargetEvent): void {
    switch (event.type) {
      case "reached":
        if (this.#wanted === null) this.#lockNow();
        else this.#tell(null);
        break;
      case "away":
        this.#tell("lock-target-away");
        break;
      case "locked":
        if (!this.#open) break;
        this.lock();
        this.#listeners.tell({ type: "locked-elsewhere" });
        break;
      case "unlocked":
        if (this.#wanted === null) this.#unlockedByOther();
        // The person did what the agent could not.
        else if (this.#trouble === "unlock-elsewhere") this.#tell(null);
        break;
      case "unsure":
        if (this.#wanted === null) this.#lockNow();
        break;
      case "input":
        this.#listeners.tell(event);
        break;
      default:
        assertNever(event);
    }
  }

  #unlockedByOther(): void {
    this.#tell("unlocked-by-other");
    if (this.#others === "lock-again") this.#lockNow();
  }

  #endOf(grant: UnlockGrant): number {
    const now = this.#time.clock.monotonic();
    return now < grant.freshUntil ? Math.max(grant.freshUntil, now + this.#carryOutWithin) : now;
  }

  #turn(open: boolean): void {
    if (this.#open === open) return;
    this.#open = open;
    this.#listeners.tell({ type: "turned", locked: !open });
  }

  #stale(grant: UnlockGrant): boolean {
    return this.#time.clock.monotonic() >= grant.freshUntil;
  }

  #tell(code: LockTrouble | null): void {
    if (code === this.#trouble) return;
    this.#trouble = code;
    this.#listeners.tell({ type: "trouble", code });
  }
}
