import { assertNever, codeOf } from "@wardkey/protocol";
import type { RiskBody } from "@wardkey/protocol/fleet";
import type { Stated } from "../domain/risk-picture.js";
import type { KeptStatement, RiskStore } from "./ports.js";

/** Why a device is locked: for a risk, or by a person; `away`: it serves nobody, locked or not. */
export type DeviceLock = "none" | "risk" | "person" | "away";

/** What the rest of the fleet server does about a risk. */
export interface RiskEffects {
  /** Says it to the device, retained; `false`: it is to be said again later. */
  say(device: string, body: RiskBody, epoch: number): Promise<boolean>;
  /** Whether the policy of this device locks it at a high risk. */
  quarantines(device: string): boolean;
  lockOf(device: string): DeviceLock;
  /** `true`: it is locked now. */
  quarantine(device: string): Promise<boolean>;
  release(device: string): Promise<void>;
  /** Its lease is to be fetched anew: how long it may be changed. */
  leaseChanged(device: string): void;
  record(kind: string, body: Readonly<Record<string, string | number | null>>): Promise<void>;
  log(event: { readonly code: string; readonly device?: string; readonly cause?: string }): void;
}

/** What every device was told, and that it happens: said, locked, journaled, and taken back again. */
export class Statements {
  readonly #kept = new Map<string, KeptStatement>();
  readonly #store: Pick<RiskStore, "keepStatements">;
  readonly #effects: RiskEffects;
  readonly #now: () => number;

  constructor(parts: { store: Pick<RiskStore, "keepStatements">; effects: RiskEffects; now: () => number }) {
    this.#store = parts.store;
    this.#effects = parts.effects;
    this.#now = parts.now;
  }

  load(kept: readonly KeptStatement[]): void {
    this.#kept.clear();
    for (const each of kept) this.#kept.set(each.device, each);
  }

  of(device: string): KeptStatement | null {
    return this.#kept.get(device) ?? null;
  }

  /** Whether this device is locked now for what it was told; what a person let out is not, nor is it locked again. */
  locks(device: string): boolean {
    return this.of(device)?.quarantined === true && this.#effects.lockOf(device) === "risk";
  }

  all(): readonly KeptStatement[] {
    return [...this.#kept.values()];
  }

  /** Durable before it is said: a crash in between says it again. */
  async state(stated: readonly Stated[]): Promise<void> {
    if (stated.length === 0) return;
    const changed = stated.map((each): { before: KeptStatement | null; next: KeptStatement } => {
      const before = this.of(each.device);
      // Wall time, because a server that came back from a backup has forgotten its last number.
      const epoch = Math.max(this.#now(), (before?.epoch ?? 0) + 1);
      return { before, next: { ...each, epoch, said: false, quarantined: before?.quarantined ?? false } };
    });
    await this.#store.keepStatements(changed.map(({ next }) => next));
    for (const { next } of changed) this.#kept.set(next.device, next);
    for (const { before, next } of changed) {
      await this.#journal(before, next).catch((error: unknown) =>
        this.#failed("risk-not-journaled", next.device, error),
      );
      if ((before?.level ?? "normal") !== next.level) this.#effects.leaseChanged(next.device);
      await this.#perform(next);
    }
  }

  /** Takes up what failed, and what a policy that changed since would have. */
  async again(): Promise<void> {
    for (const each of this.all()) {
      const locks = each.level === "high" && this.#effects.quarantines(each.device);
      if (!each.said || locks !== each.quarantined) await this.#perform(each);
    }
  }

  async #perform(given: KeptStatement): Promise<void> {
    const { device, level, reasons, until, epoch } = given;
    let kept = given;
    try {
      const locks = level === "high" && this.#effects.quarantines(device);
      if (locks && !kept.quarantined) kept = { ...kept, quarantined: await this.#lock(device) };
      if (!locks && kept.quarantined) {
        // What a person locked meanwhile, or denied, stays so.
        if (this.#effects.lockOf(device) === "risk") await this.#effects.release(device);
        kept = { ...kept, quarantined: false };
      }
      if (!kept.said) {
        kept = { ...kept, said: await this.#effects.say(device, { level, reasons: [...reasons], until }, epoch) };
      }
    } catch (error) {
      this.#failed("risk-not-said", device, error);
    }
    if (kept === given || this.of(device)?.epoch !== epoch) return;
    this.#kept.set(device, kept);
    await this.#store.keepStatements([kept]);
  }

  /** Once for each high risk: whoever is let out of it, by whoever locked them, is not locked again for it. */
  async #lock(device: string): Promise<boolean> {
    const lock = this.#effects.lockOf(device);
    switch (lock) {
      case "none":
        return await this.#effects.quarantine(device);
      case "risk":
      case "person":
        return true;
      case "away":
        return false;
      default:
        return assertNever(lock);
    }
  }

  async #journal(before: KeptStatement | null, next: KeptStatement): Promise<void> {
    const { device, level, reasons, until, score } = next;
    const same = before !== null && before.level === level && before.reasons.join() === reasons.join();
    if (same) return;
    switch (level) {
      case "normal":
        if (before !== null && before.level !== "normal") await this.#effects.record("risk.let-go", { device });
        return;
      case "raised":
      case "high":
        await this.#effects.record("risk.raised", {
          ...{ device, level, percent: Math.round(100 * score), reasons: reasons.join(","), until },
        });
        return;
      default:
        return assertNever(level);
    }
  }

  #failed(code: string, device: string, error: unknown): void {
    this.#effects.log({ code, device, cause: codeOf(error) });
  }
}
