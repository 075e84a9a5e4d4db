import { resolve } from "node:path";
import {
  decodeImage,
  drawSyntheticMask,
  type FaceMesh,
  type Frame,
  ModelsError,
  type ModelsErrorCode,
  type Vision,
} from "@wardkey/models";
import { type MaskTemplate, type MeasuredFace, measureEmbedding, wearMask } from "@wardkey/models/measuring";
import { farAway } from "./evaluate/far-away.js";

// Enough for a median; taking the times costs a second look at each photo.
const timedPhotos = 200;

/** The three colours in which a mask is drawn, taken in turn. */
const maskColours = [
  [158, 196, 214],
  [236, 238, 240],
  [60, 64, 72],
] as const;

/** Puts a mask on a face, in place; the number chooses which and how it sits. */
export type MaskWearer = (frame: Frame, mesh: FaceMesh, seed: number) => void;

/** Masks that are drawn, without a picture of one. */
export const wearDrawnMask: MaskWearer = (frame, mesh, seed) => {
  drawSyntheticMask(frame, mesh, { colour: maskColours[seed % maskColours.length] ?? maskColours[0], seed });
};

/** Mask pictures, taken in turn. */
export function wearPictures(templates: readonly MaskTemplate[]): MaskWearer {
  return (frame, mesh, seed) => {
    const template = templates[seed % templates.length];
    if (template !== undefined) wearMask(frame, mesh, template, { seed });
  };
}

/** One way of looking at a photo. */
export interface PhotoLook {
  /** Puts a mask on first, varied by this number. */
  readonly maskSeed: number | undefined;
  /** As at enrolment: the vectors of all branches, each with its mirror image. */
  readonly enrolled: boolean;
  /** The masked branch even of a face that looks bare. */
  readonly bothBranches?: boolean;
  /** How many times as far as in the photo (simulated); 1 when absent. */
  readonly farther?: number;
}

export interface PhotoTask extends PhotoLook {
  readonly photo: string;
}

export type FailureReason = "no-face" | "no-face-under-mask" | ModelsErrorCode;

/** What a look gave: a face, or why there is none; `refusal` names file and remedy of a photo that cannot be read. */
export type Photo =
  | { readonly outcome: "face"; readonly face: MeasuredFace }
  | { readonly outcome: "failed"; readonly reason: FailureReason; readonly refusal?: string };

export interface PhotoReader {
  /** Reads a photo once and looks at it in each of the ways. */
  look(photo: string, looks: readonly PhotoLook[]): Promise<readonly Photo[]>;
  /** One look; undefined where no face is found or the photo cannot be decoded. */
  read(task: PhotoTask): Promise<MeasuredFace | undefined>;
  readonly milliseconds: { readonly detect: readonly number[]; readonly embed: readonly number[] };
}

/** A photo as near as it is looked at, with the landmarks where masks are put on. */
interface Shown {
  readonly frame: Frame;
  readonly mesh: FaceMesh | undefined;
}

/** Reads photos through the same pipeline as the agent's, and takes the times of its two halves. */
export function createPhotoReader(vision: Vision, root: string, wear: MaskWearer = wearDrawnMask): PhotoReader {
  const milliseconds = { detect: [] as number[], embed: [] as number[] };
  const embed = async (frame: Frame, { enrolled, bothBranches = enrolled }: PhotoLook): Promise<Photo> => {
    const timed = milliseconds.embed.length < timedPhotos;
    const begun = performance.now();
    if (timed) await vision.analyse(frame, { landmarks: true });
    const found = performance.now();
    const { face } = await vision.analyse(frame, { embedding: true, forTemplate: enrolled, bothBranches });
    if (timed && !enrolled) {
      milliseconds.detect.push(found - begun);
      // The second call finds the face again before it embeds it.
      milliseconds.embed.push(performance.now() - found - (found - begun));
    }
    if (face?.embedding === undefined) return { outcome: "failed", reason: "no-face" };
    const measured = measureEmbedding(face.embedding);
    face.embedding.overwrite();
    return { outcome: "face", face: measured };
  };
  const embedMasked = async ({ frame, mesh }: Shown, look: PhotoLook): Promise<Photo> => {
    if (mesh === undefined) return { outcome: "failed", reason: "no-face" };
    const worn = { ...frame, data: Uint8Array.from(frame.data) };
    wear(worn, mesh, look.maskSeed ?? 0);
    const photo = await embed(worn, look);
    return photo.outcome === "face" ? photo : { outcome: "failed", reason: "no-face-under-mask" };
  };
  const show = async (frame: Frame, farther: number, masked: boolean): Promise<Shown> => {
    const shown = farther === 1 ? frame : await farAway(frame, farther);
    return { frame: shown, mesh: masked ? (await vision.analyse(shown, { landmarks: true })).face?.mesh : undefined };
  };
  const look = async (photo: string, looks: readonly PhotoLook[]): Promise<readonly Photo[]> => {
    const frame = await decodeOrSkip(resolve(root, photo));
    if (frame instanceof ModelsError) {
      return looks.map(() => ({ outcome: "failed", reason: frame.code, refusal: frame.message }));
    }
    // A photo may be the live one of many pairs, each under a mask of its own.
    const masked = looks.some(({ maskSeed }) => maskSeed !== undefined);
    const shown = new Map<number, Shown>();
    const photos: Photo[] = [];
    for (const one of looks) {
      const { farther = 1 } = one;
      const seen = shown.get(farther) ?? (await show(frame, farther, masked));
      shown.set(farther, seen);
      photos.push(one.maskSeed === undefined ? await embed(seen.frame, one) : await embedMasked(seen, one));
    }
    for (const { mesh } of shown.values()) mesh?.overwrite();
    return photos;
  };
  return {
    milliseconds,
    look,
    async read({ photo, ...one }) {
      const [seen] = await look(photo, [one]);
      return seen?.outcome === "face" ? seen.face : undefined;
    },
  };
}

async function decodeOrSkip(path: string): Promise<Frame | ModelsError> {
  try {
    return await decodeImage(path);
  } catch (error) {
    if (error instanceof ModelsError) return error;
    throw error;
  }
}
