import { createHash } from "node:crypto";
import { dot } from "@wardkey/models/measuring";

/** One photo's vectors, of both branches, as a template and as a probe. */
export interface CalibrationFace {
  readonly person: string;
  readonly photo: string;
  readonly enrolled: Vectors;
  readonly bareProbe: Vectors;
  /** The same photo with a drawn mask; absent where no face was found under it. */
  readonly maskedProbe: Vectors | undefined;
}

export interface Vectors {
  readonly whole: Float32Array;
  readonly upper: Float32Array;
  readonly maskFeatures: Float32Array;
}

export interface BranchCalibration {
  readonly threshold: number;
  readonly falseMatchRate: number;
  readonly falseMatchInterval95: readonly [number, number];
  readonly falseNonMatchRate: number;
  readonly falseNonMatchInterval95: readonly [number, number];
  readonly impostorPairs: number;
  readonly genuinePairs: number;
}

const heldOutShare = 0.25;
const binsPerUnit = 10_000;
const resamples = 1000;

/** Whether a person is kept out of all calibration; the name decides, so that it is the same person at each run. */
export function isHeldOut(person: string): boolean {
  const [first = 0, second = 0] = createHash("sha256").update(`wardkey held out ${person}`).digest();
  return (first * 256 + second) / 65536 < heldOutShare;
}

export type CalibrationBranch = "bare" | "masked";

/** The similarity that the agent's match would give in one branch. */
export function similarity(branch: CalibrationBranch, enrolled: Vectors, probe: Vectors): number {
  const whole = dot(enrolled.whole, probe.whole);
  return branch === "bare" ? whole : (whole + dot(enrolled.upper, probe.upper)) / 2;
}

function probeOf(branch: CalibrationBranch, face: CalibrationFace): Vectors | undefined {
  return branch === "bare" ? face.bareProbe : face.maskedProbe;
}

/** The lowest threshold, in steps of 1e-4, at which at most `rate` of all pairs of different people match. */
export function thresholdFor(branch: CalibrationBranch, faces: readonly CalibrationFace[], rate: number): number {
  const histogram = new Float64Array(2 * binsPerUnit + 1);
  let pairs = 0;
  forEachPair(branch, faces, (score, same) => {
    if (same) return;
    const bin = Math.min(histogram.length - 1, Math.max(0, Math.floor((score + 1) * binsPerUnit)));
    histogram[bin] = (histogram[bin] ?? 0) + 1;
    pairs++;
  });
  let above = 0;
  for (let bin = histogram.length - 1; bin >= 0; bin--) {
    above += histogram[bin] ?? 0;
    if (above > rate * pairs) return (bin + 1) / binsPerUnit - 1;
  }
  return -1;
}

/**
 * Both error rates at a threshold, with 95 % intervals from resampling people, not pairs: pairs of one person are not
 * independent. A photo whose masked face was not found counts as a false non-match.
 */
export function ratesAt(
  branch: CalibrationBranch,
  faces: readonly CalibrationFace[],
  threshold: number,
): BranchCalibration {
  const impostors = new Tally();
  const genuine = new Tally();
  forEachPair(branch, faces, (score, same, person) => {
    if (same) genuine.count(person, score < threshold);
    else impostors.count(person, score >= threshold);
  });
  return {
    threshold,
    falseMatchRate: impostors.rate(),
    falseMatchInterval95: impostors.interval95(),
    falseNonMatchRate: genuine.rate(),
    falseNonMatchInterval95: genuine.interval95(),
    impostorPairs: impostors.total,
    genuinePairs: genuine.total,
  };
}

function forEachPair(
  branch: CalibrationBranch,
  faces: readonly CalibrationFace[],
  visit: (score: number, same: boolean, person: string) => void,
): void {
  for (const one of faces) {
    for (const other of faces) {
      if (one === other) continue;
      const probe = probeOf(branch, other);
      const same = one.person === other.person;
      if (probe !== undefined) visit(similarity(branch, one.enrolled, probe), same, one.person);
      else if (same) visit(-1, true, one.person);
    }
  }
}

/** Errors and trials by person. */
class Tally {
  readonly #people = new Map<string, { errors: number; trials: number }>();

  count(person: string, error: boolean): void {
    const own = this.#people.get(person) ?? { errors: 0, trials: 0 };
    own.errors += error ? 1 : 0;
    own.trials++;
    this.#people.set(person, own);
  }

  get total(): number {
    return [...this.#people.values()].reduce((sum, { trials }) => sum + trials, 0);
  }

  rate(): number {
    return significant(share([...this.#people.values()]));
  }

  interval95(): readonly [number, number] {
    const people = [...this.#people.values()];
    const random = sequence(1);
    const rates = Array.from({ length: resamples }, () =>
      share(people.map(() => people[Math.floor(random() * people.length)] ?? { errors: 0, trials: 0 })),
    ).sort((one, other) => one - other);
    const at = (part: number) => significant(rates[Math.floor(part * (resamples - 1))] ?? 0);
    return [at(0.025), at(0.975)];
  }
}

function share(people: readonly { readonly errors: number; readonly trials: number }[]): number {
  const trials = people.reduce((sum, person) => sum + person.trials, 0);
  return trials === 0 ? 0 : people.reduce((sum, person) => sum + person.errors, 0) / trials;
}

function significant(value: number): number {
  return Number(value.toPrecision(3));
}

/** Numbers in 0 to 1, the same at each run (mulberry32). */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
