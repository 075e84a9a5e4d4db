import { createHash } from "node:crypto";
import { readdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createVision, ensureModels } from "@wardkey/models";
import {
  type MaskEvidenceWeights,
  maskEstimatorOf,
  modelPlaces,
  readRegistry,
  writeMaskEvidence,
} from "@wardkey/models/measuring";
import { type CalibrationFace, isHeldOut, ratesAt, thresholdFor, type Vectors } from "./evaluate-faces-calibration.js";
import { fitMaskEvidence, type MaskExample } from "./evaluate-faces-mask-evidence.js";
import { personOf } from "./evaluate-faces-pairs.js";
import { createPhotoReader, type PhotoReader, type PhotoTask } from "./evaluate-faces-photos.js";

const bareRate = 1e-4;
const maskedRate = 1e-3;
const maskEvidenceThreshold = 0.5;
const command = "node scripts/dist/src/evaluate-faces-calibrate.js --faces DIR --masks DIR --write";

/**
 * Fits the mask evidence and derives both thresholds from photos (one folder a person; and `with_mask`, `without_mask`),
 * a quarter of the people kept out and reported on. With `--write` it replaces the weights and the registry's figures.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ args: [...argv], options: { faces: text, masks: text, write: { type: "boolean" } } });
  if (values.faces === undefined || values.masks === undefined) {
    say(`usage: ${command}`);
    return 2;
  }
  await ensureModels({ progress: say });
  const vision = await createVision();
  try {
    const faces = await readFaces(values.faces, createPhotoReader(vision, values.faces));
    const examples = await readExamples(values.masks, createPhotoReader(vision, values.masks));
    const unusable = (await photosUnder(values.faces)).length - faces.length;
    await calibrate({ faces, unusable, examples, write: values.write === true });
  } finally {
    await vision.close();
  }
  return 0;
}

interface LabelledExample extends MaskExample {
  readonly photo: string;
}

export interface CalibrationInput {
  readonly faces: readonly CalibrationFace[];
  /** Photos in which no face was found, or one that is turned away. */
  readonly unusable: number;
  readonly examples: readonly LabelledExample[];
  readonly write: boolean;
}

export async function calibrate({ faces, unusable, examples, write }: CalibrationInput): Promise<void> {
  const fitted = faces.filter(({ person }) => !isHeldOut(person));
  const held = faces.filter(({ person }) => isHeldOut(person));
  const weights = fitMaskEvidence([...drawnExamples(fitted), ...examples.filter(({ photo }) => !isHeldOut(photo))]);
  const mask = {
    ...maskRates(
      examples.filter(({ photo }) => isHeldOut(photo)),
      weights,
      "photosHeldOut",
    ),
    ...maskRates(drawnExamples(held), weights, "peopleHeldOut"),
  };
  const thresholds = {
    bare: round(thresholdFor("bare", fitted, bareRate)),
    masked: round(thresholdFor("masked", fitted, maskedRate)),
  };
  say(JSON.stringify({ thresholds, mask }));
  const rates = {
    bare: ratesAt("bare", held, thresholds.bare),
    masked: ratesAt("masked", held, thresholds.masked),
  };
  const people = {
    calibrating: new Set(fitted.map(({ person }) => person)).size,
    heldOut: new Set(held.map(({ person }) => person)).size,
    photosWithoutUsableFace: unusable,
  };
  say(JSON.stringify({ rates, people }, null, 2));
  if (write) await writeFigures({ weights, mask, rates, people });
}

/** Every fourth photo, bare and with a drawn mask; each counts half as much as a photo of the mask collection. */
function drawnExamples(faces: readonly CalibrationFace[]): LabelledExample[] {
  const some = faces.filter((_, index) => index % 4 === 0);
  return some.flatMap(({ photo, bareProbe, maskedProbe }) => {
    const bare = { photo, features: bareProbe.maskFeatures, masked: false, weight: 0.5 };
    return maskedProbe === undefined
      ? [bare]
      : [bare, { photo, features: maskedProbe.maskFeatures, masked: true, weight: 0.5 }];
  });
}

