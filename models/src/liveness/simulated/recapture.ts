import type { FaceMesh } from "../../face/face-mesh.js";
import { checkFrame, type Frame } from "../../frame/frame.js";
import { drawSyntheticMask } from "../../synthetic-mask/draw-synthetic-mask.js";
import { type Held, inverseOf, planeToPicture } from "../plane.js";
import { develop, drawCamera, expose } from "./camera.js";
import { type Radiance, sampleLinear, toLinear } from "./light.js";
import { printSurface } from "./print-surface.js";
import { sceneBehind } from "./scene.js";
import { screenSurface } from "./screen-surface.js";
import { type Draws, seededDraws } from "./seeded-draws.js";
import { drawShine } from "./shine.js";
import { type Covers, cutAlong, placeOf } from "./silhouette.js";

/** Presentation attack instruments that are simulated here. */
export const attackKinds = ["print", "screen", "cut-out", "masked-print"] as const;
export type AttackKind = (typeof attackKinds)[number];

export interface SimulatedAttack {
  readonly kind: AttackKind;
  /** The same seed makes the same attack of the same photo. */
  readonly seed: number;
  /** Which frame of a video of it: the hand moves a little, the noise is another. 0 when absent. */
  readonly frame?: number;
  /** How it is moved from where it is held at first: radians, and how many times as near. */
  readonly motion?: { readonly yaw?: number; readonly pitch?: number; readonly nearer?: number };
  /** How much its making shows, 0 to 1; drawn when absent. */
  readonly strength?: number;
  /** Another photo, from whose rim the background is taken; a drawn background when absent. */
  readonly behind?: Frame;
}

const largestSide = 640;
const smallestFace = 64;

/**
 * A simulation of an attack: the photo printed or shown on a display, held before a kiosk's camera, and taken again. It
 * models light, ink, pixels, perspective, lens, sensor and JPEG; it is no real print and no real display, and rates that are
 * measured with it are rates of this simulation. `mesh` is the photo's face, in its pixels.
 */
export async function simulateRecapture(photo: Frame, mesh: FaceMesh, attack: SimulatedAttack): Promise<Frame> {
  checkFrame(photo);
  const kind = attackKinds.indexOf(attack.kind);
  const draws = seededDraws(attack.seed, kind);
  const hand = seededDraws(attack.seed, kind, 1 + (attack.frame ?? 0));
  const strength = attack.strength ?? draws.between(0.2, 1);
  const artefact = makeArtefact(photo, mesh, { kind: attack.kind, strength, draws });
  const behind = sceneBehind(attack.behind, draws);
  const camera = drawCamera(draws);
  const size = sizeOfPicture(photo, draws);
  const held = moved(trembling(hold(photo, mesh, { size, closeUp: artefact.closeUp, draws }), hand), attack.motion);
  const seen = expose(seenThrough(held, artefact, behind), { ...size, samples: 2 });
  return develop(seen, camera, hand);
}

interface Artefact {
  readonly surface: Radiance;
  readonly covers: Covers;
  /** No border of it is to be seen. */
  readonly closeUp: boolean;
  /** Of the photo's width: how much the sheet bulges towards the camera. */
  readonly bend: number;
}

interface Making {
  readonly kind: AttackKind;
  readonly strength: number;
  readonly draws: Draws;
}

function makeArtefact(photo: Frame, mesh: FaceMesh, { kind, strength, draws }: Making): Artefact {
  switch (kind) {
    case "print": {
      const surface = withShine(printSurface(toLinear(photo), strength, draws), photo, 0.35 * strength, draws);
      const margin = draws.chance(0.5) ? photo.width * draws.between(0.01, 0.15) : 0;
      return { surface, covers: within(photo, margin), closeUp: draws.chance(0.2), bend: bendOf(draws) };
    }
    case "screen": {
      const surface = withShine(screenSurface(toLinear(photo), strength, draws), photo, 0.5 * strength, draws);
      const margin = photo.width * draws.between(0.015, 0.12);
      return { surface, covers: within(photo, margin), closeUp: draws.chance(0.25), bend: 0 };
    }
    case "cut-out": {
      const surface = withShine(printSurface(toLinear(photo), strength, draws), photo, 0.25 * strength, draws);
      return { surface, covers: cutAlong(mesh, photo, draws), closeUp: false, bend: bendOf(draws) };
    }
    case "masked-print": {
      const margin = draws.chance(0.5) ? photo.width * draws.between(0.01, 0.15) : 0;
      const surface = withShine(maskedPrint(photo, mesh, strength, draws), photo, 0.3 * strength, draws);
      return { surface, covers: within(photo, margin), closeUp: draws.chance(0.2), bend: bendOf(draws) };
    }
  }
}

