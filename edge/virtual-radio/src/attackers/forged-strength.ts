import type { JoinOptions } from "../room/participant.js";

const AS_IF_TOUCHING_DBM = -30;

/** Threat 10: how a transmitter joins that everybody hears with one strength, wherever it stands and whatever it drives. */
export function forgedStrength(dbm: number = AS_IF_TOUCHING_DBM): JoinOptions {
  return { forgedRssiDbm: dbm };
}
