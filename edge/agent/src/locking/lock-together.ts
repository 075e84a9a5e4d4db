import { Listeners } from "./listeners.js";
import type { Locker, LockerEvent, LockTrouble, UnlockGrant } from "./ports.js";

/** Several lockers as one: open when all of them are, locked as soon as one is. */
export function lockTogether(
  lockers: readonly Locker[],
  { staysUsable = false }: Pick<Locker, "staysUsable"> = {},
): Locker {
  const listeners = new Listeners<LockerEvent>();
  const troubles = new Map<Locker, LockTrouble>();
  let wasLocked = true;
  let trouble: LockTrouble | null = null;
  const locked = (): boolean => lockers.some((each) => each.locked);
  const turned = (): void => {
    if (locked() === wasLocked) return;
    wasLocked = !wasLocked;
    listeners.tell({ type: "turned", locked: wasLocked });
  };
  const troubled = (from: Locker, code: LockTrouble | null): void => {
    if (code === null) troubles.delete(from);
    else troubles.set(from, code);
    const [first = null] = troubles.values();
    if (first === trouble) return;
    trouble = first;
    listeners.tell({ type: "trouble", code: first });
  };
  const hear = (from: Locker, event: LockerEvent): void => {
    if (event.type === "turned") turned();
    else if (event.type === "trouble") troubled(from, event.code);
    else listeners.tell(event);
  };
  for (const each of lockers) each.on((event) => hear(each, event));
  return {
    lock: () => {
      for (const each of lockers) each.lock();
    },
    unlock: (grant: UnlockGrant) => {
      for (const each of lockers) each.unlock(grant);
    },
    get locked() {
      return locked();
    },
    staysUsable,
    on: (listener) => listeners.add(listener),
    start: async () => {
      await Promise.all(lockers.map((each) => each.start()));
    },
    stop: async () => {
      await Promise.all(lockers.map((each) => each.stop()));
    },
  };
}
