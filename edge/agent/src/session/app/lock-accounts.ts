import type { Clock } from "@wardkey/protocol";
import type { LockAccountView } from "@wardkey/protocol/screen";
import type { AttemptFacts } from "./records.js";

/** How long whoever comes back may still ask why it locked, and say that it was wrong. */
const TOLD_FOR_MS = 120_000;

/** Why the last session was locked, for the screen of the kiosk that it happened at; forgotten soon. */
export class LockAccounts {
  readonly #clock: Clock;
  #last: { readonly view: LockAccountView; readonly at: number } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A session was locked that a phone had kept open; of any other there is nothing to tell. */
  locked(of: AttemptFacts | null): void {
    if (of === null || of.account === null) return;
    const { session, account } = of;
    const [now, monotonic] = [this.#clock.now(), this.#clock.monotonic()];
    const { gone: _gone, leftAt, reasons, strip, ...told } = account;
    const view: LockAccountView = {
      ...told,
      id: session,
      leftAt: Math.round(now - (monotonic - leftAt)),
      reasons: [...reasons],
      strip: [...strip],
      feedback: "open",
    };
    this.#last = { view, at: monotonic };
  }

  /** Somebody came in: what was before is nobody's business any more. */
  forget(): void {
    this.#last = null;
  }

  get view(): LockAccountView | null {
    const last = this.#last;
    return last !== null && this.#clock.monotonic() - last.at < TOLD_FOR_MS ? last.view : null;
  }

  /** Takes "this was wrong", once for each lock; false: that lock is not told of here, or was disputed already. */
  dispute(session: string): boolean {
    const { view } = this;
    if (view === null || view.id !== session || view.feedback === "given" || this.#last === null) return false;
    this.#last = { ...this.#last, view: { ...view, feedback: "given" } };
    return true;
  }
}
