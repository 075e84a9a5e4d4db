import type { FaceMesh } from "../face/face-mesh.js";
import type { Point } from "../frame/frame.js";
import type { MaskPicture } from "./mask-template.js";

/** Points of a mask's picture and the points of the frame that they are carried to. */
export interface FacePlaces {
  readonly inPicture: readonly Point[];
  readonly onFace: readonly Point[];
  /** Width of the face between the mask's upper corners, pixels of the frame. */
  readonly unit: number;
  readonly middle: Point;
}

// Points of the face mesh: the sides of the face at the temples and the ears, the angles of the jaw, the middle line.
const temples = { left: 127, right: 356 };
const ears = { left: 234, right: 454 };
const jaws = { left: 58, right: 288 };
const roots = { low: 197, high: 6 };
const chin = 152;
const lip = 164;
// Where the middle line is pushed aside by the nose of a turned face, as a share of the way from bridge to chin.
const noseAt = 0.45;

/** Small differences of how a mask sits: shifted down, turned (radians), wider. */
export interface Sitting {
  readonly slide: number;
  readonly turn: number;
  readonly widen: number;
}

export interface Fit {
  readonly sitting: Sitting;
  /** The picture was taken from the front. */
  readonly frontal: boolean;
  /** 0: snug, to the face's outline. 1: large, near the lower lids, beyond the cheeks and under the chin. 2: wider still. */
  readonly looseness: number;
}

export function sittingOf(random: () => number): Sitting {
  return { slide: (random() - 0.5) * 0.04, turn: (random() - 0.5) * 0.06, widen: 1 + random() * 0.05 };
}

/** Where a mask's anchor points lie on a face. */
export function placesOn(mesh: FaceMesh, picture: MaskPicture, { sitting, frontal, looseness }: Fit): FacePlaces {
  const { anchors } = picture;
  // Only so far up: beyond, a mask would cover the eyes.
  const raised = Math.min(1, looseness);
  const nose = between(mesh.at(roots.low), mesh.at(roots.high), raised);
  const under = mesh.at(chin);
  const down = { x: under.x - nose.x, y: under.y - nose.y };
  const cheek = { left: mesh.at(ears.left), right: mesh.at(ears.right) };
  const across = { x: cheek.right.x - cheek.left.x, y: cheek.right.y - cheek.left.y };
  const outwards = (point: Point, share: number) => ({ x: point.x + across.x * share, y: point.y + across.y * share });
  const left = outwards(between(cheek.left, mesh.at(temples.left), raised * 0.5), -0.07 * looseness);
  const right = outwards(between(cheek.right, mesh.at(temples.right), raised * 0.5), 0.07 * looseness);
  const jawLeft = outwards(mesh.at(jaws.left), -0.11 * looseness);
  const jawRight = outwards(mesh.at(jaws.right), 0.11 * looseness);
  const hang = 0.05 + 0.15 * looseness;
  const beneath = { x: under.x + down.x * hang, y: under.y + down.y * hang };
  const sits = [left, nose, right, jawLeft, beneath, jawRight];
  const inPicture = [
    anchors.topLeft,
    anchors.bridge,
    anchors.topRight,
    anchors.jawLeft,
    anchors.chin,
    anchors.jawRight,
  ];
  if (frontal) {
    inPicture.push(between(anchors.bridge, anchors.chin, noseAt));
    sits.push(besideLine(nose, beneath, mesh.at(lip)));
  }
  const middle = mean(sits);
  const { slide, turn, widen } = sitting;
  const onFace = sits.map(({ x, y }) => {
    const [dx, dy] = [(x - middle.x) * widen, (y - middle.y) * widen];
    return {
      x: middle.x + dx * Math.cos(turn) - dy * Math.sin(turn) + down.x * slide,
      y: middle.y + dx * Math.sin(turn) + dy * Math.cos(turn) + down.y * slide,
    };
  });
  const unit = Math.max(1, Math.hypot(right.x - left.x, right.y - left.y), Math.hypot(down.x, down.y) * 0.7);
  return { inPicture, onFace, unit, middle };
}

function between(from: Point, to: Point, share: number): Point {
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

/** The point of a line at the nose's height, moved aside as far as the lip is beside that line. */
function besideLine(from: Point, to: Point, beside: Point): Point {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const squared = Math.max(1e-6, dx * dx + dy * dy);
  const along = ((beside.x - from.x) * dx + (beside.y - from.y) * dy) / squared;
  const on = between(from, to, noseAt);
  return { x: on.x + beside.x - from.x - along * dx, y: on.y + beside.y - from.y - along * dy };
}

function mean(points: readonly Point[]): Point {
  const sum = points.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}
