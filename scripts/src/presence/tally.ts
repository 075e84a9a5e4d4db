import { quantile, round } from "../frame-bench/spread.js";
import type { Findings } from "./judge.js";

const SHIFT_MS = 8 * 3_600_000;

/** What many walks showed about one rule. Times in milliseconds. */
export interface Figures {
  /** From crossing three metres for good to the lock, over every departure from an open session. */
  readonly lockMs: { readonly p50: number; readonly p95: number; readonly max: number };
  readonly departures: number;
  /** Of those, not locked before the walk ended: their delay counts as what was left of it, at least 100 s less the way. */
  readonly neverLocked: number;
  /** Of those, locked on the way out, before the line. */
  readonly earlyLocks: number;
  /** Departures from a kiosk that was not open. */
  readonly unmeasured: number;
  readonly falseLocks: number;
  /** In eight hours of open session. */
  readonly falseLocksPerShift: number;
  /** Of `uses`, those in which it locked falsely at least once. */
  readonly disturbedUses: number;
  readonly veilsPerShift: number;
  readonly unlocks: number;
  readonly wrongUnlocks: number;
  readonly uses: number;
  readonly missedUnlocks: number;
  readonly unlockMs: { readonly p50: number; readonly p95: number };
  readonly openHours: number;
  /** Why it locked falsely, the commonest first. */
  readonly falseLockReasons: Readonly<Record<string, number>>;
}

/** Adds up findings. */
export class Tally {
  readonly #lockMs: number[] = [];
  readonly #unlockMs: number[] = [];
  readonly #reasons = new Map<string, number>();
  readonly #sums = {
    neverLocked: 0,
    early: 0,
    unmeasured: 0,
    falseLocks: 0,
    disturbed: 0,
    veils: 0,
    unlocks: 0,
    wrongUnlocks: 0,
    uses: 0,
    missedUnlocks: 0,
    openMs: 0,
  };

  add(findings: Findings): void {
    this.#lockMs.push(...findings.lockMs);
    this.#unlockMs.push(...findings.unlockMs);
    const sums = this.#sums;
    sums.neverLocked += findings.neverLocked;
    sums.early += findings.early;
    sums.unmeasured += findings.unmeasured;
    sums.falseLocks += findings.falseLocks.length;
    sums.disturbed += findings.disturbed;
    sums.veils += findings.veils;
    sums.unlocks += findings.unlocks;
    sums.wrongUnlocks += findings.wrongUnlocks.length;
    sums.uses += findings.uses;
    sums.missedUnlocks += findings.missedUnlocks;
    sums.openMs += findings.openMs;
    for (const { why } of findings.falseLocks) this.#reasons.set(why, (this.#reasons.get(why) ?? 0) + 1);
  }

  figures(): Figures {
    const sums = this.#sums;
    const perShift = (count: number): number => (sums.openMs === 0 ? 0 : round((count * SHIFT_MS) / sums.openMs));
    const at = (values: readonly number[], rank: number): number =>
      values.length === 0 ? 0 : Math.round(quantile(values, rank));
    return {
      lockMs: { p50: at(this.#lockMs, 0.5), p95: at(this.#lockMs, 0.95), max: at(this.#lockMs, 1) },
      departures: this.#lockMs.length,
      neverLocked: sums.neverLocked,
      earlyLocks: sums.early,
      unmeasured: sums.unmeasured,
      falseLocks: sums.falseLocks,
      falseLocksPerShift: perShift(sums.falseLocks),
      disturbedUses: sums.disturbed,
      veilsPerShift: perShift(sums.veils),
      unlocks: sums.unlocks,
      wrongUnlocks: sums.wrongUnlocks,
      uses: sums.uses,
      missedUnlocks: sums.missedUnlocks,
      unlockMs: { p50: at(this.#unlockMs, 0.5), p95: at(this.#unlockMs, 0.95) },
      openHours: round(sums.openMs / 3_600_000),
      falseLockReasons: Object.fromEntries([...this.#reasons].sort(([, a], [, b]) => b - a)),
    };
  }
}
