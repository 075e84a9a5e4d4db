import { resolve } from "node:path";
import { decodeImage, drawSyntheticMask, type Frame, ModelsError, type Vision } from "@wardkey/models";
import { type MeasuredFace, measureEmbedding } from "@wardkey/models/measuring";

// Enough for a median; taking the times costs a second look at each photo.
const timedPhotos = 200;

/** The three colours in which a mask is drawn, taken in turn. */
const maskColours = [
  [158, 196, 214],
  [236, 238, 240],
  [60, 64, 72],
] as const;

export interface PhotoTask {
  readonly photo: string;
  /** Draws a mask first, varied by this number. */
  readonly maskSeed: number | undefined;
  /** As at enrolment: both branches, each with its mirror image. */
  readonly enrolled: boolean;
  /** The masked branch even of a face that looks bare. */
  readonly bothBranches?: boolean;
}

export interface PhotoReader {
  /** The face of a photo; undefined where none is found or the photo cannot be decoded. */
  read(task: PhotoTask): Promise<MeasuredFace | undefined>;
  readonly milliseconds: { readonly detect: readonly number[]; readonly embed: readonly number[] };
}

/** Reads photos through the same pipeline as the agent's, and takes the times of its two halves. */
export function createPhotoReader(vision: Vision, root: string): PhotoReader {
  const milliseconds = { detect: [] as number[], embed: [] as number[] };
  return {
    milliseconds,
    async read({ photo, maskSeed, enrolled, bothBranches = false }) {
      const frame = await decodeOrSkip(resolve(root, photo));
      if (frame === undefined) return undefined;
      if (maskSeed !== undefined && !(await drawMask(vision, frame, maskSeed))) return undefined;
      const timed = milliseconds.embed.length < timedPhotos;
      const begun = performance.now();
      if (timed) await vision.analyse(frame, { landmarks: true });
      const found = performance.now();
      const { face } = await vision.analyse(frame, { embedding: true, mirrored: enrolled, bothBranches });
      if (timed) {
        milliseconds.detect.push(found - begun);
        // The second call finds the face again before it embeds it.
        milliseconds.embed.push(performance.now() - found - (found - begun));
      }
      if (face?.embedding === undefined) return undefined;
      const measured = measureEmbedding(face.embedding);
      face.embedding.overwrite();
      return measured;
    },
  };
}

async function drawMask(vision: Vision, frame: Frame, seed: number): Promise<boolean> {
  const { face } = await vision.analyse(frame, { landmarks: true });
  if (face?.mesh === undefined) return false;
  const colour = maskColours[seed % maskColours.length] ?? maskColours[0];
  drawSyntheticMask(frame, face.mesh, { colour, seed });
  return true;
}

async function decodeOrSkip(path: string): Promise<Frame | undefined> {
  try {
    return await decodeImage(path);
  } catch (error) {
    if (error instanceof ModelsError) return undefined;
    throw error;
  }
}
