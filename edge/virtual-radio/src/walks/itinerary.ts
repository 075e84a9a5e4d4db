import type { Position } from "../room/propagation.js";
import type { Chance } from "./chance.js";
import type { Carriage, Carried, Habits, Spell, Turn, WalkKiosk, WalkPerson, Waypoint } from "./model.js";

/** Where somebody who uses a kiosk sits or stands: her arm's length before the screen. */
export const seatOf = ({ position }: WalkKiosk): Position => ({ x: position.x, y: position.y + 0.6 });

// Less is a blink between two glances, and no look.
const SHORTEST_LOOK_MS = 1_500;

/** Writes down, step after step, where one person goes, looks and types, and where the phone is meanwhile. */
export class Itinerary {
  readonly #way: Waypoint[] = [];
  readonly #turns: Turn[] = [];
  readonly #carried: Carried[] = [];
  readonly #looks: Spell[] = [];
  readonly #types: Spell[] = [];
  readonly #chance: Chance;
  readonly #habits: Habits;
  #at: number;
  #place: Position;
  #heading = 0;

  constructor(chance: Chance, habits: Habits, begin: { place: Position; carriage: Carriage; at?: number }) {
    this.#chance = chance;
    this.#habits = habits;
    this.#at = begin.at ?? 0;
    this.#place = begin.place;
    this.#mark();
    this.carry(begin.carriage);
    this.#turn(0, false);
  }

  get at(): number {
    return this.#at;
  }

  carry(how: Carriage, lies: Position | null = null): this {
    this.#carried.push({ at: this.#at, how, lies });
    return this;
  }

  /** Straight there at `speed` metres a second. */
  walkTo(place: Position, speed: number): this {
    const dx = place.x - this.#place.x;
    const dy = place.y - this.#place.y;
    const metres = Math.hypot(dx, dy);
    if (metres === 0) return this;
    this.#turn(Math.atan2(dy, dx), true);
    this.#mark();
    this.#at += (metres / speed) * 1_000;
    this.#place = place;
    this.#mark();
    this.#turn(this.#heading, false);
    return this;
  }

  /** Stands or sits, turned to a place or as before. */
  stay(ms: number, towards?: Position): this {
    if (towards !== undefined) {
      this.#turn(Math.atan2(towards.y - this.#place.y, towards.x - this.#place.x), false);
    }
    this.#mark();
    this.#at += ms;
    this.#mark();
    return this;
  }

  /** Looks at a screen while doing something else: from so long after `since` on. */
  glance(kiosk: WalkKiosk, from: number, ms: number): this {
    this.#looks.push({ from, to: from + ms, kiosk: kiosk.name });
    return this;
  }

  /** Works at a kiosk: reads, types, glances aside, leans and shifts, and is now and then spoken to. */
  work(kiosk: WalkKiosk, ms: number): this {
    const until = this.#at + ms;
    this.#turn(Math.atan2(kiosk.position.y - this.#place.y, kiosk.position.x - this.#place.x), false);
    const turned = this.#attend(kiosk, this.#at, until);
    this.#type(kiosk, this.#at, until, turned);
    const seat = this.#place;
    while (this.#at < until) {
      this.#mark();
      this.#at = Math.min(until, this.#at + this.#chance.between(2_000, 15_000));
      this.#place = { x: seat.x + 0.08 * this.#chance.normal(), y: seat.y + 0.06 * this.#chance.normal() };
      this.#mark();
    }
    return this;
  }

  /** As `name` with the phone of these offsets. */
  person(name: string, offsetDb: number): WalkPerson {
    return {
      name,
      phone: `phone-${name}`,
      offsetDb,
      way: this.#way,
      turns: this.#turns,
      carried: this.#carried,
      looks: this.#looks,
      types: this.#types,
    };
  }

  /** Spells at the screen; the answer is when she was turned away for long, and does not type. */
  #attend(kiosk: WalkKiosk, from: number, until: number): readonly { from: number; to: number }[] {
    const { looksMs, glanceMs, turnedEachMs, turnedMs } = this.#habits;
    const turned: { from: number; to: number }[] = [];
    for (let at = from; at < until; ) {
      const to = Math.min(until, at + SHORTEST_LOOK_MS + this.#chance.exponential(looksMs - SHORTEST_LOOK_MS));
      this.#looks.push({ from: at, to, kiosk: kiosk.name });
      const long = turnedEachMs !== null && this.#chance.happens(looksMs / turnedEachMs);
      const away = this.#chance.between(...(long ? turnedMs : glanceMs));
      if (long) turned.push({ from: to, to: to + away });
      at = to + away;
    }
    return turned;
  }

  #type(kiosk: WalkKiosk, from: number, until: number, turned: readonly { from: number; to: number }[]): void {
    const { typesMs, readsMs } = this.#habits;
    for (let at = from + this.#chance.between(500, 3_000); at < until; ) {
      const to = Math.min(until, at + this.#chance.between(...typesMs));
      const away = turned.find((each) => each.from < to && each.to > at);
      if (away === undefined) this.#types.push({ from: at, to, kiosk: kiosk.name });
      at = Math.max(to, away?.to ?? 0) + this.#chance.between(...readsMs);
    }
  }

  #mark(): void {
    this.#way.push({ at: this.#at, x: this.#place.x, y: this.#place.y });
  }

  #turn(heading: number, walking: boolean): void {
    this.#heading = heading;
    this.#turns.push({ at: this.#at, heading, walking });
  }
}
