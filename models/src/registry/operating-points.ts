import * as z from "zod";

const Interval = z.tuple([z.number(), z.number()]);

/** What holds at one threshold. The rates and their 95 % intervals are of people kept out of its derivation. */
export const OperatingPoint = z
  .strictObject({
    /** The false match rate that the threshold was derived for. */
    rate: z.number().positive().max(0.5),
    threshold: z.number().min(-1).max(1),
    falseMatchRate: z.number().min(0).max(1),
    falseMatchInterval95: Interval,
    falseNonMatchRate: z.number().min(0).max(1),
    falseNonMatchInterval95: Interval,
  })
  .refine(({ rate, falseMatchInterval95: [low] }) => low <= rate, {
    message: "more false matches were measured than its rate allows",
  });

/** From the laxest rate to the strictest; empty where nothing was measured. */
export const OperatingPoints = z.array(OperatingPoint).max(16).refine(growsStricter, {
  message: "must go from the laxest rate to the strictest, and no threshold down",
});

export type OperatingPoint = z.infer<typeof OperatingPoint>;

function growsStricter(points: readonly { readonly rate: number; readonly threshold: number }[]): boolean {
  return points.every(({ rate, threshold }, index) => {
    const before = points[index - 1];
    return before === undefined || (rate < before.rate && threshold >= before.threshold);
  });
}

/** Every operating point of both branches, with the mask evidence that chooses between them. */
export interface MeasuredThresholds {
  readonly bare: readonly OperatingPoint[];
  readonly masked: readonly OperatingPoint[];
  readonly maskEvidence: number;
  readonly liveness: number;
}

/** False match rates that somebody answers for; null closes the branch. */
export interface MatchRates {
  readonly bare: number | null;
  readonly masked: number | null;
}

/** What faces are judged by. A branch without a point is refused. */
export interface Thresholds {
  readonly bare: OperatingPoint | null;
  readonly masked: OperatingPoint | null;
  readonly maskEvidence: number;
  readonly liveness: number;
}

const shippedRate = 1e-4;
const shippedMaskedRate = 1e-3;
const mostMaskedCost = 0.05;

/** The default operating point: 1e-4 bare; masked 1e-3 until 1e-4 costs at most 5 % false non-matches. */
export function shippedRates({
  masked,
}: {
  readonly masked: readonly Pick<OperatingPoint, "rate" | "falseNonMatchRate">[];
}): MatchRates {
  const strict = pointAt(masked, shippedRate);
  const affordable = strict !== null && strict.falseNonMatchRate <= mostMaskedCost;
  return { bare: shippedRate, masked: affordable ? shippedRate : shippedMaskedRate };
}

/**
 * The thresholds for stated false match rates: in each branch the laxest point that is at least as strict, and none
 * where nothing so strict was measured. Without rates those of the default operating point.
 */
export function thresholdsAt(
  { thresholds }: { readonly thresholds: MeasuredThresholds },
  rates: MatchRates = shippedRates(thresholds),
): Thresholds {
  const { bare, masked, maskEvidence, liveness } = thresholds;
  return { bare: pointAt(bare, rates.bare), masked: pointAt(masked, rates.masked), maskEvidence, liveness };
}

function pointAt<T extends { readonly rate: number }>(points: readonly T[], rate: number | null): T | null {
  if (rate === null) return null;
  return points.find((point) => point.rate <= rate) ?? null;
}
