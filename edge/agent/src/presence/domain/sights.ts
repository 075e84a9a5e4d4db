/** One look at the camera, as it bears on whether somebody stands there. */
export interface Sight {
  /** Monotonic ms at which the frame came. */
  readonly at: number;
  readonly faces: number;
  /** A new number for another face, or one that was out of view; `null`: not one face, or not known. */
  readonly track?: number | null;
  /** How long this face has kept to its place in the picture, ms; absent where nobody measures it. */
  readonly steadyMs?: number;
}

/** A look older than this says nothing about now. */
const RECENT_MS = 1_500;
/** A face that keeps its place for so long belongs to somebody who stands: one that passes crosses its own width in 0.15 s. */
const STEADY_MS = 400;
/** Where nobody measures places: longer than anybody who passes is in view. */
const DWELLS_MS = 1_700;

/** A face that only passes is compared with nobody's template, not even its owner's. */
export const standsThere = ({ steadyMs }: Pick<Sight, "steadyMs">): boolean =>
  steadyMs === undefined || steadyMs >= STEADY_MS;

/** The faces at the screen of late: how many, and whether the one there has come to stay. */
export class Sights {
  #last: Sight | undefined;
  #since = 0;

  see(sight: Sight): void {
    const same = this.#last?.faces === 1 && sight.faces === 1 && this.#last.track === sight.track;
    if (!same) this.#since = sight.at;
    this.#last = sight;
  }

  forget(): void {
    this.#last = undefined;
  }

  face(at: number): "unknown" | "none" | "one" | "several" {
    const last = this.#recent(at);
    if (last === undefined) return "unknown";
    if (last.faces > 1) return "several";
    return last.faces === 1 && this.#seenTwice(last) ? "one" : "none";
  }

  /** A pattern that looks like a face in one frame is none in the next, and no phone is asked for it. */
  #seenTwice({ track, at }: Sight): boolean {
    return track === undefined || track === null || at > this.#since;
  }

  /** Somebody stands there. */
  settled(at: number): boolean {
    const last = this.#recent(at);
    if (last === undefined || last.faces !== 1) return false;
    if (last.steadyMs !== undefined) return standsThere(last);
    // Without tracks one look is as good as another.
    return last.track === undefined || last.track === null || last.at - this.#since >= DWELLS_MS;
  }

  #recent(at: number): Sight | undefined {
    const last = this.#last;
    return last !== undefined && at - last.at < RECENT_MS ? last : undefined;
  }
}
