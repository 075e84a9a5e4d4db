import type { Attempt } from "./attempts.js";

export interface TapReport {
  readonly outcome: "unlocked" | "refused";
  readonly code: string | null;
  readonly timings: Readonly<Record<string, number>>;
}

/** How a tap went and where its time was spent; `code: null`: it opened. */
export function reportOf(
  attempt: Attempt,
  of: { readonly code: string | null; readonly monotonic: number; readonly journalMs?: number },
): TapReport {
  const { code, monotonic, journalMs } = of;
  const timings = {
    ...attempt.link?.timings,
    match: attempt.matchMs,
    ...(journalMs === undefined ? {} : { journal: journalMs }),
    whole: monotonic - attempt.begunAt,
  };
  const rounded = Object.entries(timings).map(([part, ms]) => [part, Math.round(ms * 10) / 10]);
  return { outcome: code === null ? "unlocked" : "refused", code, timings: Object.fromEntries(rounded) };
}
