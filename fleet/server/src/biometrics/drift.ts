import { checkJournalBody, type JournalEvent, readScoreCounts, SCORE_BINS, totalOf } from "@wardkey/protocol/fleet";
import { z } from "zod";
import { type Shift, shiftOf, stabilityIndex } from "./shift.js";
import type { DriftStore } from "./sql-drift-store.js";

const DAY_MS = 86_400_000;
/** A month with fewer entries in a branch is no reference and is compared with none. */
const FEWEST_COMPARED = 200;

const Body = z.object({
  day: z.number(),
  branch: z.enum(["bare", "masked"]),
  outcome: z.enum(["matched", "refused"]),
  counts: z.string(),
});

export interface MonthOfScores {
  /** As in 2026-11. */
  readonly month: string;
  readonly branch: "bare" | "masked";
  readonly outcome: "matched" | "refused";
  readonly counts: readonly number[];
  /** Against the first month with enough entries; null for that month, and for one with too few. */
  readonly index: number | null;
  readonly shift: Shift | null;
}

export interface Drift {
  /** Keeps what a kiosk counted; other events it lets pass. */
  note(kiosk: string, events: readonly Pick<JournalEvent, "seq" | "kind" | "body">[]): Promise<void>;
  months(): Promise<readonly MonthOfScores[]>;
}

/** How similar faces were, over the whole site and by month: what makes them less so shows before people complain. */
export function createDrift(store: DriftStore): Drift {
  return {
    async note(kiosk, events) {
      for (const { seq, kind, body } of events) {
        if (kind !== "biometrics.drift" || !checkJournalBody(kind, body).ok) continue;
        const { counts, ...entry } = Body.parse(body);
        await store.add({ kiosk, seq, ...entry, counts: readScoreCounts(counts) });
      }
    },
    async months() {
      const sums = new Map<
        string,
        { month: string; branch: "bare" | "masked"; outcome: "matched" | "refused"; counts: number[] }
      >();
      for (const { day, branch, outcome, counts } of await store.all()) {
        const month = new Date(day * DAY_MS).toISOString().slice(0, 7);
        const key = `${branch} ${outcome} ${month}`;
        const sum = sums.get(key) ?? { month, branch, outcome, counts: new Array<number>(SCORE_BINS).fill(0) };
        sums.set(key, sum);
        for (let bin = 0; bin < SCORE_BINS; bin += 1) sum.counts[bin] = (sum.counts[bin] ?? 0) + (counts[bin] ?? 0);
      }
      const references = new Map<string, readonly number[]>();
      return [...sums.entries()]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([, sum]) => {
          const kind = `${sum.branch} ${sum.outcome}`;
          const reference = references.get(kind);
          if (totalOf(sum.counts) < FEWEST_COMPARED) return { ...sum, index: null, shift: null };
          if (reference === undefined) {
            references.set(kind, sum.counts);
            return { ...sum, index: null, shift: null };
          }
          const index = Math.round(stabilityIndex(reference, sum.counts) * 1e4) / 1e4;
          return { ...sum, index, shift: shiftOf(index) };
        });
    },
  };
}
