import { alignedSize, alignmentTemplate, fitSimilarity, fivePointsOf } from "../face/alignment.js";
import type { FaceMesh } from "../face/face-mesh.js";
import { poseOf } from "../face/pose.js";
import { checkFrame, type Frame } from "../frame/frame.js";
import { applySimilarity, invertSimilarity } from "../frame/sample.js";
import { sequence } from "../sequence.js";
import { drawStraps } from "./draw-straps.js";
import { type Cloth, fitLight } from "./face-light.js";
import { type FacePlaces, placesOn, sittingOf } from "./face-places.js";
import type { MaskPicture, MaskTemplate } from "./mask-template.js";
import { type PooledPicture, pooled } from "./pooled-picture.js";
import { gridOf, thinPlate } from "./thin-plate.js";

export interface WornLook {
  /** Varies a little how the mask sits; the same seed, the same picture. */
  readonly seed?: number;
  /** 0: snug. 1: large. When absent, as large as it takes to cover at least 40 % of the aligned face, if that can be. */
  readonly looseness?: number;
}

// Beyond this a picture taken from the side fits better than the frontal one.
const sideYaw = 18;
// How far the cloth may stand out from where it is anchored, as a share of the face's width.
const overhang = 0.25;
// A little more of the aligned face than the 40 % that a mask is to hide, since this is judged on a coarse grid; and how
// large the mask may become for it.
const leastCoverage = 0.415;
const largerTried = [1.15, 1.3, 1.5, 1.75, 2, 2.4, 2.8, 3.2, 3.6];
const noise = 5;

/**
 * Puts a mask's picture on a face, in place: bent over the face's landmarks from the bridge of the nose to under the
 * chin (thin-plate spline), in the light of what it covers, with its straps. A simulation for measuring and training,
 * not a photo of a worn mask. A mesh whose points lie on one line is left alone. Refuses with `frame-size`.
 */
export function wearMask(frame: Frame, mesh: FaceMesh, template: MaskTemplate, look: WornLook = {}): void {
  checkFrame(frame);
  const random = sequence(look.seed ?? 1);
  const picture = pictureFor(template, mesh);
  const sitting = sittingOf(random);
  const frontal = picture === template;
  const sit = (looseness: number) => placesOn(mesh, picture, { sitting, frontal, looseness });
  let places = sit(look.looseness ?? 1);
  for (const looseness of look.looseness === undefined ? largerTried : []) {
    if (coverage(places, picture, mesh) >= leastCoverage) break;
    places = sit(looseness);
  }
  const cloth = clothOn(frame, places, picture);
  if (cloth === undefined) return;
  const light = fitLight(frame, cloth);
  if (frontal) drawStraps(frame, mesh, { places, straps: template.straps, light });
  for (let i = 0, at = 0; i < cloth.alpha.length; i++, at += 3) {
    const cover = cloth.alpha[i] ?? 0;
    if (cover === 0) continue;
    const x = cloth.left + (i % cloth.width);
    const y = cloth.top + Math.floor(i / cloth.width);
    const gain = light(x, y);
    const grain = (random() - 0.5) * noise * cover;
    const to = (y * frame.width + x) * 3;
    for (let channel = 0; channel < 3; channel++) {
      const under = (frame.data[to + channel] ?? 0) * (1 - cover);
      frame.data[to + channel] = Math.min(255, Math.max(0, under + (cloth.colour[at + channel] ?? 0) * gain + grain));
    }
  }
}

function pictureFor(template: MaskTemplate, mesh: FaceMesh): MaskPicture {
  const { yaw } = poseOf(mesh);
  if (yaw < -sideYaw) return template.turned.left ?? template;
  if (yaw > sideYaw) return template.turned.right ?? template;
  return template;
}

function clothOn(frame: Frame, places: FacePlaces, picture: MaskPicture): Cloth | undefined {
  const { inPicture, onFace, unit } = places;
  const exact = thinPlate(onFace, inPicture);
  const [left, right] = spanOf(
    onFace.map(({ x }) => x),
    unit * overhang,
    frame.width,
  );
  const [top, bottom] = spanOf(
    onFace.map(({ y }) => y),
    unit * overhang,
    frame.height,
  );
  if (exact === undefined || right < left || bottom < top) return undefined;
  const [width, height] = [right - left + 1, bottom - top + 1];
  const toPicture = gridOf(exact, { left, top, width, height, spacing: Math.max(2, unit / 30) });
  const size = width * height;
  const cloth = { left, top, width, colour: new Float32Array(size * 3), alpha: new Float32Array(size) };
  const source = pooledFor(picture, unit);
  const at = { x: 0, y: 0 };
  const rgba = new Float32Array(4);
  for (let i = 0; i < size; i++) {
    toPicture(left + (i % width) + 0.5, top + Math.floor(i / width) + 0.5, at);
    source.sample(at.x, at.y, rgba);
    const alpha = rgba[3] ?? 0;
    if (alpha === 0) continue;
    cloth.alpha[i] = alpha;
    for (let channel = 0; channel < 3; channel++) cloth.colour[i * 3 + channel] = rgba[channel] ?? 0;
  }
  return cloth;
}

/** The share of the aligned face that the cloth would hide, from every fourth pixel of every fourth row. */
function coverage({ onFace, inPicture, unit }: FacePlaces, picture: MaskPicture, mesh: FaceMesh): number {
  const toFrame = invertSimilarity(fitSimilarity(fivePointsOf(mesh), alignmentTemplate));
  const toPicture = thinPlate(onFace, inPicture);
  if (toPicture === undefined) return 0;
  const source = pooledFor(picture, unit);
  const at = { x: 0, y: 0 };
  const rgba = new Float32Array(4);
  let [covered, looked] = [0, 0];
  for (let y = 2; y < alignedSize; y += 4) {
    for (let x = 2; x < alignedSize; x += 4) {
      const point = applySimilarity(toFrame, { x, y });
      toPicture(point.x, point.y, at);
      source.sample(at.x, at.y, rgba);
      covered += (rgba[3] ?? 0) >= 0.5 ? 1 : 0;
      looked++;
    }
  }
  return covered / looked;
}

function pooledFor(picture: MaskPicture, unit: number): PooledPicture {
  const { topLeft, topRight } = picture.anchors;
  return pooled(picture, Math.max(1, Math.round(Math.hypot(topRight.x - topLeft.x, topRight.y - topLeft.y) / unit)));
}

function spanOf(values: readonly number[], more: number, limit: number): readonly [number, number] {
  return [
    Math.max(0, Math.floor(Math.min(...values) - more)),
    Math.min(limit - 1, Math.ceil(Math.max(...values) + more)),
  ];
}
