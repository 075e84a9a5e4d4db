import type { FaceMesh } from "../face/face-mesh.js";
import { checkFrame, type Frame, type Point } from "../frame/frame.js";
import { sequence } from "../sequence.js";

export interface MaskLook {
  /** RGB of the cloth in full light; a surgical pale blue when absent. */
  readonly colour?: readonly [number, number, number];
  /** Varies folds, fit and weave a little; the same seed draws the same mask. */
  readonly seed?: number;
}

// The outline of a worn surgical mask on the mesh: over the bridge of the nose, down the cheeks, under the chin.
const upperEdge = [127, 227, 117, 118, 101, 100, 47, 114, 188, 6, 412, 343, 277, 329, 330, 347, 346, 447, 356];
const lowerEdge = [323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58, 132, 93];
const bridge = 197;
const chin = 152;
const cheeks = [234, 454] as const;
const ears = [
  { ear: 127, upper: 227, lower: 58 },
  { ear: 356, upper: 447, lower: 288 },
];
const paleBlue = [158, 196, 214] as const;
const folds = 3;

/**
 * Draws a surgical mask on a face, in place: from the bridge of the nose to under the chin, with folds, weave and shading
 * that follow the light on the face beneath. A simulation for demonstrations and measurements, not a picture of a real mask.
 */
export function drawSyntheticMask(frame: Frame, mesh: FaceMesh, look: MaskLook = {}): void {
  checkFrame(frame);
  const colour = look.colour ?? paleBlue;
  const random = sequence(look.seed ?? 1);
  const outline = outlineOf(mesh, (random() - 0.5) * 0.06);
  const [top, bottom] = [mesh.at(bridge), mesh.at(chin)];
  const [left, right] = [mesh.at(cheeks[0]), mesh.at(cheeks[1])];
  const light = lightOn(frame, outline);
  const foldShift = random();
  const weave = 3 + random() * 4;
  for (const { ear, upper, lower } of ears) {
    for (const from of [upper, lower]) drawLoop(frame, mesh.at(from), mesh.at(ear), colour, light);
  }
  forEachInside(frame, outline, (x, y, inset) => {
    const down = projection({ x, y }, top, bottom);
    const across = projection({ x, y }, left, right);
    // The cloth turns away from the light towards both cheeks and under the chin.
    const curve = 1 - 0.38 * Math.abs(across - 0.5) ** 1.5 - 0.22 * Math.max(0, down - 0.75);
    const fold = 1 - 0.07 * Math.max(0, Math.sin((down * folds + foldShift) * 2 * Math.PI)) ** 6;
    const edge = inset < 0.02 ? 0.86 : 1;
    const thread = 1 + 0.008 * (Math.sin(x * weave) + Math.sin(y * weave));
    const shade = curve * fold * edge * thread * light(across);
    const at = (y * frame.width + x) * 3;
    const cover = Math.min(1, inset / 0.008);
    for (let channel = 0; channel < 3; channel++) {
      const cloth = Math.min(255, (colour[channel] ?? 0) * shade);
      frame.data[at + channel] = Math.round(cloth * cover + (frame.data[at + channel] ?? 0) * (1 - cover));
    }
  });
}

function outlineOf(mesh: FaceMesh, slack: number): readonly Point[] {
  const [nose, under] = [mesh.at(bridge), mesh.at(chin)];
  const [dx, dy] = [under.x - nose.x, under.y - nose.y];
  const upper = upperEdge.map((index) => {
    const point = mesh.at(index);
    return { x: point.x + dx * slack, y: point.y + dy * slack };
  });
  // Under the chin the cloth reaches a little further than the skin.
  const lower = lowerEdge.map((index) => {
    const point = mesh.at(index);
    return { x: point.x + dx * 0.06, y: point.y + dy * 0.06 };
  });
  return [...upper, ...lower];
}

/** The light on the face at each side, from the brightness of what the mask will cover: a map from 0 (left) to 1 (right). */
function lightOn(frame: Frame, outline: readonly Point[]): (across: number) => number {
  const bounds = boundsOf(frame, outline);
  const sums = [0, 0];
  const counts = [0, 0];
  const middle = (bounds.left + bounds.right) / 2;
  forEachInside(frame, outline, (x, y) => {
    const at = (y * frame.width + x) * 3;
    const side = x < middle ? 0 : 1;
    const luma = 0.299 * (frame.data[at] ?? 0) + 0.587 * (frame.data[at + 1] ?? 0) + 0.114 * (frame.data[at + 2] ?? 0);
    sums[side] = (sums[side] ?? 0) + luma;
    counts[side] = (counts[side] ?? 0) + 1;
  });
  // Skin in good light has a luma of about 150; the cloth follows it at half strength, since cloth is paler than most skin.
  const [left = 1, right = 1] = sums.map((sum, side) => 0.5 + 0.5 * (sum / Math.max(1, counts[side] ?? 1) / 150));
  return (across) => left + (right - left) * Math.min(1, Math.max(0, across));
}

function forEachInside(
  frame: Frame,
  outline: readonly Point[],
  visit: (x: number, y: number, inset: number) => void,
): void {
  const bounds = boundsOf(frame, outline);
  const size = Math.max(1, bounds.right - bounds.left);
  for (let y = bounds.top; y <= bounds.bottom; y++) {
    const crossings = crossingsAt(outline, y + 0.5);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const [from = 0, to = 0] = [crossings[i], crossings[i + 1]];
      const last = Math.min(frame.width - 1, Math.floor(to - 0.5));
      for (let x = Math.max(0, Math.ceil(from - 0.5)); x <= last; x++) {
        const inset = Math.min(x + 0.5 - from, to - x - 0.5, y + 1 - bounds.top, bounds.bottom + 1 - y);
        visit(x, y, inset / size);
      }
    }
  }
}

function crossingsAt(outline: readonly Point[], y: number): number[] {
  const crossings: number[] = [];
  for (const [index, from] of outline.entries()) {
    const to = outline[(index + 1) % outline.length] ?? from;
    if (from.y <= y === to.y <= y) continue;
    crossings.push(from.x + ((y - from.y) / (to.y - from.y)) * (to.x - from.x));
  }
  return crossings.sort((one, other) => one - other);
}

function boundsOf(frame: Frame, outline: readonly Point[]) {
  const xs = outline.map(({ x }) => x);
  const ys = outline.map(({ y }) => y);
  return {
    left: Math.max(0, Math.floor(Math.min(...xs))),
    right: Math.min(frame.width - 1, Math.ceil(Math.max(...xs))),
    top: Math.max(0, Math.floor(Math.min(...ys))),
    bottom: Math.min(frame.height - 1, Math.ceil(Math.max(...ys))),
  };
}

function drawLoop(
  frame: Frame,
  from: Point,
  to: Point,
  colour: readonly [number, number, number] | readonly number[],
  light: (across: number) => number,
): void {
  const length = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y));
  for (let step = 0; step <= length; step++) {
    const share = length === 0 ? 0 : step / length;
    const x = Math.round(from.x + (to.x - from.x) * share);
    const y = Math.round(from.y + (to.y - from.y) * share);
    if (x < 0 || y < 0 || x >= frame.width || y >= frame.height) continue;
    const at = (y * frame.width + x) * 3;
    for (let channel = 0; channel < 3; channel++) {
      frame.data[at + channel] = Math.min(255, Math.round((colour[channel] ?? 0) * light(0.5) * 1.05));
    }
  }
}

function projection(point: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  return ((point.x - from.x) * dx + (point.y - from.y) * dy) / (dx * dx + dy * dy);
}
