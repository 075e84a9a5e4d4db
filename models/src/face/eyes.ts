import type { FaceMesh } from "./face-mesh.js";

// Outer corner, two points of the upper lid, inner corner, the two points of the lower lid below them.
const eyes = [
  [33, 160, 158, 133, 153, 144],
  [263, 387, 385, 362, 380, 373],
] as const;

/**
 * How far the eyes are open: the eye aspect ratio (Soukupova and Cech 2016), lids' distance over corners' distance, the
 * mean of both eyes. No unit.
 */
export function eyeOpennessOf(mesh: FaceMesh): number {
  const ratios = eyes.map(([outer, upperOne, upperOther, inner, lowerOther, lowerOne]) => {
    const lids = distance(mesh, upperOne, lowerOne) + distance(mesh, upperOther, lowerOther);
    return lids / (2 * Math.max(1e-6, distance(mesh, outer, inner)));
  });
  return ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
}

function distance(mesh: FaceMesh, from: number, to: number): number {
  const [start, end] = [mesh.at(from), mesh.at(to)];
  return Math.hypot(end.x - start.x, end.y - start.y);
}
