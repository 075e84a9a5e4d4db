import { Chance } from "./chance.js";
import type { Air } from "./model.js";

/** The air of the walk with this seed. */
export function drawAir(seed: number): Air {
  const chance = new Chance(seed, "air");
  return {
    exponent: chance.between(2, 3.5),
    shadowingSigmaDb: chance.between(4, 6),
    shadowingMetres: chance.between(1, 2),
    shadowingMs: chance.between(20_000, 120_000),
    fadingSigmaDb: chance.between(1.5, 3),
    bodyLossDb: chance.between(8, 15),
    loss: chance.between(0.1, 0.3),
    referenceDbm: -59,
    sensitivityDbm: -95,
  };
}

/** How far one phone or adapter is from a usual one: about four decibels either way, never more than ten. */
export function drawOffset(chance: Chance, sigmaDb: number): number {
  return Math.max(-10, Math.min(10, sigmaDb * chance.normal()));
}
