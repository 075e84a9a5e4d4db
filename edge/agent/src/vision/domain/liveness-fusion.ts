import { fuseLiveness } from "@wardkey/models";

const WINDOW_MS = 1_000;
const LEAST_FRAMES = 3;
const MOST_FRAMES = 32;

interface Scored {
  readonly at: number;
  readonly score: number;
}

/**
 * Passive liveness over the last second of one face. One frame says too little, so there is no verdict on fewer than three;
 * one bad frame among them refuses nobody, and one lucky one admits nobody (`fuseLiveness`).
 */
export class LivenessFusion {
  #frames: Scored[] = [];

  /** `at`: monotonic ms at which the frame came. */
  add(at: number, score: number): void {
    this.#frames = [...this.#frames.filter((frame) => frame.at > at - WINDOW_MS), { at, score }].slice(-MOST_FRAMES);
  }

  /** Another face, or none: what was seen before says nothing about the next. */
  reset(): void {
    this.#frames = [];
  }

  /** What is shown: from the first frame on. */
  get score(): number | null {
    return fuseLiveness(this.#frames.map(({ score }) => score)) ?? null;
  }

  judge(threshold: number): "live" | "not-live" | "unknown" {
    return judgeLiveness(this.#frames, threshold);
  }
}

/** The verdict on some frames of one face; "unknown" while there are too few of them. */
export function judgeLiveness(
  frames: readonly { readonly score: number }[],
  threshold: number,
): "live" | "not-live" | "unknown" {
  if (frames.length < LEAST_FRAMES) return "unknown";
  return (fuseLiveness(frames.map(({ score }) => score)) ?? 0) >= threshold ? "live" : "not-live";
}
