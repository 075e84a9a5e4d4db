import type { Position } from "../room/propagation.js";
import { Chance } from "./chance.js";
import { Itinerary, seatOf } from "./itinerary.js";
import type { Carriage, Habits, WalkKind, WalkKiosk } from "./model.js";

/** What a kind is drawn from: one stream of chance, and the kiosks of the room. */
export interface Scene {
  readonly seed: number;
  readonly chance: Chance;
  readonly habits: Habits;
  readonly desk: WalkKiosk;
  /** A second kiosk within arm's reach of the first one's air. */
  readonly beside: WalkKiosk;
}

/** Somebody means to use a kiosk; when she leaves it is read from her way. */
export interface Intent {
  readonly person: string;
  readonly kiosk: WalkKiosk;
  readonly from: number;
  readonly seatedAt: number;
  readonly risesAt: number;
}

export interface Script {
  readonly people: readonly { readonly name: string; readonly itinerary: Itinerary }[];
  readonly intents: readonly Intent[];
}

const POCKETS: readonly Carriage[] = ["hand", "front-pocket", "back-pocket"];
const STROLL = [0.8, 1.4] as const;
const HURRY = [1.4, 1.9] as const;
const DAWDLE = [0.3, 0.7] as const;

const pocket = (chance: Chance): Carriage => POCKETS[Math.floor(chance.uniform() * POCKETS.length)] ?? "front-pocket";

/** Somewhere in the room or the corridor, so far from the kiosk, on the side where people come and go. */
export function faraway(chance: Chance, kiosk: WalkKiosk, metres: readonly [number, number]): Position {
  const distance = chance.between(...metres);
  const angle = chance.between(0.15 * Math.PI, 0.85 * Math.PI);
  return { x: kiosk.position.x + distance * Math.cos(angle), y: kiosk.position.y + distance * Math.sin(angle) };
}

/** One person of a scene: comes to kiosks, works there, goes. */
export class Visitor {
  readonly intents: Intent[] = [];
  readonly itinerary: Itinerary;
  readonly #scene: Scene;
  readonly #name: string;
  readonly #chance: Chance;

