import { readdir } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { decodeImage, drawSyntheticMask, type Frame, type Vision } from "@wardkey/models";
import { attackKinds, simulateOrdinaryCapture, simulateRecapture } from "@wardkey/models/measuring";
import { EvaluationError } from "./evaluate/evaluation-error.js";
import { personOf } from "./evaluate-faces-pairs.js";
import { isChosen, type PeopleChoice } from "./evaluate-liveness-folds.js";
import { pictureNames } from "./photos-under.js";

/** One attempt at the camera, by a person or an attack: the frames of it, one after another. */
export interface PresentationSource {
  /** "live", or the attack instrument's name. */
  readonly kind: string;
  /** Which sort of bona fide presentation, reported beside the kind. */
  readonly group: string;
  /** Whom it shows, where several presentations are made of one person's photos. */
  readonly person?: string;
  frames(): AsyncIterable<Frame>;
}

const mostPictures = 200_000;

/**
 * The presentations under `root`: pictures in `live/` and in `attack/<kind>/`, each a presentation of its own; a folder
 * below those holds the frames of one. Refuses with `folder-unreadable`, `no-pictures` or `too-many-pictures`.
 */
export async function presentationsIn(root: string): Promise<readonly PresentationSource[]> {
  const attacks = await foldersIn(join(root, "attack"));
  const places = [
    { kind: "live", folder: join(root, "live") },
    ...attacks.map((kind) => ({ kind, folder: join(root, "attack", kind) })),
  ];
  const found = [];
  for (const { kind, folder } of places) found.push(...(await presentationsOf(kind, folder)));
  return found;
}

async function presentationsOf(kind: string, folder: string): Promise<readonly PresentationSource[]> {
  const attempts = new Map<string, string[]>();
  for (const picture of await picturesUnder(folder)) {
    const [first = picture, ...below] = relative(folder, picture).split("/");
    const attempt = below.length === 0 ? picture : first;
    attempts.set(attempt, [...(attempts.get(attempt) ?? []), picture]);
  }
  return [...attempts.values()].map((pictures) => ({
    kind,
    group: kind,
    async *frames() {
      for (const picture of pictures) yield await decodeImage(picture);
    },
  }));
}

export interface Simulation {
  /** Folders of bona fide photos, one a person, or photos alone. */
  readonly photos: string;
  readonly people: PeopleChoice;
  /** At most so many photos, spread over all of them. */
  readonly most: number;
  /** Frames of each presentation. */
  readonly frames: number;
  /** Needed to draw masks, and to cut along a head. */
  readonly vision: Vision;
  readonly seed: number;
}

/**
 * For each photo, simulated: the person before the kiosk's camera, bare and with a drawn mask, and an attack of every kind.
 * With one frame the photo as it is counts as a bona fide presentation too.
 */
export async function* simulatedPresentations(simulation: Simulation): AsyncIterable<PresentationSource> {
  const { frames, vision, seed } = simulation;
  const chosen = await choosePhotos(simulation);
  for (const [index, photo] of chosen.entries()) {
    const read = once(() => readFace(vision, photo));
    const behind = once(() => decodeImage(chosen[(index + 1) % chosen.length] ?? photo));
    const person = personOf(relative(simulation.photos, photo));
    const made = (group: string, kind: string, make: (frame: number) => Promise<Frame | undefined>) => ({
      kind,
      group,
      person,
      async *frames() {
        for (let frame = 0; frame < frames; frame++) {
          const picture = await make(frame);
          if (picture !== undefined) yield picture;
        }
      },
    });
    const own = seed + index;
    const bare = made("live, bare", "live", async (frame) => {
      const shown = await read();
      return shown && simulateOrdinaryCapture(shown.photo, { seed: own, frame });
    });
    const masked = made("live, drawn mask", "live", async (frame) => {
      const shown = await read();
      return shown && simulateOrdinaryCapture(withMask(shown, own), { seed: own + 1, frame });
    });
    const attacks = attackKinds.map((kind) =>
      made(kind, kind, async (frame) => {
        const shown = await read();
        if (shown === undefined) return undefined;
        const around = own % 3 === 0 ? {} : { behind: await behind() };
        return simulateRecapture(shown.photo, shown.mesh, { kind, seed: own, frame, ...around });
      }),
    );
    const untouched = made("live, photo as it is", "live", async () => (await read())?.photo);
    yield* [...(frames === 1 ? [untouched] : []), bare, masked, ...attacks];
  }
}

/** The photos in which there is a face, one after another. */
export async function* facesIn(simulation: Omit<Simulation, "frames" | "seed">): AsyncIterable<FaceInPhoto> {
  for (const photo of await choosePhotos(simulation)) {
    const face = await readFace(simulation.vision, photo);
    if (face !== undefined) yield face;
  }
}

async function choosePhotos({ photos, people, most }: Omit<Simulation, "frames" | "seed">): Promise<readonly string[]> {
  const all = (await picturesUnder(photos)).filter((photo) => isChosen(personOf(relative(photos, photo)), people));
  if (all.length === 0) throw new EvaluationError("no-pictures", `${photos} holds no photo to simulate with`);
  const stride = Math.max(1, all.length / most);
  return Array.from({ length: Math.min(all.length, most) }, (_, index) => all[Math.floor(index * stride)] ?? "");
}

export interface FaceInPhoto {
  readonly photo: Frame;
  readonly mesh: Parameters<typeof simulateRecapture>[1];
}

async function readFace(vision: Vision, path: string): Promise<FaceInPhoto | undefined> {
  const photo = await decodeImage(path);
  const { face } = await vision.analyse(photo, { landmarks: true });
  return face?.mesh && { photo, mesh: face.mesh };
}

const maskColours = [
  [158, 196, 214],
  [236, 238, 240],
  [60, 64, 72],
] as const;

function withMask({ photo, mesh }: FaceInPhoto, seed: number): Frame {
  const masked = { ...photo, data: Uint8Array.from(photo.data) };
  drawSyntheticMask(masked, mesh, { colour: maskColours[seed % maskColours.length] ?? maskColours[0], seed });
  return masked;
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readOrRefuse(folder, () => readdir(folder, { withFileTypes: true }));
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
}

async function picturesUnder(folder: string): Promise<readonly string[]> {
  const names = await readOrRefuse(folder, () => readdir(folder, { recursive: true }));
  const pictures = names.filter((name) => pictureNames.test(name) && !basename(name).startsWith(".")).sort();
  if (pictures.length === 0)
    throw new EvaluationError("no-pictures", `${folder} holds no picture; put JPEG, PNG or WebP there`);
  if (pictures.length > mostPictures) {
    throw new EvaluationError("too-many-pictures", `${folder} holds more than ${mostPictures}; split it`);
  }
  return pictures.map((name) => join(folder, name));
}

async function readOrRefuse<Value>(folder: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (cause) {
    throw new EvaluationError(
      "folder-unreadable",
      `${folder} cannot be read; give --root a folder with live/ and attack/<kind>/, or --simulate one with photos`,
      { cause },
    );
  }
}
