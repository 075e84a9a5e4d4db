import { readdir } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { createVision, decodeImage, ensureModels, type Frame, type Point, type Vision } from "@wardkey/models";
import { type MaskTemplate, readMaskTemplates, wearMask } from "@wardkey/models/measuring";
import { orRefused, writeReport } from "./evaluate/refusals.js";
import { isHeldOut } from "./evaluate-faces-calibration.js";
import { showScene } from "./finding/scenes.js";
import { type FindingSettings, readFindingSettings } from "./finding/settings.js";
import { SceneTally } from "./finding/tally.js";
import { peopleUnder, pictureNames } from "./photos-under.js";

interface Photo {
  readonly frame: Frame;
  readonly masked: Frame;
  readonly eyes: readonly [Point, Point];
}

/**
 * Measures how often the face of a photo is found, at sizes, tilts and in light that are simulated, with and without a
 * simulated mask; one photo of each person of a folder of folders. Exit code 0; 2 with a coded line when refused.
 */
export function main(argv: readonly string[]): Promise<number> {
  return orRefused(() => evaluate(argv), say);
}

async function evaluate(argv: readonly string[]): Promise<number> {
  const settings = readFindingSettings(argv);
  await ensureModels({ progress: say });
  const vision = await createVision();
  try {
    const report = await measure(vision, settings);
    await writeReport(settings.json, `${JSON.stringify(report, null, 2)}\n`);
  } finally {
    await vision.close();
  }
  return 0;
}

async function measure(vision: Vision, settings: FindingSettings) {
  const templates = await readMaskTemplates();
  const tallies = settings.scenes.map((scene) => ({ scene, tally: new SceneTally(scene.name) }));
  const photos = await photosOf(settings);
  let withoutFace = 0;
  for (const [index, path] of photos.entries()) {
    const photo = await readPhoto(vision, path, { template: templates[index % templates.length], seed: index });
    if (photo === undefined) withoutFace++;
    for (const [place, { scene, tally }] of tallies.entries()) {
      if (photo === undefined) {
        tally.count(undefined, undefined, 0);
        continue;
      }
      const source = scene.masked === true ? photo.masked : photo.frame;
      const seed = place * 7919 + index;
      const shown = await showScene(source, photo.eyes, { scene, seed });
      const begun = performance.now();
      const found = await vision.analyse(shown.frame, { landmarks: true });
      tally.count(found, shown.eyes, performance.now() - begun);
    }
    if (index % 20 === 19) say(`${index + 1} of ${photos.length} photos`);
  }
  const conditions = "sizes, tilts, darkness and masks are simulated; a photo's own eyes are taken from the bare photo";
  const { people } = settings;
  return {
    people,
    photos: photos.length,
    withoutFace,
    conditions,
    scenes: tallies.map(({ tally }) => tally.figures()),
  };
}

/** The first photo of each person, spread evenly over them. */
async function photosOf({ root, people, photos }: FindingSettings): Promise<readonly string[]> {
  const names = await peopleUnder(root);
  const chosen = names.filter((name) => people === "all" || isHeldOut(name) === (people === "held-out"));
  const spread = chosen.filter((_, index) => (index * photos) % chosen.length < photos);
  const paths = await Promise.all(
    spread.map(async (name) => {
      const [first] = (await readdir(join(root, name))).filter((file) => pictureNames.test(file)).sort();
      return first === undefined ? [] : [join(root, name, first)];
    }),
  );
  return paths.flat();
}

async function readPhoto(
  vision: Vision,
  path: string,
  { template, seed }: { readonly template: MaskTemplate | undefined; readonly seed: number },
): Promise<Photo | undefined> {
  const frame = await decodeImage(path);
  const { face } = await vision.analyse(frame, { landmarks: true });
  const [left, right] = face?.landmarks5 ?? [];
  if (face?.mesh === undefined || left === undefined || right === undefined || template === undefined) return undefined;
  const masked = { ...frame, data: Uint8Array.from(frame.data) };
  wearMask(masked, face.mesh, template, { seed });
  face.mesh.overwrite();
  return { frame, masked, eyes: [left, right] };
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
