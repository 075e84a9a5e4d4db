import { round } from "./evaluate/rates.js";
import type { Presentation } from "./evaluate-liveness-rates.js";

/** One threshold: how many attacks of a kind it accepts, and how many bona fide presentations it refuses. */
export interface LivenessDetPoint {
  readonly threshold: number;
  readonly apcer: number;
  readonly bpcer: number;
  /** At least thirty accepted attacks are behind it. */
  readonly firm: boolean;
}

const fewest = 30;
const mostPoints = 100;

/**
 * Detection error tradeoff by kind of attack, against all bona fide presentations: from half of the attacks accepted down to
 * one. None for kinds, or people, of fewer than thirty presentations: these make steps, not a curve.
 */
export function detOf(presentations: readonly Presentation[]): Readonly<Record<string, readonly LivenessDetPoint[]>> {
  const live = presentations.filter(({ kind }) => kind === "live");
  if (live.length < fewest) return {};
  const readable = presentations.filter(({ kind, unreadable }) => kind !== "live" && unreadable !== true);
  const kinds = [...new Set(readable.map(({ kind }) => kind))].sort();
  return Object.fromEntries(
    kinds.flatMap((name) => {
      const attacks = readable.filter(({ kind }) => kind === name);
      return attacks.length < fewest ? [] : [[name, curve(attacks, live)] as const];
    }),
  );
}

function curve(attacks: readonly Presentation[], live: readonly Presentation[]): readonly LivenessDetPoint[] {
  const scores = attacks.flatMap(({ score }) => score ?? []).sort((one, other) => one - other);
  const step = Math.max(1, Math.ceil(scores.length / mostPoints));
  const points: LivenessDetPoint[] = [];
  for (let at = 0; at < scores.length; at += step) {
    const threshold = scores[at] ?? 0;
    const accepted = scores.filter((score) => score >= threshold).length;
    const refused = live.filter(({ score }) => score === undefined || score < threshold).length;
    const apcer = round(accepted / attacks.length);
    if (apcer > 0.5 || apcer === points.at(-1)?.apcer) continue;
    points.push({ threshold, apcer, bpcer: round(refused / live.length), firm: accepted >= fewest });
  }
  return points;
}