type Colour = readonly [number, number, number];
const maskColours: readonly [Colour, ...Colour[]] = [
  [158, 196, 214],
  [236, 238, 240],
  [60, 64, 72],
  [120, 170, 150],
];

/** A print of somebody who wears a mask, or a print that a real mask was hung before. */
function maskedPrint(photo: Frame, mesh: FaceMesh, strength: number, draws: Draws): Radiance {
  const masked = { ...photo, data: Uint8Array.from(photo.data) };
  const colour = draws.pick(maskColours);
  drawSyntheticMask(masked, mesh, { colour, seed: Math.floor(draws.next() * 1e6) });
  if (draws.chance(0.5)) return printSurface(toLinear(masked), strength, draws);
  const print = printSurface(toLinear(photo), strength, draws);
  const cloth = toLinear(masked);
  return (x, y, out) => {
    const at = (Math.floor(y) * photo.width + Math.floor(x)) * 3;
    const covered = x >= 0 && y >= 0 && x < photo.width && y < photo.height && photo.data[at] !== masked.data[at];
    if (covered) sampleLinear(cloth, x, y, out);
    else print(x, y, out);
  };
}

function withShine(surface: Radiance, { width, height }: Frame, most: number, draws: Draws): Radiance {
  const shine = drawShine(most, draws);
  return (x, y, out) => {
    surface(x, y, out);
    shine(x / width, y / height, out);
  };
}

function within({ width, height }: Frame, margin: number): Covers {
  return (x, y) => x >= -margin && y >= -margin && x < width + margin && y < height + margin;
}

function bendOf(draws: Draws): number {
  return draws.chance(0.5) ? draws.between(-0.25, 0.25) : 0;
}

function sizeOfPicture({ width, height }: Frame, draws: Draws) {
  const limit = largestSide / Math.max(width, height);
  const factor = Math.min(limit, draws.between(0.85, 1.35) * Math.min(1, limit * 1.6));
  return { width: Math.max(96, Math.round(width * factor)), height: Math.max(96, Math.round(height * factor)) };
}

interface Framing {
  readonly size: { readonly width: number; readonly height: number };
  readonly closeUp: boolean;
  readonly draws: Draws;
}

function hold(photo: Frame, mesh: FaceMesh, { size, closeUp, draws }: Framing): Held {
  const { middle, width } = placeOf(mesh);
  const fitted = size.width / photo.width;
  const wanted = fitted * (closeUp ? draws.between(1.05, 1.35) : draws.between(0.55, 0.98));
  return {
    yaw: draws.normal() * (closeUp ? 0.1 : 0.22),
    pitch: draws.normal() * (closeUp ? 0.08 : 0.16),
    roll: draws.normal() * 0.08,
    scale: Math.max(wanted, smallestFace / width),
    seenAt: {
      x: size.width * (0.5 + draws.normal() * 0.05),
      y: size.height * (0.5 + draws.normal() * 0.05),
    },
    middle,
    focal: size.width * draws.between(0.9, 1.6),
  };
}

function trembling(held: Held, hand: Draws): Held {
  return {
    ...held,
    yaw: held.yaw + hand.normal() * 0.02,
    pitch: held.pitch + hand.normal() * 0.02,
    roll: held.roll + hand.normal() * 0.01,
    scale: held.scale * (1 + hand.normal() * 0.01),
    seenAt: { x: held.seenAt.x + hand.normal() * 2, y: held.seenAt.y + hand.normal() * 2 },
  };
}

function moved(held: Held, { yaw = 0, pitch = 0, nearer = 1 }: NonNullable<SimulatedAttack["motion"]> = {}): Held {
  return { ...held, yaw: held.yaw + yaw, pitch: held.pitch + pitch, scale: held.scale * nearer };
}

function seenThrough(held: Held, { surface, covers, bend }: Artefact, behind: Radiance): Radiance {
  const [a, b, c, d, e, f, g, h, i] = inverseOf(planeToPicture(held));
  const { x: middle } = held.middle;
  const reach = 1 / (2 * Math.abs(middle) + 1);
  return (x, y, out) => {
    const w = g * x + h * y + i;
    const across = (a * x + b * y + c) / w;
    const py = (d * x + e * y + f) / w;
    // A sheet that bulges is foreshortened towards its sides, and turns them away from the light.
    const side = (across - middle) * reach;
    const px = across + (across - middle) * bend * side * side * 4;
    if (!covers(px, py)) {
      behind(x, y, out);
      return;
    }
    surface(px, py, out);
    if (bend === 0) return;
    const shade = 1 - bend * side;
    for (let channel = 0; channel < 3; channel++) out[channel] = (out[channel] ?? 0) * shade;
  };
}
