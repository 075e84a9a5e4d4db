import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Branch, ensureModels, shippedRates } from "@wardkey/models";
import { createVisionToCalibrate, matchingRoles, readMaskTemplates } from "@wardkey/models/measuring";
import { EvaluationError } from "./evaluate/evaluation-error.js";
import { orRefused, orUsage, UnreadablePictures } from "./evaluate/refusals.js";
import { type CalibrationFace, comparisonsOf, isHeldOut } from "./evaluate-faces-calibration.js";
import { type DerivedPoints, deriveOperatingPoints } from "./evaluate-faces-operating-points.js";
import { personOf } from "./evaluate-faces-pairs.js";
import { createPhotoReader, type Photo, type PhotoReader, wearPictures } from "./evaluate-faces-photos.js";
import { photosUnder } from "./photos-under.js";
import { putThresholds } from "./put-thresholds.js";

const command = "node scripts/dist/src/evaluate-faces-calibrate.js --faces DIR [--mask-templates DIR] --write";

/**
 * Derives the thresholds of both branches for every stated false match rate from photos (one folder a person), a quarter
 * of the people kept out and reported on. Masks are put on as pictures (simulated): our own three, which nothing was
 * trained on, or others. With `--write` it replaces the registry's operating points. Exit code 0; 2 with a coded line on
 * stderr when an input is refused.
 */
export function main(argv: readonly string[]): Promise<number> {
  return orRefused(() => measure(argv), say);
}

async function measure(argv: readonly string[]): Promise<number> {
  const text = { type: "string" } as const;
  const options = { faces: text, "mask-templates": text, write: { type: "boolean" } } as const;
  const { values } = orUsage(() => parseArgs({ args: [...argv], options }), command);
  if (values.faces === undefined) throw new EvaluationError("arguments", `usage: ${command}`);
  const photos = await photosUnder(values.faces);
  const pictures = values["mask-templates"];
  await ensureModels({ progress: say });
  const vision = await createVisionToCalibrate();
  try {
    const wear = wearPictures(await readMaskTemplates(pictures));
    const faces = await readFaces(photos, createPhotoReader(vision, values.faces, wear));
    const figures = calibrate(faces);
    const more = { photosWithoutUsableFace: photos.length - faces.length };
    say(JSON.stringify({ ...figures, ...more }, null, 2));
    if (values.write === true)
      await writeFigures(figures, { ...more, masks: pictures === undefined ? "the three of models/masks" : "others" });
  } finally {
    await vision.close();
  }
  return 0;
}

export interface Calibration {
  readonly bare: DerivedPoints;
  readonly masked: DerivedPoints;
  /** The rates of the default operating point, by its rule. */
  readonly shipped: ReturnType<typeof shippedRates>;
  readonly people: { readonly calibrating: number; readonly heldOut: number };
}

/** Thresholds from pairs of people who are not held out, rates on people who are. */
export function calibrate(faces: readonly CalibrationFace[]): Calibration {
  const fitted = faces.filter(({ person }) => !isHeldOut(person));
  const held = faces.filter(({ person }) => isHeldOut(person));
  const derive = (branch: Branch) =>
    deriveOperatingPoints({ fitted: comparisonsOf(branch, fitted), held: comparisonsOf(branch, held) });
  const [bare, masked] = [derive("bare"), derive("masked")];
  return {
    bare,
    masked,
    shipped: shippedRates({ masked: masked.points }),
    people: { calibrating: peopleIn(fitted), heldOut: peopleIn(held) },
  };
}

const peopleIn = (faces: readonly CalibrationFace[]): number => new Set(faces.map(({ person }) => person)).size;

async function readFaces(photos: readonly string[], reader: PhotoReader): Promise<readonly CalibrationFace[]> {
  const faces: CalibrationFace[] = [];
  const unreadable = new UnreadablePictures(say);
  for (const [index, photo] of photos.entries()) {
    const looks = await reader.look(photo, [
      { maskSeed: undefined, enrolled: true },
      { maskSeed: undefined, enrolled: false },
      { maskSeed: index, enrolled: false, bothBranches: true },
    ]);
    if (looks[0]?.outcome === "failed" && looks[0].refusal !== undefined) unreadable.add(looks[0].refusal);
    const [enrolled, bareProbe, maskedProbe] = looks.map(vectorsIn);
    if (enrolled?.masked !== undefined && bareProbe !== undefined) {
      faces.push({ person: personOf(photo), photo, enrolled, bareProbe, maskedProbe });
    }
    if (index % 500 === 499) say(`${index + 1} photos read`);
  }
  unreadable.end();
  return faces;
}

function vectorsIn(photo: Photo): CalibrationFace["maskedProbe"] {
  return photo.outcome === "face" && !photo.face.turned ? photo.face.vectors : undefined;
}

async function writeFigures(
  { bare, masked, people }: Calibration,
  more: Readonly<Record<string, number | string>>,
): Promise<void> {
  const pairs = {
    barePairs: bare.impostorPairs,
    bareGenuine: bare.genuinePairs,
    maskedPairs: masked.impostorPairs,
    maskedGenuine: masked.genuinePairs,
  };
  const calibration = [
    {
      what: "Thresholds from pairs of people who were not held out, rates on people who were; masks simulated",
      command,
      figures: { ...people, ...pairs, ...more },
    },
  ];
  await putThresholds(matchingRoles, { bare: bare.points, masked: masked.points, calibration });
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
