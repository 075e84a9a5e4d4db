import type { Frame, Point } from "../frame/frame.js";
import { liftDark, lightestPart } from "../frame/light.js";
import { modelPlaces } from "../registry/read-registry.js";
import { loadNetworks } from "../runtime/load-networks.js";
import { alignedSize, alignmentTemplate, fitSimilarity } from "./alignment.js";
import { detectFaces } from "./detect-faces.js";
import type { FaceMesh } from "./face-mesh.js";
import { judgedSize, writeJudged } from "./face-there.js";
import { FaceFinder } from "./find-face.js";
import { firstLooks, secondChances } from "./looks.js";

/** A place at which the finder would ask whether a face is there. */
export interface ConsideredPlace {
  readonly points: readonly Point[];
  readonly presence: number;
}

// Pixels between the eyes of the alignment template.
const eyesInTemplate = 35.24;
const leastScore = 0.12;
const mostOfLook = 4;

/** What the finder considers and what the judging network is shown of it: for making examples that it learns from. */
export interface ConsideredPlaces {
  /** The face of a photo that shows one plainly. */
  plainFace(photo: Frame): Promise<{ readonly mesh: FaceMesh; readonly points: readonly Point[] } | undefined>;
  /** Whatever the detector hardly sees too, in the first looks and in one second chance; the frame must have been lifted. */
  in(frame: Frame, chance: number): Promise<readonly ConsideredPlace[]>;
  close(): Promise<void>;
}

export async function openConsideredPlaces(): Promise<ConsideredPlaces> {
  const { networks } = await loadNetworks(modelPlaces());
  const { detect, landmarks, maskedPose } = networks;
  const finder = new FaceFinder({ detect, landmarks, ...(maskedPose === undefined ? {} : { maskedPose }) });
  return {
    plainFace: async (photo) => {
      const [face] = await finder.find(photo);
      const placed = face === undefined ? undefined : await finder.meshOf(photo, face);
      return placed === undefined || placed.settled ? undefined : placed;
    },
    in: async (frame, chance) => {
      const found: ConsideredPlace[] = [];
      const chances = secondChances(frame);
      for (const look of [...firstLooks(frame), ...chances.slice(chance, chance + 1)]) {
        const seen = await detectFaces(frame, look, { network: detect, minimumScore: leastScore });
        for (const face of seen.slice(0, mostOfLook)) found.push(await finder.meshOf(frame, face));
      }
      return found;
    },
    close: async () => {
      for (const network of Object.values(networks)) await network.close();
    },
  };
}

/** The frame as the finder sees it. */
export function asFinderSees(frame: Frame): Frame {
  return liftDark(frame, lightestPart(frame));
}

/** What the judging network is shown of a place, as bytes. */
export function judgedPicture(frame: Frame, points: readonly Point[]): Uint8Array {
  const input = new Float32Array(judgedSize * judgedSize * 3);
  writeJudged(frame, points, input);
  return Uint8Array.from(input, (value) => Math.max(0, Math.min(255, Math.round((value + 1) * 127.5))));
}

/** Moves `points` (a face's own) by a turn in radians, a scale, and a shift in distances between the eyes. */
export function movedPlace(
  points: readonly Point[],
  by: { readonly turn: number; readonly scale: number; readonly right: number; readonly down: number },
): readonly Point[] {
  const { a, b, tx, ty } = fitSimilarity(alignmentTemplate, points);
  const [cos, sin] = [Math.cos(by.turn) * by.scale, Math.sin(by.turn) * by.scale];
  const middle = alignedSize / 2;
  return alignmentTemplate.map(({ x, y }) => {
    const u = cos * (x - middle) - sin * (y - middle) + middle + by.right * eyesInTemplate;
    const v = sin * (x - middle) + cos * (y - middle) + middle + by.down * eyesInTemplate;
    return { x: a * u - b * v + tx, y: b * u + a * v + ty };
  });
}
