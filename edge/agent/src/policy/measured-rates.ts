import { readFile } from "node:fs/promises";
import { maskedRateInForce, type Settings } from "@wardkey/protocol/policy";
import { z } from "zod";

const Point = z.object({ rate: z.number().positive().max(1), falseNonMatchRate: z.number().min(0).max(1) });
const Points = z.array(Point).readonly();
const Registry = z.object({ thresholds: z.object({ bare: Points, masked: Points }) });

/** The false match rates for which the registry has thresholds, laxest first, and what each costs. */
export interface MeasuredRates {
  readonly bare: readonly z.infer<typeof Point>[];
  readonly masked: readonly z.infer<typeof Point>[];
}

/** The rates at which faces are compared now; null closes a branch. */
export interface RatesInForce {
  readonly bare: number | null;
  readonly masked: number | null;
}

/** Nothing, and so no face, where the registry says nothing. */
export async function readMeasuredRates(registryPath: string): Promise<MeasuredRates> {
  try {
    return Registry.parse(JSON.parse(await readFile(registryPath, "utf8"))).thresholds;
  } catch {
    return { bare: [], masked: [] };
  }
}

/**
 * The rates that the policy picks among those measured: in each branch the laxest that is at least as strict, for masked
 * faces the stricter target as soon as the policy can afford it.
 */
export function ratesInForce(settings: Settings, measured: MeasuredRates): RatesInForce {
  const masked = maskedRateInForce(
    settings,
    measured.masked.map(({ rate, falseNonMatchRate }) => ({ falseMatchRate: rate, falseNonMatchRate })),
  );
  return {
    bare: closest(measured.bare, settings["matching.falseMatchRate.bare"]),
    masked: masked === "badge-and-pin" ? null : closest(measured.masked, masked),
  };
}

function closest(points: MeasuredRates["bare"], wanted: number): number | null {
  return points.find(({ rate }) => rate <= wanted)?.rate ?? null;
}
