import { FEWEST_SCORES, SCORE_BINS, scoreBinOf, totalOf } from "@wardkey/protocol/fleet";

/** How often similarities fell into each bin: no person, no time, no order. */
export interface ScoreHistogram {
  readonly branch: "bare" | "masked";
  readonly outcome: "matched" | "refused";
  readonly counts: readonly number[];
}

// More than a kiosk compares in months; a count that grew without end would lose its text's form.
const MOST = 999_999;

/** Counts the similarities of compared faces, and gives them away only where there are too many to be one person's. */
export class ScoreHistograms {
  readonly #counts = {
    bare: { matched: empty(), refused: empty() },
    masked: { matched: empty(), refused: empty() },
  };

  note(branch: ScoreHistogram["branch"], outcome: ScoreHistogram["outcome"], similarity: number): void {
    if (!Number.isFinite(similarity)) return;
    const counts = this.#counts[branch][outcome];
    const bin = scoreBinOf(similarity);
    counts[bin] = Math.min(MOST, (counts[bin] ?? 0) + 1);
  }

  /** Takes those with enough entries and begins them anew; the others go on until they have enough. */
  take(): readonly ScoreHistogram[] {
    const taken: ScoreHistogram[] = [];
    for (const branch of ["bare", "masked"] as const) {
      for (const outcome of ["matched", "refused"] as const) {
        const counts = this.#counts[branch][outcome];
        if (totalOf(counts) < FEWEST_SCORES) continue;
        taken.push({ branch, outcome, counts });
        this.#counts[branch][outcome] = empty();
      }
    }
    return taken;
  }
}

function empty(): number[] {
  return new Array<number>(SCORE_BINS).fill(0);
}
