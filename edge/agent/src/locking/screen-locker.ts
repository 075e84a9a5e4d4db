import type { Clock } from "@wardkey/protocol";
import { Listeners } from "./listeners.js";
import type { Locker, LockerEvent, UnlockGrant } from "./ports.js";

/** The kiosk's own overlay: the page covers everything unless the view says that somebody is in. Locked from the start. */
export function createScreenLocker(clock: Clock): Locker {
  const listeners = new Listeners<LockerEvent>();
  let locked = true;
  const turn = (to: boolean): void => {
    if (locked === to) return;
    locked = to;
    listeners.tell({ type: "turned", locked });
  };
  return {
    lock: () => turn(true),
    unlock: ({ freshUntil }: UnlockGrant) => {
      if (clock.monotonic() < freshUntil) turn(false);
    },
    get locked() {
      return locked;
    },
    on: (listener) => listeners.add(listener),
    start: async () => {},
    stop: async () => turn(true),
  };
}
