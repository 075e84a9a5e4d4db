import { FLEET_SOURCE, type SeenEvent, type Trigger } from "./seen-event.js";

/** What an honest clock may be ahead of the site's. */
const AHEAD_MS = 5 * 60_000;
/** A clock that is set right after a start goes back by less. */
const BACK_MS = 5 * 60_000;
const LASTS_MS = 2 * 60 * 60_000;
const MOST_DEVICES = 20_000;

/**
 * A kiosk whose journal tells of the future, or whose entries go back in time: they come in the order in which they were
 * written, and wall time in them is the kiosk's own.
 */
export class Clocks {
  readonly #latest = new Map<string, number>();

  see({ source, at }: SeenEvent, now: number): Trigger[] {
    if (source === FLEET_SOURCE) return [];
    const latest = this.#latest.get(source);
    const ahead = at - now;
    const back = latest === undefined ? 0 : latest - at;
    if (latest === undefined && this.#latest.size >= MOST_DEVICES) {
      const [oldest] = this.#latest.keys();
      if (oldest !== undefined) this.#latest.delete(oldest);
    }
    // A jump is told once: what follows is compared with where the clock is now.
    this.#latest.set(source, back > BACK_MS ? at : Math.max(latest ?? at, at));
    const found: Trigger[] = [];
    const tell = (strength: number, facts: Trigger["facts"]): void => {
      found.push({
        ...{ detector: "clock-tampering", device: source, staffId: null, strength },
        ...{ at: Math.min(at, now), lastsMs: LASTS_MS, facts },
      });
    };
    if (ahead > AHEAD_MS) tell(0.5, { code: "clock-ahead", minutes: Math.round(ahead / 60_000) });
    if (back > BACK_MS) tell(0.6, { code: "clock-back", minutes: Math.round(back / 60_000) });
    return found;
  }
}
