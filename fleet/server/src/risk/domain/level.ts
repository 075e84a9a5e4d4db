import type { RiskBody } from "@wardkey/protocol/fleet";
import { unit } from "./asset.js";

export type RiskLevel = RiskBody["level"];

const RAISED_FROM = 0.2;
const HIGH_FROM = 0.5;
/** Somebody at a kiosk from which nothing can be reached is still somebody at a kiosk. */
const WITHOUT_STAKE = 0.4;

/**
 * How much a device's signs weigh: how likely somebody is there now, by what was seen, and more of it the more can be
 * reached from there. A list of vulnerabilities alone weighs nothing here: it says what could be, and no file may slow
 * down a ward.
 */
export const scoreOf = (seen: number, stake: number): number =>
  unit(seen) * (WITHOUT_STAKE + (1 - WITHOUT_STAKE) * unit(stake));

export const levelOf = (score: number): RiskLevel =>
  score >= HIGH_FROM ? "high" : score >= RAISED_FROM ? "raised" : "normal";
