import type { FaceMesh } from "../../face/face-mesh.js";
import type { Point } from "../../frame/frame.js";
import { fitHomography, mapPoint } from "../plane.js";

// Corners of the eyes, middle of the brows, corners of the mouth: all but in one plane, which the nose stands out of.
const facialPlane = [33, 133, 362, 263, 105, 334, 61, 291] as const;
const noseTip = [1, 4, 5] as const;
const outerCorners = [33, 263] as const;
const mouthCorners = [61, 291] as const;
const sidesOfHead = [
  [127, 356],
  [234, 454],
  [93, 323],
] as const;
const lids = [
  [159, 145],
  [158, 153],
  [160, 144],
  [386, 374],
  [385, 380],
  [387, 373],
] as const;

/** What a challenge needs of one look at a face; numbers without a unit, but for the width. */
export interface Gesture {
  /** Where the plane's points and the tip of the nose are, in pixels. */
  readonly plane: readonly Point[];
  readonly nose: Point;
  readonly middle: Point;
  /** Between the outer corners of the eyes, in pixels. */
  readonly width: number;
  /** How far the lids are apart, against the distance from eyes to mouth: tilting a photo changes both alike. */
  readonly openness: number;
  /** Temples, ears and cheeks, each on both sides: they lie well behind the eyes. */
  readonly sides: readonly Point[];
}

export function gestureOf(mesh: FaceMesh): Gesture {
  const width = distance(mesh.at(outerCorners[0]), mesh.at(outerCorners[1]));
  const eyes = mesh.meanOf(outerCorners);
  const mouth = mesh.meanOf(mouthCorners);
  const apart = lids.reduce((sum, [upper, lower]) => sum + distance(mesh.at(upper), mesh.at(lower)), 0) / lids.length;
  return {
    plane: facialPlane.map((index) => mesh.at(index)),
    nose: mesh.meanOf(noseTip),
    middle: mesh.meanOf([...outerCorners, ...mouthCorners]),
    width,
    openness: apart / Math.max(1e-6, distance(eyes, mouth)),
    sides: sidesOfHead.flat().map((index) => mesh.at(index)),
  };
}

/** The mean of several looks at a face that keeps still. */
export function steadyGesture(looks: readonly [Gesture, ...Gesture[]]): Gesture {
  const [first] = looks;
  const mean = (of: (look: Gesture) => number): number => looks.reduce((sum, look) => sum + of(look), 0) / looks.length;
  const meanPoint = (of: (look: Gesture) => Point): Point => ({
    x: mean((look) => of(look).x),
    y: mean((look) => of(look).y),
  });
  return {
    plane: first.plane.map((point, index) => meanPoint((look) => look.plane[index] ?? point)),
    nose: meanPoint(({ nose }) => nose),
    middle: meanPoint(({ middle }) => middle),
    width: mean(({ width }) => width),
    openness: mean(({ openness }) => openness),
    sides: first.sides.map((point, index) => meanPoint((look) => look.sides[index] ?? point)),
  };
}

/** What no flat picture can show; see `solidityBetween`. */
export interface Solidity {
  /** How far the nose has moved against the plane of eyes and mouth, in widths of the eyes: right and down are positive. */
  readonly across: number;
  readonly down: number;
  /** By which share the head has become narrower at its sides than a flat one would be. */
  readonly narrower: number;
}

/**
 * Compares two looks at a face with what a flat picture could show. However a photo is moved, turned or tilted, the camera
 * sees a projective image of it, so a map that is fitted to eyes, brows and mouth takes its nose and its sides where they are
 * seen. The nose of a head stands out by about a third of the width of the eyes, and leaves that map by its sine of the
 * turn; the sides lie behind, and grow less than the face when it comes closer.
 */
export function solidityBetween(before: Gesture, now: Gesture): Solidity {
  const map = fitHomography(centred(before.plane, before), centred(now.plane, now));
  if (map === undefined) return { across: 0, down: 0, narrower: 0 };
  const [flatNose = before.nose, ...flatSides] = centred([before.nose, ...before.sides], before).map((point) =>
    mapPoint(map, point),
  );
  const [nose = now.nose, ...sides] = centred([now.nose, ...now.sides], now);
  return { across: nose.x - flatNose.x, down: nose.y - flatNose.y, narrower: 1 - spanOf(sides) / spanOf(flatSides) };
}

/** In widths of the eyes, from the middle of the face: well-conditioned numbers for the fit. */
function centred(points: readonly Point[], { middle, width }: Gesture): readonly Point[] {
  return points.map(({ x, y }) => ({ x: (x - middle.x) / width, y: (y - middle.y) / width }));
}

/** The sum of the distances from side to side. */
function spanOf(sides: readonly Point[]): number {
  let sum = 0;
  for (let i = 0; i + 1 < sides.length; i += 2) {
    const [left, right] = [sides[i], sides[i + 1]];
    if (left !== undefined && right !== undefined) sum += distance(left, right);
  }
  return Math.max(1e-6, sum);
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
