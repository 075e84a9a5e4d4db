/** A number in [0, 1) that a seed and a counter decide (Steele, Lea and Flood's splitmix, 32 bits). */
export function drawn(seed: number, count: number): number {
  let mixed = (Math.imul(seed, 0x9e3779b1) + Math.imul(count, 0x85ebca77)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 0x1_0000_0000;
}
