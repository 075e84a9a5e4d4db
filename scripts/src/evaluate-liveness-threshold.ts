import { writeFile } from "node:fs/promises";
import { type ModelPlaces, modelPlaces, readRegistry } from "@wardkey/models";
import { livenessRoles } from "@wardkey/models/measuring";
import { renewed } from "./calibrated-networks.js";
import { EvaluationError } from "./evaluate/evaluation-error.js";
import type { LivenessReport } from "./evaluate-liveness.js";

// Three in a hundred of fewer are no quantile to let people in by.
const fewestLive = 200;
const decimals = 1000;

/**
 * Puts the highest threshold that refuses at most 3 % of the report's bona fide presentations into the registry, bound to
 * the network that was measured. Refuses with `too-few-pictures` below 200 of them.
 */
export async function writeLivenessThreshold(
  { atBpcer3 }: Pick<LivenessReport, "atBpcer3">,
  places: ModelPlaces = modelPlaces(),
): Promise<void> {
  const live = atBpcer3?.bpcer?.presentations ?? 0;
  if (atBpcer3 === null || live < fewestLive) {
    throw new EvaluationError(
      "too-few-pictures",
      `${live} live presentations; give ${fewestLive} or more before a threshold is written`,
    );
  }
  const registry = await readRegistry(places.registryPath);
  const changed = {
    ...registry,
    calibratedWith: renewed(registry, livenessRoles, places),
    // Down: not one more of those who were measured may be refused.
    thresholds: { ...registry.thresholds, liveness: Math.floor(atBpcer3.threshold * decimals) / decimals },
  };
  await writeFile(places.registryPath, `${JSON.stringify(changed, null, 2)}\n`);
}
