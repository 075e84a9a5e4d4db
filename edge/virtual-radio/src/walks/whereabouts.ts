import type { Position } from "../room/propagation.js";
import type { Carried, Spell, Turn, WalkKiosk, WalkPerson, Waypoint } from "./model.js";
import { Timeline } from "./timeline.js";

// A face this far from the camera is still found, and this far to the side of it.
const CAMERA_METRES = 1.6;
const CAMERA_HALF_ANGLE = (40 * Math.PI) / 180;
const FACE_METRES = 0.16;
const PICTURE_METRES_AT_ONE = 0.75;

/** Where one person and their phone are at a moment. Asked in order of time it is quick. */
export class Whereabouts {
  readonly person: WalkPerson;
  readonly #way: Timeline<Waypoint>;
  readonly #turns: Timeline<Turn>;
  /** Only where walking begins and ends. */
  readonly #stops: Timeline<Turn>;
  readonly #carried: Timeline<Carried>;
  readonly #looks: Timeline<{ readonly at: number; readonly spell: Spell }>;
  readonly #types: Timeline<{ readonly at: number; readonly spell: Spell }>;

  constructor(person: WalkPerson) {
    this.person = person;
    this.#way = new Timeline(person.way);
    this.#turns = new Timeline(person.turns);
    this.#stops = new Timeline(
      person.turns.filter(({ walking }, index) => index === 0 || person.turns[index - 1]?.walking !== walking),
    );
    this.#carried = new Timeline(person.carried);
    this.#looks = new Timeline(begun(person.looks));
    this.#types = new Timeline(begun(person.types));
  }

  place(at: number): Position {
    const before = this.#way.now(at);
    const after = this.#way.next();
    if (before === undefined) return { x: 0, y: 0 };
    if (after === undefined || at <= before.at || after.at === before.at) return before;
    const share = Math.min(1, (at - before.at) / (after.at - before.at));
    return { x: before.x + share * (after.x - before.x), y: before.y + share * (after.y - before.y) };
  }

  distance(at: number, kiosk: WalkKiosk): number {
    const { x, y } = this.place(at);
    return Math.hypot(x - kiosk.position.x, y - kiosk.position.y);
  }

  turn(at: number): Turn | undefined {
    return this.#turns.now(at);
  }

  /** Milliseconds since she last walked: a lean or a turn is no walk; 0 while she walks. */
  steadyMs(at: number): number {
    const stopped = this.#stops.now(at);
    return stopped === undefined || stopped.walking ? 0 : Math.max(0, at - stopped.at);
  }

  carried(at: number): Carried | undefined {
    return this.#carried.now(at);
  }

  phonePlace(at: number): Position {
    return this.carried(at)?.lies ?? this.place(at);
  }

  looksAt(at: number, kiosk: WalkKiosk): boolean {
    return within(this.#looks.now(at), at, kiosk);
  }

  types(at: number, kiosk: WalkKiosk): boolean {
    return within(this.#types.now(at), at, kiosk);
  }

  /** The height of her face in this kiosk's picture, over the picture's; `null` when the camera does not see it. */
  face(at: number, kiosk: WalkKiosk): number | null {
    if (!this.looksAt(at, kiosk)) return null;
    const { x, y } = this.place(at);
    const dx = x - kiosk.position.x;
    const dy = y - kiosk.position.y;
    const metres = Math.hypot(dx, dy);
    if (metres > CAMERA_METRES || Math.abs(Math.atan2(dx, dy)) > CAMERA_HALF_ANGLE) return null;
    return Math.min(1, FACE_METRES / (PICTURE_METRES_AT_ONE * Math.max(0.2, metres)));
  }
}

function begun(spells: readonly Spell[]): { readonly at: number; readonly spell: Spell }[] {
  return [...spells].sort((a, b) => a.from - b.from).map((spell) => ({ at: spell.from, spell }));
}

const within = (found: { readonly spell: Spell } | undefined, at: number, kiosk: WalkKiosk): boolean =>
  found !== undefined && found.spell.kiosk === kiosk.name && at >= found.spell.from && at < found.spell.to;
