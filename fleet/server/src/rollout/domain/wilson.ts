/** How often something bad happened among how many chances. */
export interface Tally {
  readonly bad: number;
  readonly of: number;
}

/**
 * Wilson's score interval of a proportion (E. B. Wilson, JASA 22, 1927). Unlike the textbook interval it holds for few
 * observations and for proportions near 0, which is where false locks live.
 */
export function wilson({ bad, of }: Tally, z: number): { readonly low: number; readonly high: number } {
  if (of === 0) return { low: 0, high: 1 };
  const p = bad / of;
  const square = z * z;
  const centre = p + square / (2 * of);
  const spread = z * Math.sqrt((p * (1 - p)) / of + square / (4 * of * of));
  const whole = 1 + square / of;
  return { low: Math.max(0, (centre - spread) / whole), high: Math.min(1, (centre + spread) / whole) };
}
