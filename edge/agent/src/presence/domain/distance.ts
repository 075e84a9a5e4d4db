import { type Dbm, dbm, type Metres, metres } from "@wardkey/protocol";
import type { PresenceTuning } from "./tuning.js";

type PathLoss = Pick<PresenceTuning, "rssiAtOneMetre" | "exponent">;

/** Distance at which a phone in the hand is heard so strongly, by the log-distance model. */
export function distanceAt(strength: number, model: PathLoss): Metres {
  return metres(10 ** ((model.rssiAtOneMetre - strength) / (10 * model.exponent)));
}

/** Strength at which a phone in the hand is heard from so far away. */
export function strengthAt(distance: Metres, model: PathLoss): Dbm {
  return dbm(model.rssiAtOneMetre - 10 * model.exponent * Math.log10(distance));
}

/** Between 0 (at the far line or beyond) and 1 (at the near line or inside). */
export function evidenceAt(distance: Metres, lines: Pick<PresenceTuning, "nearLine" | "farLine">): number {
  const evidence = (lines.farLine - distance) / (lines.farLine - lines.nearLine);
  return Math.min(1, Math.max(0, evidence));
}
