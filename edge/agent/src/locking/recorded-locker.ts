import type { Locker, UnlockGrant } from "./ports.js";

/** A simulated desktop that remembers every turn, for tests and for a kiosk without a desktop. It knows no time. */
export class RecordedLocker implements Locker {
  readonly turns: ("lock" | "unlock")[] = [];

  lock(): void {
    this.turns.push("lock");
  }

  unlock(_grant?: UnlockGrant): void {
    this.turns.push("unlock");
  }

  get locked(): boolean {
    return this.turns.at(-1) !== "unlock";
  }

  on(): () => void {
    return () => {};
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    this.lock();
  }
}