  constructor(scene: Scene, name: string, begin: { carriage?: Carriage; place?: Position; at?: number } = {}) {
    this.#scene = scene;
    this.#name = name;
    this.#chance = new Chance(scene.seed, "visitor", name);
    const place = begin.place ?? faraway(this.#chance, scene.desk, [6, 10]);
    const carriage = begin.carriage ?? pocket(this.#chance);
    this.itinerary = new Itinerary(this.#chance, scene.habits, { place, carriage, at: begin.at ?? 0 });
  }

  /** Walks up and works; `arranged` says where the phone goes meanwhile. */
  use(kiosk: WalkKiosk, workMs: readonly [number, number], arranged?: () => void): this {
    const from = this.itinerary.at;
    this.itinerary.walkTo(seatOf(kiosk), this.#chance.between(...STROLL));
    const seatedAt = this.itinerary.at;
    arranged?.();
    this.itinerary.work(kiosk, this.#chance.between(...workMs));
    this.intents.push({ person: this.#name, kiosk, from, seatedAt, risesAt: this.itinerary.at });
    return this;
  }

  go(speed: readonly [number, number] = STROLL): this {
    this.itinerary.walkTo(faraway(this.#chance, this.#scene.desk, [9, 14]), this.#chance.between(...speed));
    return this;
  }

  script(...others: readonly Visitor[]): Script {
    const all: readonly Visitor[] = [this, ...others];
    return {
      people: all.map((each) => ({ name: each.#name, itinerary: each.itinerary })),
      intents: all.flatMap((each) => each.intents),
    };
  }
}

const brief = [20_000, 60_000] as const;
const lying = { desk: { x: 0.35, y: 0.25 }, bed: { x: -1.1, y: 0.9 } } as const;

/** Writes the script of one kind. */
export const SCRIPTS: Readonly<Record<WalkKind, (scene: Scene) => Script>> = {
  approach: (scene) => new Visitor(scene, "anna").use(scene.desk, brief).go().script(),

  "pass-by": (scene) => {
    const { chance, desk } = scene;
    // Close enough for the camera, she may turn to the screen: her own face in view, and no wish to use it.
    const curious = chance.happens(0.5);
    const lane = curious ? chance.between(0.9, 1.5) : chance.between(1.2, 4);
    const visitor = new Visitor(scene, "anna", { place: { x: -9, y: lane } });
    const { itinerary } = visitor;
    const speed = chance.between(...STROLL);
    itinerary.walkTo({ x: -0.6, y: lane }, speed);
    if (curious) itinerary.glance(desk, itinerary.at, chance.between(600, 1_500));
    itinerary.walkTo({ x: 9, y: lane }, speed);
    return visitor.script();
  },

  "next-desk": (scene) => {
    const { chance, desk, beside } = scene;
    const visitor = new Visitor(scene, "anna");
    if (chance.happens(0.5)) return visitor.use(beside, [60_000, 240_000]).go().script();
    // Stands there without using any kiosk, and looks over now and then.
    const { itinerary } = visitor;
    itinerary.walkTo(seatOf(beside), chance.between(...STROLL));
    for (let left = chance.between(60_000, 180_000); left > 0; left -= 20_000) {
      itinerary.stay(Math.min(20_000, left), beside.position);
      if (chance.happens(0.3)) itinerary.glance(desk, itinerary.at, chance.between(600, 1_500));
    }
    return visitor.go().script();
  },

  "back-pocket": (scene) =>
    new Visitor(scene, "anna", { carriage: "back-pocket" }).use(scene.desk, [180_000, 600_000]).go().script(),

  "phone-on-desk": (scene) => {
    const visitor = new Visitor(scene, "anna", { carriage: "hand" });
    visitor.use(scene.desk, [120_000, 480_000], () => visitor.itinerary.carry("desk", lying.desk));
    visitor.itinerary.carry("hand");
    return visitor.go().script();
  },

  "phone-under-patient": (scene) => {
    const visitor = new Visitor(scene, "anna", { carriage: "hand" });
    // Unlocked while it was still in the hand; the bed is beside the screen.
    visitor.use(scene.desk, [15_000, 25_000]);
    visitor.itinerary.carry("under-patient", lying.bed).work(scene.desk, scene.chance.between(120_000, 360_000));
    const { at } = visitor.itinerary;
    visitor.itinerary.carry("hand");
    const [intent] = visitor.intents;
    const intents = intent === undefined ? [] : [{ ...intent, risesAt: at }];
    return { ...visitor.go().script(), intents };
  },

  "phone-left-behind": (scene) => {
    const visitor = new Visitor(scene, "anna", { carriage: "hand" });
    visitor.use(scene.desk, [60_000, 180_000], () => visitor.itinerary.carry("desk", lying.desk));
    return visitor.go().script();
  },

  "leave-quickly": (scene) => new Visitor(scene, "anna").use(scene.desk, [40_000, 240_000]).go(HURRY).script(),

  "leave-slowly": (scene) => {
    const { chance } = scene;
    const visitor = new Visitor(scene, "anna").use(scene.desk, [40_000, 240_000]);
    return visitor.go(chance.happens(0.5) ? DAWDLE : [0.5, 0.9]).script();
  },

  "come-back": (scene) => {
    const { chance, desk } = scene;
    const visitor = new Visitor(scene, "anna").use(desk, [40_000, 120_000]);
    const { itinerary } = visitor;
    // Fetches something from a cupboard within three metres, or goes and comes again.
    const cupboard = chance.happens(0.5);
    itinerary.walkTo(faraway(chance, desk, cupboard ? [1.2, 2.4] : [4, 9]), chance.between(...STROLL));
    itinerary.stay(cupboard ? chance.between(1_000, 5_000) : chance.between(3_000, 45_000));
    return visitor.use(desk, [40_000, 120_000]).go().script();
  },

  "two-people": (scene) => {
    const { chance, desk } = scene;
    const anna = new Visitor(scene, "anna").use(desk, [60_000, 150_000]);
    const bruno = new Visitor(scene, "bruno");
    const aside = { x: desk.position.x + chance.between(0.5, 0.9), y: desk.position.y + chance.between(0.9, 1.4) };
    const speed = chance.between(...STROLL);
    bruno.itinerary.stay(chance.between(5_000, 30_000)).walkTo(aside, speed);
    // He waits beside her, and looks over her shoulder now and then.
    for (const until = anna.itinerary.at + 1_000; bruno.itinerary.at < until; ) {
      if (chance.happens(0.3)) bruno.itinerary.glance(desk, bruno.itinerary.at, chance.between(1_000, 3_000));
      bruno.itinerary.stay(Math.min(6_000, until - bruno.itinerary.at), desk.position);
    }
    anna.go();
    // He takes her place, and her phone walks off behind his face; or he goes as he came.
    if (chance.happens(0.5)) bruno.use(desk, [30_000, 90_000]);
    bruno.go();
    return anna.script(bruno);
  },

  "own-face-elsewhere": (scene) => {
    const { chance, desk, beside } = scene;
    const visitor = new Visitor(scene, "anna").use(beside, [30_000, 120_000]);
    const { itinerary } = visitor;
    // On her way out past the other screen, which sees her face.
    const before = { x: desk.position.x, y: desk.position.y + chance.between(0.8, 1.4) };
    const speed = chance.between(...STROLL);
    itinerary.walkTo(before, speed);
    const glanceMs = chance.between(600, 1_500);
    itinerary.glance(desk, itinerary.at - glanceMs / 2, glanceMs);
    itinerary.walkTo(faraway(chance, desk, [9, 14]), speed);
    return visitor.script();
  },
};
