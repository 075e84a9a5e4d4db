import type { Settings } from "./settings.js";

/** What was measured of one threshold on people kept out of all training. */
export interface MeasuredPoint {
  readonly falseMatchRate: number;
  readonly falseNonMatchRate: number;
}

/**
 * The rate by which masked faces are judged: the stricter target as soon as it costs at most the share of refused people
 * that the policy accepts, else the rate in force until then; `badge-and-pin` where nothing was measured at either.
 */
export function maskedRateInForce(settings: Settings, measured: readonly MeasuredPoint[]): number | "badge-and-pin" {
  const rate = settings["matching.falseMatchRate.masked"];
  if (rate === "badge-and-pin") return rate;
  const target = settings["matching.falseMatchRate.maskedTarget"];
  const cost = settings["matching.maskedCost"];
  if (measured.some((point) => point.falseMatchRate <= target && point.falseNonMatchRate <= cost)) return target;
  return measured.some((point) => point.falseMatchRate <= rate) ? rate : "badge-and-pin";
}
