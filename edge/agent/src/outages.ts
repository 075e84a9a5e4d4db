import type { Clock } from "@wardkey/protocol";
import { type Journal, journalReason } from "./journal/index.js";

/** Outages told within a minute: a camera that flickers, or a page that plays with its own, must not fill the journal. */
const TOLD_A_MINUTE = 6;

/** Journals when the camera or the radio is lost and when it is back, with how long it was away. */
export class Outages {
  readonly #clock: Clock;
  readonly #journal: Pick<Journal, "note">;
  readonly #lostAt = new Map<"camera" | "radio", number>();
  #told: number[] = [];

  constructor(input: { clock: Clock; journal: Pick<Journal, "note"> }) {
    this.#clock = input.clock;
    this.#journal = input.journal;
  }

  is(what: "camera" | "radio", state: "ok" | "down", code: string | null): void {
    const now = this.#clock.monotonic();
    const lostAt = this.#lostAt.get(what);
    if (state === "down" && lostAt === undefined && this.#mayTell(now)) {
      this.#lostAt.set(what, now);
      this.#journal.note(`${what}.lost`, code === null ? {} : { reason: journalReason(code) });
    }
    if (state === "ok" && lostAt !== undefined) {
      this.#lostAt.delete(what);
      this.#journal.note(`${what}.back`, { lostMs: Math.min(604_800_000, Math.round(now - lostAt)) });
    }
  }

  #mayTell(now: number): boolean {
    this.#told = this.#told.filter((at) => now - at < 60_000);
    if (this.#told.length >= TOLD_A_MINUTE) return false;
    this.#told.push(now);
    return true;
  }
}
