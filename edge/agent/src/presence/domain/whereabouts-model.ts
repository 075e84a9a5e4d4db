/**
 * The numbers of the filter. None was measured on people: they are rounded from what is written about 2.4 GHz indoors
 * (path loss, shadowing, bodies) and were tried on the tuning walks of `edge/virtual-radio/src/walks` alone.
 */
export const WHEREABOUTS = {
  /** Metres; equal steps of the logarithm. */
  nearest: 0.35,
  farthest: 14,
  cells: 19,
  stepMs: 250,
  /** Where somebody sits or stands who works at this screen. */
  seat: 0.75,
  /** Nobody who works here wanders farther. */
  reach: 2,
  /** Change of loss against the body as it usually is between phone and kiosk, dB; the last: it lies under something, or somebody. */
  bodies: [0, 10, -7, 20],
  bodyShares: [0.62, 0.21, 0.12, 0.05],
  bodyTurns: 0.03,
  exponent: 2.6,
  /** Shadowing and packets together, dB; a little more far away, where the exponent is not known. */
  sigma: 5.5,
  sigmaFar: 2.5,
  /**
   * A second: how soon a reading says something new. Shadowing changes with the way that the phone is carried (Gudmundson,
   * Electronics Letters 27(23), 1991), so that many readings of a phone that rests are hardly more than one.
   */
  newPerSecond: { carried: 1.2, resting: 0.4 },
  /** Even an impossible reading happens. */
  oddReading: 0.004,
  /** Metres a second at which people leave, all as likely. */
  speeds: [0.25, 0.6, 1, 1.4],
  /** A second, at a screen that nobody's face is before; and how it jumps when the face goes out of view. */
  setsOff: 0.012,
  setsOffInView: 0.001,
  setsOffTurning: 0.12,
  /** A second: who walks stops, or turns back. */
  settles: 0.06,
  /** A second, of being where nothing led them; less for a phone that counts the way there. */
  anywhere: 0.002,
  anywhereCounted: 0.0002,
  /** Share of heartbeats with motion of somebody who stays, until this phone has shown its own. */
  movedStaying: 0.3,
  movedStayingMost: 0.6,
  movedGoing: 0.95,
  movedWeight: 0.8,
  /** Chance that a heartbeat tells of steps, of somebody who stays and of somebody who goes. */
  walkedStaying: 0.1,
  walkedGoing: 0.85,
  /** Whoever stays makes no more of them between two heartbeats; each one more is that much less likely. */
  stepsStaying: 4,
  eachStepMore: 0.25,
  /** Metres a step of somebody who goes. */
  strides: [0.5, 0.7, 0.9],
  /** Of one heartbeat: more carry nobody farther than the grid. */
  stepsAtMost: 24,
  /** Chances a second that a face is seen, or not, by where the phone is: somebody may carry it off while its owner stays. */
  face: {
    seen: { near: 0.9, away: 0.4 },
    other: { near: 0.9, away: 0.86 },
    none: { near: 0.82, away: 0.98 },
    stranger: { near: 0.82, away: 0.98 },
  },
  /** The first look at a face that came anew: it may be anybody's. */
  newFaceAway: 0.8,
  inputAway: { own: 0.2, other: 0.9 },
} as const;

/**
 * How the face before the camera is known: the one that was let in, one that came later, one that kept to the screen while the
 * phone was walked off with, none, or nobody can tell.
 */
export type FaceSign = "seen" | "other" | "stranger" | "none" | "unknown";

/** Whether a face is there that is not known to be theirs. */
export const isOtherFace = (sign: FaceSign): boolean => sign === "other" || sign === "stranger";

/** What moves somebody: their phone's word, nothing between two counts of steps, or one step. */
export type Motion = "moved" | "still" | "unknown" | "between-counts" | "step";

export interface Grid {
  readonly distances: readonly number[];
  /** Where the probability of each cell goes in one step, by what the phone said of its motion. */
  readonly staying: Readonly<Record<Motion, readonly (readonly number[])[]>>;
  readonly going: Readonly<Record<Motion, readonly (readonly number[])[]>>;
}

/** Cells and how people move between them: made once, the same for every session. */
export function makeGrid(): Grid {
  const { nearest, farthest, cells } = WHEREABOUTS;
  const distances = Array.from({ length: cells }, (_, cell) => nearest * (farthest / nearest) ** (cell / (cells - 1)));
  const kernel = (speedsAt: (distance: number) => readonly (readonly [number, number])[]): number[][] =>
    distances.map((from) => spread(distances, from, speedsAt(from)));
  const { speeds, reach } = WHEREABOUTS;
  // Who stays sways about the seat; who stands beyond reach and yet stays is coming back to it.
  const sway = (most: number) => (distance: number) =>
    distance > reach
      ? ([
          [-1, 0.7],
          [0, 0.3],
        ] as const)
      : ([
          [-most, 0.12],
          [0, 0.78],
          [most * (distance < WHEREABOUTS.seat ? 1 : 0.8), 0.1],
        ] as const);
  const away = (scale: number) => () => speeds.map((speed) => [speed * scale, 1 / speeds.length] as const);
  const aStep = 1_000 / WHEREABOUTS.stepMs;
  const strides = () => WHEREABOUTS.strides.map((length) => [length * aStep, 1 / WHEREABOUTS.strides.length] as const);
  const paces = (distance: number) =>
    distance > reach
      ? ([[-0.65 * aStep, 1]] as const)
      : ([
          [-0.5 * aStep, 0.3],
          [0, 0.5],
          [0.4 * aStep, 0.2],
        ] as const);
  const stop = (): readonly (readonly [number, number])[] => [[0, 1]];
  return {
    distances,
    staying: {
      moved: kernel(sway(0.8)),
      still: kernel(stop),
      unknown: kernel(sway(0.5)),
      "between-counts": kernel(stop),
      step: kernel(paces),
    },
    going: {
      moved: kernel(away(1)),
      still: kernel(away(0.15)),
      unknown: kernel(away(0.7)),
      "between-counts": kernel(away(0.07)),
      step: kernel(strides),
    },
  };
}

/** Shares of one cell after a step at each of these speeds, `[metres a second, share]`. */
function spread(distances: readonly number[], from: number, speeds: readonly (readonly [number, number])[]): number[] {
  const row = distances.map(() => 0);
  for (const [speed, share] of speeds) {
    const to = Math.max(WHEREABOUTS.nearest, from + (speed * WHEREABOUTS.stepMs) / 1_000);
    const place = cellOf(distances, to);
    const below = Math.min(distances.length - 1, Math.floor(place));
    const above = Math.min(distances.length - 1, below + 1);
    row[below] = (row[below] ?? 0) + share * (1 - (place - below));
    row[above] = (row[above] ?? 0) + share * (place - below);
  }
  return row;
}

/** Place among the cells, with a fraction. */
export function cellOf(distances: readonly number[], distance: number): number {
  const { nearest, farthest } = WHEREABOUTS;
  const place = (Math.log(distance / nearest) / Math.log(farthest / nearest)) * (distances.length - 1);
  return Math.min(distances.length - 1, Math.max(0, place));
}