function maskRates(examples: readonly LabelledExample[], weights: MaskEvidenceWeights, where: string) {
  const estimate = maskEstimatorOf(weights);
  const share = (masked: boolean) => {
    const own = examples.filter((example) => example.masked === masked);
    const wrong = own.filter(({ features }) => estimate(features) >= maskEvidenceThreshold !== masked);
    return round(wrong.length / Math.max(1, own.length));
  };
  return {
    [`${where}MaskMissed`]: share(true),
    [`${where}MaskImagined`]: share(false),
    [`${where}Photos`]: examples.length,
  };
}

async function readFaces(root: string, reader: PhotoReader): Promise<readonly CalibrationFace[]> {
  const faces: CalibrationFace[] = [];
  for (const [index, photo] of (await photosUnder(root)).entries()) {
    const enrolled = await readVectors(reader, { photo, maskSeed: undefined, enrolled: true });
    const bareProbe = await readVectors(reader, { photo, maskSeed: undefined, enrolled: false });
    const maskedProbe = await readVectors(reader, { photo, maskSeed: index, enrolled: false });
    if (enrolled !== undefined && bareProbe !== undefined) {
      faces.push({ person: personOf(photo), photo, enrolled, bareProbe, maskedProbe });
    }
    if (index % 500 === 499) say(`${index + 1} photos read`);
  }
  return faces;
}

async function readExamples(root: string, reader: PhotoReader): Promise<readonly LabelledExample[]> {
  const examples: LabelledExample[] = [];
  for (const photo of await photosUnder(root)) {
    const face = await readVectors(reader, { photo, maskSeed: undefined, enrolled: false });
    if (face === undefined) continue;
    examples.push({ photo, features: face.maskFeatures, masked: photo.startsWith("with_mask/"), weight: 1 });
  }
  return examples;
}

async function readVectors(reader: PhotoReader, task: PhotoTask): Promise<Vectors | undefined> {
  const face = await reader.read({ ...task, bothBranches: true });
  if (face?.upper === undefined || face.turned) return undefined;
  return { whole: face.whole, upper: face.upper, maskFeatures: face.maskFeatures };
}

async function photosUnder(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /\.(jpe?g|png|webp)$/i.test(entry.name));
  return files.map((entry) => join(entry.parentPath, entry.name).slice(resolve(root).length + 1)).sort();
}

async function writeFigures(figures: {
  readonly weights: MaskEvidenceWeights;
  readonly mask: Readonly<Record<string, number>>;
  readonly rates: Readonly<Record<"bare" | "masked", ReturnType<typeof ratesAt>>>;
  readonly people: Readonly<Record<string, number>>;
}): Promise<void> {
  const { registryPath } = modelPlaces();
  const registry = await readRegistry(registryPath);
  const { source } = registry.models.embed;
  const embedder = source.kind === "package" ? source.onnx.sha256 : source.sha256;
  const file = "mask-evidence/weights.f32";
  const bytes = writeMaskEvidence(figures.weights);
  await writeFile(resolve(dirname(registryPath), file), bytes);
  const { impostorPairs: barePairs, genuinePairs: bareGenuine, ...bare } = figures.rates.bare;
  const { impostorPairs: maskedPairs, genuinePairs: maskedGenuine, ...masked } = figures.rates.masked;
  const pairs = { barePairs, bareGenuine, maskedPairs, maskedGenuine };
  const changed = {
    ...registry,
    maskEvidence: { file, sha256: createHash("sha256").update(bytes).digest("hex"), embedder },
    thresholds: { ...registry.thresholds, bare, masked, maskEvidence: maskEvidenceThreshold },
    calibration: [
      {
        what: "Thresholds from pairs of people who were not held out, rates on people who were; masks drawn (simulated)",
        command,
        figures: { targetBare: bareRate, targetMasked: maskedRate, ...figures.people, ...pairs, ...figures.mask },
      },
    ],
  };
  await writeFile(registryPath, `${JSON.stringify(changed, null, 2)}\n`);
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
