import { z } from "zod";

/** Similarities in steps of 0.05 from 0 to 1; what is below 0 is counted in the first. */
export const SCORE_BINS = 20;
/** Fewer than this could be one person's. */
export const FEWEST_SCORES = 20;

export const scoreBinOf = (similarity: number): number =>
  Math.min(SCORE_BINS - 1, Math.max(0, Math.floor(similarity * SCORE_BINS)));

/** Counts by bin, as text with commas, since a journal's entry holds no lists; together at least `FEWEST_SCORES`. */
export const ScoreCounts = z
  .string()
  .regex(/^\d{1,6}(,\d{1,6}){19}$/)
  .refine((text) => totalOf(readScoreCounts(text)) >= FEWEST_SCORES);

export const writeScoreCounts = (counts: readonly number[]): string => counts.join(",");
export const readScoreCounts = (text: string): readonly number[] => text.split(",").map(Number);
export const totalOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
