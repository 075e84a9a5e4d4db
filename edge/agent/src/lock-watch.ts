import { type Clock, seconds } from "@wardkey/protocol";
import type { ScreenView } from "@wardkey/protocol/screen";
import type { Journal } from "./journal/index.js";
import type { Locker, LockTrouble } from "./locking/index.js";

/** Alerts within a minute: a desktop that flickers must not fill the journal. */
const TOLD_A_MINUTE = 6;
const MINUTE = seconds(60);

/** What a locker notices, passed on: to the session, the log, and the journal where somebody has to look into it. */
export function watchLocker(input: {
  readonly locker: Locker;
  /** What it said before anybody listened. */
  readonly before?: readonly LockTrouble[];
  readonly clock: Clock;
  readonly journal: Pick<Journal, "note">;
  readonly log: (event: { code: string }) => void;
  /** Who was in is out. */
  readonly lock: () => void;
  /** Keyboard or pointer of the desktop moved after a rest. */
  readonly touched: () => void;
  readonly changed: () => void;
}): () => void {
  const { locker, before = [], clock, journal, log, lock, touched, changed } = input;
  let told: number[] = [];
  const alert = (code: LockTrouble): void => {
    log({ code });
    const now = clock.monotonic();
    told = told.filter((at) => now - at < MINUTE);
    if (told.length >= TOLD_A_MINUTE || !isAlert(code)) return;
    told.push(now);
    journal.note("security.alert", { reason: code, count: 1 });
  };
  for (const code of before) alert(code);
  return locker.on((event) => {
    switch (event.type) {
      case "locked-elsewhere":
        lock();
        break;
      case "input":
        if (!event.idle) touched();
        break;
      case "turned":
        changed();
        break;
      case "trouble":
        if (event.code !== null) alert(event.code);
        break;
    }
  });
}

/** A prompt of the system's own is the ordinary way on some systems. */
const isAlert = (code: LockTrouble): boolean => code !== "unlock-elsewhere";

/**
 * Nobody is shown to be in before what they came for is open: until then the screen covers it, busy. Who is in at another
 * kiosk finds it locked behind the veil that says so.
 */
export function coveredUntilOpen(view: ScreenView, locked: boolean): ScreenView {
  const { session } = view;
  if (!locked || (session.state !== "unlocked" && session.state !== "leaving")) return view;
  if (session.state === "unlocked" && session.elsewhere === true) return view;
  return { ...view, session: { state: "identifying", hint: null } };
}
