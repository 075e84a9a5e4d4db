import { isComingIn, type SeenEvent, staffOf } from "./behaviour.js";

interface Open {
  readonly kiosk: string;
  readonly session: unknown;
  readonly byFace: boolean;
  readonly at: number;
}

/** More people are never in at once at one site; the oldest goes first. */
const MOST = 20_000;
/** An end that was never heard of: the kiosk lost its journal. */
const FORGOTTEN_AFTER_MS = 24 * 3_600_000;

/** Who is in where, as far as journals tell: a badge that opens one kiosk while its owner's phone holds another is in another hand. */
export class OpenSessions {
  readonly #open = new Map<string, Open[]>();

  /** The other kiosk, when this event shows a badge in another hand than its owner's; else `null`. */
  note(kiosk: string, event: SeenEvent): string | null {
    const staffId = staffOf(event);
    if (staffId === null) return null;
    if (event.kind === "session.locked") this.#closed(staffId, kiosk);
    if (!isComingIn(event.kind)) return null;
    const before = (this.#open.get(staffId) ?? []).filter(
      (each) => each.kiosk !== kiosk && event.at - each.at < FORGOTTEN_AFTER_MS,
    );
    const way = event.body["way"];
    const byFace = event.kind === "session.unlocked" && (way === undefined || way === "face");
    this.#open.delete(staffId);
    this.#open.set(staffId, [...before, { kiosk, session: event.body["session"], byFace, at: event.at }].slice(-4));
    if (this.#open.size > MOST) for (const oldest of this.#open.keys()) return this.#dropped(oldest);
    if (way !== "badge") return null;
    return before.find((each) => each.byFace && event.at >= each.at)?.kiosk ?? null;
  }

  #closed(staffId: string, kiosk: string): void {
    const left = (this.#open.get(staffId) ?? []).filter((each) => each.kiosk !== kiosk);
    if (left.length === 0) this.#open.delete(staffId);
    else this.#open.set(staffId, left);
  }

  #dropped(staffId: string): null {
    this.#open.delete(staffId);
    return null;
  }
}
