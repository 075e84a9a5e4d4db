import type { Clock } from "@wardkey/protocol";
import type { Timers } from "../time.js";

/** A decision that somebody may come in. It is acted on before `freshUntil` (monotonic milliseconds) or not at all. */
export interface UnlockGrant {
  readonly staffId: string;
  readonly freshUntil: number;
}

/**
 * What does not work, as the screen and the log are told.
 * `lock-target-away`: the desktop or the device cannot be reached. `lock-refused`: it does not let this agent lock.
 * `lock-unconfirmed`: it was told, and does not say that it is locked. `lock-failed`: anything else on the way to a lock.
 * `unlock-failed`: somebody may come in and could not be let in. `unlock-elsewhere`: this system takes an unlock from nobody
 * but the person at its own prompt. `unlocked-by-other`: somebody else opened it.
 */
export type LockTrouble =
  | "lock-target-away"
  | "lock-refused"
  | "lock-unconfirmed"
  | "lock-failed"
  | "unlock-failed"
  | "unlock-elsewhere"
  | "unlocked-by-other";

export type LockerEvent =
  /** Somebody locked it behind the agent's back, or went to another session: who was in is out. */
  | { readonly type: "locked-elsewhere" }
  /** Whether keyboard and pointer of the desktop rest, as coarse as the desktop tells it. Opens nothing, ever. */
  | { readonly type: "input"; readonly idle: boolean }
  /** It opened, or is locked from now on. */
  | { readonly type: "turned"; readonly locked: boolean }
  /** `null`: nothing speaks against it any more. */
  | { readonly type: "trouble"; readonly code: LockTrouble | null };

/**
 * What "locked" means on this device. Locking is immediate and cannot fail; a locker that has to reach something slow
 * answers first and goes on trying by itself. A lock wins every race; an unlock that has grown old does nothing.
 */
export interface Locker {
  lock(): void;
  unlock(grant: UnlockGrant): void;
  /** False once an unlock took effect, and only until the next lock is asked for. Locked from the start. */
  readonly locked: boolean;
  /** What is locked has to stay usable where no agent serves it: one that does not come up leaves it alone. */
  readonly staysUsable?: boolean;
  on(listener: (event: LockerEvent) => void): () => void;
  /** Reaches out for what is locked. Never throws: what is away is trouble, and looked for again. */
  start(): Promise<void>;
  /** Locks, waits for that within bounds, and lets go. */
  stop(): Promise<void>;
}

/** How an order to a target ended. */
export type LockAnswer = { readonly ok: true } | { readonly ok: false; readonly code: LockTrouble };

export type TargetEvent =
  /** It can be reached (again): whoever wants it locked has it locked now. */
  | { readonly type: "reached" }
  | { readonly type: "away" }
  /** By somebody else than this agent. */
  | { readonly type: "locked" | "unlocked" }
  /** Whether it is still locked is not certain: whoever wants it locked has it locked once more. */
  | { readonly type: "unsure" }
  | { readonly type: "input"; readonly idle: boolean };

/** Something slow that can be locked and may fail: a desktop, a relay, a medical device. */
export interface LockTarget {
  /** Resolves once it holds, or with why it does not. Never rejects; ends early when `signal` is aborted. */
  lock(signal: AbortSignal): Promise<LockAnswer>;
  /** As `lock`, for this person; nothing is done outward after `signal` was aborted. */
  unlock(signal: AbortSignal, staffId: string): Promise<LockAnswer>;
  on(listener: (event: TargetEvent) => void): () => void;
  /** Whether what the person has before them is locked, as it was seen last; `null`, or absent: not known. */
  readonly lockedNow?: boolean | null;
  start(): Promise<void>;
  /** Lets go. What stays behind is locked, or what its profile calls safe. */
  stop(): Promise<void>;
}

/** Time, as everything here takes it. */
export interface LockTime {
  readonly clock: Clock;
  readonly timers: Timers;
}

/** A board of relays, whatever its make; see `peripherals`. */
export interface RelayBoard {
  readonly attached: boolean;
  /** Never rejects. */
  set(channel: number, on: boolean): Promise<{ readonly ok: true } | { readonly ok: false; readonly code: string }>;
  on(listener: (event: { readonly type: "attached" | "detached" }) => void): () => void;
}
