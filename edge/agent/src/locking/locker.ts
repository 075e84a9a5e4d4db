/**
 * What "locked" means on this device. Locking is immediate and cannot fail; a locker that has to reach something slow
 * answers first and goes on trying by itself.
 */
export interface Locker {
  lock(): void;
  unlock(): void;
  readonly locked: boolean;
}

/** The kiosk's own overlay: the page covers everything unless the view says that somebody is in. Locked from the start. */
export function createScreenLocker(onChange: (locked: boolean) => void = () => {}): Locker {
  let locked = true;
  const turn = (to: boolean): void => {
    if (locked === to) return;
    locked = to;
    onChange(to);
  };
  return {
    lock: () => turn(true),
    unlock: () => turn(false),
    get locked() {
      return locked;
    },
  };
}

/** A simulated desktop that remembers every turn, for tests and for a kiosk without a desktop. */
export class RecordedLocker implements Locker {
  readonly turns: ("lock" | "unlock")[] = [];

  lock(): void {
    this.turns.push("lock");
  }

  unlock(): void {
    this.turns.push("unlock");
  }

  get locked(): boolean {
    return this.turns.at(-1) !== "unlock";
  }
}
