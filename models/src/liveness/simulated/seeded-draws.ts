import { sequence } from "../../sequence.js";

/** A deterministic source of chance: the same seeds draw the same attack on every machine. */
export interface Draws {
  /** 0 up to, not including, 1. */
  next(): number;
  between(low: number, high: number): number;
  chance(share: number): boolean;
  pick<const Item>(items: readonly [Item, ...Item[]]): Item;
  /** Standard normal (Box and Muller 1958). */
  normal(): number;
}

/** Draws that depend on all of the seeds; mulberry32 underneath. */
export function seededDraws(...seeds: readonly number[]): Draws {
  const next = sequence(
    seeds.reduce((mixed, seed) => Math.imul(mixed ^ (seed + 0x9e3779b9), 0x85ebca6b) ^ (mixed >>> 13), 0x2545f491),
  );
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    chance: (share) => next() < share,
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}
