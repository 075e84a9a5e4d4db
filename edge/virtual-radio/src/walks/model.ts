import type { Position } from "../room/propagation.js";

/** What a walk is about. One walk has one kind, so that a report can say where a rule fails. */
export const WALK_KINDS = [
  "approach",
  "pass-by",
  "next-desk",
  "back-pocket",
  "phone-on-desk",
  "phone-under-patient",
  "phone-left-behind",
  "leave-quickly",
  "leave-slowly",
  "come-back",
  "two-people",
  "own-face-elsewhere",
] as const;
export type WalkKind = (typeof WALK_KINDS)[number];

/** The air of one walk. Drawn from its seed within what is published for rooms at 2.4 GHz; none of it was measured here. */
export interface Air {
  /** Log-distance path loss exponent, 2 to 3.5. */
  readonly exponent: number;
  /** Slow variation that both directions share, 4 to 6 dB. */
  readonly shadowingSigmaDb: number;
  /** Moved this far, the shadowing is mostly another one (Gudmundson 1991). */
  readonly shadowingMetres: number;
  /** In a ward that moves, so long. */
  readonly shadowingMs: number;
  readonly fadingSigmaDb: number;
  /** What a body takes that stands between, 8 to 15 dB. */
  readonly bodyLossDb: number;
  /** Share of advertisements that nobody hears, 0.1 to 0.3. */
  readonly loss: number;
  /** Strength at one metre in the open, before any phone's own offset. */
  readonly referenceDbm: number;
  readonly sensitivityDbm: number;
}

export interface WalkKiosk {
  readonly name: string;
  readonly position: Position;
  /** The kiosk's radio, against a usual one. */
  readonly offsetDb: number;
}

/** Where a phone is: with its owner, or lying somewhere. */
export type Carriage = "hand" | "front-pocket" | "back-pocket" | "desk" | "under-patient";

export interface Waypoint {
  /** Milliseconds since the walk began. */
  readonly at: number;
  readonly x: number;
  readonly y: number;
}

/** From here to the next one she walks, or stays and is turned this way; radians. */
export interface Turn {
  readonly at: number;
  readonly heading: number;
  readonly walking: boolean;
}

export interface Carried {
  readonly at: number;
  readonly how: Carriage;
  /** Where it lies; `null`: with its owner. */
  readonly lies: Position | null;
}

/** A stretch of time at one kiosk: looking at its screen, or typing there. */
export interface Spell {
  readonly from: number;
  readonly to: number;
  readonly kiosk: string;
}

export interface WalkPerson {
  readonly name: string;
  /** Each person has one phone, called "phone-" and the person's name. */
  readonly phone: string;
  /** How strongly this phone sends, against a usual one. */
  readonly offsetDb: number;
  readonly way: readonly Waypoint[];
  readonly turns: readonly Turn[];
  readonly carried: readonly Carried[];
  readonly looks: readonly Spell[];
  readonly types: readonly Spell[];
}

/**
 * Somebody means to use a kiosk from `from` (on the way to it) to `risesAt`. `leftAt` is when she crosses three metres
 * outwards for good: she stays beyond for at least ten seconds, or never comes back in this walk.
 */
export interface Use {
  readonly person: string;
  readonly kiosk: string;
  readonly from: number;
  readonly seatedAt: number;
  readonly risesAt: number;
  readonly leftAt: number;
}

/** How people at a screen behave: assumptions, for nobody was watched. */
export interface Habits {
  /** Between two glances aside she looks at the screen for so long on average, and never less than 1.5 s. */
  readonly looksMs: number;
  readonly glanceMs: readonly [number, number];
  /** Turned away with both hands off: once in so long on average; `null`: never. */
  readonly turnedEachMs: number | null;
  readonly turnedMs: readonly [number, number];
  readonly typesMs: readonly [number, number];
  readonly readsMs: readonly [number, number];
}

export const USUAL_HABITS: Habits = {
  looksMs: 25_000,
  glanceMs: [500, 4_000],
  turnedEachMs: null,
  turnedMs: [6_000, 20_000],
  typesMs: [2_000, 12_000],
  readsMs: [1_000, 25_000],
};

/** One simulated walk: the ground truth, and everything from which its observations are drawn. */
export interface WalkPlan {
  readonly seed: number;
  readonly kind: WalkKind;
  readonly durationMs: number;
  readonly air: Air;
  readonly kiosks: readonly WalkKiosk[];
  readonly people: readonly WalkPerson[];
  readonly uses: readonly Use[];
}

/** A face before a camera: whose, and its height over the height of the picture. */
export interface SeenFace {
  readonly person: string;
  readonly size: number;
}

/** What some kiosk could observe at one moment, ms since the walk began. */
export type Observation =
  | {
      readonly at: number;
      readonly type: "advert";
      readonly kiosk: string;
      readonly phone: string;
      readonly rssi: number;
    }
  /** The strength of a link, were there one. */
  | {
      readonly at: number;
      readonly type: "link";
      readonly kiosk: string;
      readonly phone: string;
      readonly rssi: number;
    }
  /** The heartbeat over a link, were there one. */
  | {
      readonly at: number;
      readonly type: "heartbeat";
      readonly kiosk: string;
      readonly phone: string;
      readonly moved: boolean;
      /** Steps that the phone counted since the one before; absent: it counts none. */
      readonly steps?: number;
    }
  /** A link would end now: nothing was heard over it for as long as the supervision timeout. */
  | { readonly at: number; readonly type: "out-of-reach"; readonly kiosk: string; readonly phone: string }
  /** A frame of the kiosk's camera, and the faces found in it. */
  | { readonly at: number; readonly type: "faces"; readonly kiosk: string; readonly faces: readonly SeenFace[] }
  | { readonly at: number; readonly type: "input"; readonly kiosk: string };
