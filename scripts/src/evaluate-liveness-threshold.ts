import type { ModelPlaces } from "@wardkey/models";
import { livenessRoles } from "@wardkey/models/measuring";
import { EvaluationError } from "./evaluate/evaluation-error.js";
import type { LivenessReport } from "./evaluate-liveness.js";
import { putThresholds } from "./put-thresholds.js";

// Three in a hundred of fewer are no quantile to let people in by.
const fewestLive = 200;
const decimals = 1000;

/**
 * Puts the highest threshold that refuses at most 3 % of the report's bona fide presentations into the registry, bound to
 * the network that was measured. Refuses with `too-few-pictures` below 200 of them.
 */
export async function writeLivenessThreshold(
  { atBpcer3 }: Pick<LivenessReport, "atBpcer3">,
  places?: ModelPlaces,
): Promise<void> {
  const live = atBpcer3?.bpcer?.presentations ?? 0;
  if (atBpcer3 === null || live < fewestLive) {
    throw new EvaluationError(
      "too-few-pictures",
      `${live} live presentations; give ${fewestLive} or more before a threshold is written`,
    );
  }
  // Down: not one more of those who were measured may be refused.
  const liveness = Math.floor(atBpcer3.threshold * decimals) / decimals;
  await putThresholds(livenessRoles, { liveness }, places);
}
