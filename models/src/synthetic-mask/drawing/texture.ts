/** Smooth noise in -1 to 1 over the plane, one bump a unit; the same everywhere it is drawn. */
export function noise(x: number, y: number, seed: number): number {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [ease(x - column), ease(y - row)];
  const above = lattice(column, row, seed) * (1 - fx) + lattice(column + 1, row, seed) * fx;
  const below = lattice(column, row + 1, seed) * (1 - fx) + lattice(column + 1, row + 1, seed) * fx;
  return above * (1 - fy) + below * fy;
}

/** 0 up to `from`, 1 from `to`, smooth between. */
export function step(from: number, to: number, value: number): number {
  return ease(Math.min(1, Math.max(0, (value - from) / (to - from))));
}

/** A bump of height 1 and the given half width. */
export function bump(distance: number, halfWidth: number): number {
  return Math.exp(-((distance / halfWidth) ** 2));
}

function ease(share: number): number {
  return share * share * (3 - 2 * share);
}

function lattice(x: number, y: number, seed: number): number {
  let mixed = Math.imul(x, 374761393) ^ Math.imul(y, 668265263) ^ Math.imul(seed, 1274126177);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 1103515245);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 31 - 1;
}
