import { drawSyntheticMask, type FaceMesh, type Frame, type Point } from "@wardkey/models";
import {
  asFinderSees,
  type ConsideredPlaces,
  judgedPicture,
  type MaskTemplate,
  movedPlace,
  wearMask,
} from "@wardkey/models/measuring";
import { distanceOf, middleOf, type Scene, showScene } from "./scenes.js";

/** One picture as the judging network gets it: whether a face is there, and where the picture came from. */
export interface FindingExample {
  readonly label: 0 | 1;
  readonly why: "found" | "elsewhere" | "placed" | "moved" | "size";
  readonly picture: Uint8Array;
}

export interface ExampleSources {
  readonly places: ConsideredPlaces;
  readonly templates: readonly MaskTemplate[];
  readonly random: () => number;
  readonly seed: number;
}

// In distances between the eyes. What lies between is neither here nor there, and is not learnt from.
const here = 0.25;
const elsewhere = { off: 0.5, eye: 0.6 };
// A place at which the mesh sees a bare face is somebody else's.
const somebodyElse = 0.6;
const mostOfFrame = 7;

/**
 * Shows a photo once as a scene drawn at random (simulated: mask, distance, tilt, darkness, nobody there), and takes from it
 * what the finder considers, and the face's own place, moved a little and moved away.
 */
export async function examplesOf(photo: Frame, sources: ExampleSources): Promise<readonly FindingExample[]> {
  const { places, random, seed } = sources;
  const face = await places.plainFace(photo);
  const [left, right] = face?.points ?? [];
  if (face === undefined || left === undefined || right === undefined) return [];
  const frame = { ...photo, data: Uint8Array.from(photo.data) };
  const kind = random();
  if (kind < 0.7) putOnMask(frame, face.mesh, sources);
  const emptied = kind > 0.94;
  const shown = await showScene(frame, [left, right], { scene: sceneOf(random, emptied), seed });
  const lit = asFinderSees(shown.frame);
  const apart = distanceOf(shown.eyes);
  const kept: Point[] = [];
  const examples: FindingExample[] = [];
  for (const { points, presence } of await places.in(lit, Math.floor(random() * 6))) {
    const [one = left, other = right] = points;
    const middle = middleOf([one, other]);
    if (kept.some((known) => distanceOf([known, middle]) < 0.1 * apart)) continue;
    kept.push(middle);
    const off = distanceOf([middle, middleOf(shown.eyes)]) / apart;
    const eye = Math.max(distanceOf([one, shown.eyes[0]]), distanceOf([other, shown.eyes[1]])) / apart;
    if (!emptied && eye < here) examples.push({ label: 1, why: "found", picture: judgedPicture(lit, points) });
    else if (
      (emptied || off > elsewhere.off || eye > elsewhere.eye) &&
      presence < somebodyElse &&
      kept.length < mostOfFrame
    )
      examples.push({ label: 0, why: "elsewhere", picture: judgedPicture(lit, points) });
  }
  if (emptied) return examples;
  return [...examples, ...movedFrom(ownPlace(face.points, [left, right], shown.eyes), lit, random)];
}

function putOnMask(frame: Frame, mesh: FaceMesh, { templates, random, seed }: ExampleSources): void {
  const template = templates[Math.floor(random() * templates.length)];
  if (random() < 0.25 || template === undefined) {
    drawSyntheticMask(frame, mesh);
    return;
  }
  const looseness = random() < 0.5 ? 0 : 1 + random() * 0.5;
  wearMask(frame, mesh, template, { seed, ...(random() < 0.4 ? { looseness } : {}) });
}

function sceneOf(random: () => number, emptied: boolean): Scene {
  const how = random();
  if (how < 0.15 && !emptied) return { name: "photo" };
  if (how < 0.3 && !emptied) return { name: "cut close", tight: true };
  const tilt = random() < 0.4 ? (random() - 0.5) * 90 : 0;
  const light = random() < 0.3 ? 0.12 + random() * 0.4 : 1;
  return { name: "drawn", emptied, eyes: 14 * 9 ** random(), tilt, light };
}

/** The face's own five points where the scene shows them. */
function ownPlace(
  points: readonly Point[],
  [left, right]: readonly [Point, Point],
  [newLeft, newRight]: readonly [Point, Point],
): readonly Point[] {
  const [dx, dy] = [right.x - left.x, right.y - left.y];
  const [ex, ey] = [newRight.x - newLeft.x, newRight.y - newLeft.y];
  const norm = Math.max(1e-6, dx * dx + dy * dy);
  const [a, b] = [(dx * ex + dy * ey) / norm, (dx * ey - dy * ex) / norm];
  return points.map(({ x, y }) => ({
    x: newLeft.x + a * (x - left.x) - b * (y - left.y),
    y: newLeft.y + b * (x - left.x) + a * (y - left.y),
  }));
}

function movedFrom(own: readonly Point[], lit: Frame, random: () => number): readonly FindingExample[] {
  const normal = () => random() + random() + random() + random() - 2;
  const near = {
    turn: normal() * 0.15,
    scale: Math.exp(normal() * 0.15),
    right: normal() * 0.15,
    down: normal() * 0.15,
  };
  const [way, far] = [random() * Math.PI * 2, 0.6 + random() * 1.2];
  const aside = {
    turn: normal() * 0.5,
    scale: Math.exp(normal() * 0.5),
    right: Math.cos(way) * far,
    down: Math.sin(way) * far,
  };
  const scale = random() < 0.5 ? 0.4 + random() * 0.2 : 1.8 + random();
  const other = { turn: normal() * 0.3, scale, right: normal() * 0.3, down: normal() * 0.3 };
  return [
    { label: 1, why: "placed", picture: judgedPicture(lit, movedPlace(own, near)) },
    { label: 0, why: "moved", picture: judgedPicture(lit, movedPlace(own, aside)) },
    { label: 0, why: "size", picture: judgedPicture(lit, movedPlace(own, other)) },
  ];
}
