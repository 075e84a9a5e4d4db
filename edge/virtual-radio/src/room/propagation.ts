import { gaussianAt } from "./seeded.js";

export interface Position {
  /** Metres. */
  readonly x: number;
  readonly y: number;
}

/** How strength falls in this room. The defaults are chosen to look like an indoor 2.4 GHz link; they were not measured. */
export interface PathLoss {
  /** Strength at one metre in the open, dBm. */
  readonly referenceRssiDbm: number;
  /** 2 in free space; higher among walls and people. */
  readonly exponent: number;
  /** Slow variation that both ends share, dB. */
  readonly shadowingSigmaDb: number;
  /** After about this long the shadowing is a new one. */
  readonly shadowingTimeMs: number;
  /** Variation from packet to packet, dB. */
  readonly fadingSigmaDb: number;
  /** What a body between pocket and air takes, dB. */
  readonly bodyLossDb: number;
  /** Weaker packets are not heard. */
  readonly sensitivityDbm: number;
}

export const DEFAULT_PATH_LOSS: PathLoss = {
  referenceRssiDbm: -59,
  exponent: 2.2,
  shadowingSigmaDb: 2,
  shadowingTimeMs: 2_000,
  fadingSigmaDb: 1.5,
  bodyLossDb: 8,
  sensitivityDbm: -95,
};

// Closer than this the log-distance model says nothing, and strength stops growing.
const NEAREST_METRES = 0.1;

/** Metres between two positions. */
export function distanceBetween(a: Position, b: Position): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** Mean strength by the log-distance path loss model (Rappaport, Wireless Communications, 4.9), in dBm. */
export function meanRssi(pathLoss: PathLoss, distanceMetres: number, pockets: number): number {
  const decades = Math.log10(Math.max(NEAREST_METRES, distanceMetres));
  return pathLoss.referenceRssiDbm - 10 * pathLoss.exponent * decades - pockets * pathLoss.bodyLossDb;
}

/**
 * Shadowing of one link at one moment, in dB. A pure function of seed, link and time: however often and in whatever
 * order it is asked, the trace is the same. Between two independent normals the weights keep the variance at one.
 */
export function shadowing(pathLoss: PathLoss, at: { seed: number; link: string; timeMs: number }): number {
  if (pathLoss.shadowingSigmaDb === 0) return 0;
  const steps = at.timeMs / pathLoss.shadowingTimeMs;
  const step = Math.floor(steps);
  const angle = ((steps - step) * Math.PI) / 2;
  const before = gaussianAt(at.seed, "shadowing", at.link, step);
  const after = gaussianAt(at.seed, "shadowing", at.link, step + 1);
  return pathLoss.shadowingSigmaDb * (Math.cos(angle) * before + Math.sin(angle) * after);
}

/** Variation of one packet, in dB. */
export function fading(pathLoss: PathLoss, at: { seed: number; link: string; packet: number }): number {
  if (pathLoss.fadingSigmaDb === 0) return 0;
  return pathLoss.fadingSigmaDb * gaussianAt(at.seed, "fading", at.link, at.packet);
}

/** A strength as a controller reports it. Core 5.3 Vol 4 E 7.7.65.2: -127 to +20, and 127 means "not available". */
export function asReportedRssi(dbm: number): number {
  return Math.max(-127, Math.min(20, Math.round(dbm)));
}
