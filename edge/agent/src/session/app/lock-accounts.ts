import { type Clock, type Duration, minutes } from "@wardkey/protocol";
import type { LockAccountView, LockReason } from "@wardkey/protocol/screen";
import type { Timers } from "../../time.js";
import type { AttemptFacts } from "./records.js";

/** How long whoever comes back may still ask why it locked, and say that it was wrong. */
const TOLD_FOR: Duration = minutes(2);

export interface LockAccountPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Its time is over: nothing else may happen at a locked kiosk for hours. */
  readonly changed: () => void;
}

/** Why the last session was locked, for the screen of the kiosk that it happened at; forgotten soon. */
export class LockAccounts {
  readonly #ports: LockAccountPorts;
  #view: LockAccountView | null = null;
  /** Of the lock that is told of: the session's last one may by now be of somebody who was not let in. */
  #why: LockReason = "started";
  #cancel: (() => void) | null = null;

  constructor(ports: LockAccountPorts) {
    this.#ports = ports;
  }

  /** A session was locked that a phone had kept open; of any other there is nothing to tell. */
  locked(of: AttemptFacts | null, why: LockReason): void {
    if (of === null || of.account === null) return;
    const { session, account } = of;
    const { clock, timers, changed } = this.#ports;
    const [now, monotonic] = [clock.now(), clock.monotonic()];
    const { gone: _gone, leftAt, reasons, strip, ...told } = account;
    this.forget();
    this.#why = why;
    this.#view = {
      ...told,
      id: session,
      leftAt: Math.round(now - (monotonic - leftAt)),
      reasons: [...reasons],
      strip: [...strip],
      feedback: "open",
    };
    this.#cancel = timers.after(TOLD_FOR, () => {
      this.forget();
      changed();
    });
  }

  /** Somebody came in, or its time is over: what was before is nobody's business any more. */
  forget(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#view = null;
  }

  get view(): LockAccountView | null {
    return this.#view;
  }

  /** Takes "this was wrong", once for each lock, with why it had locked; `null`: that lock is not told of here, or was disputed already. */
  dispute(session: string): LockReason | null {
    const view = this.#view;
    if (view === null || view.id !== session || view.feedback === "given") return null;
    this.#view = { ...view, feedback: "given" };
    return this.#why;
  }
}
