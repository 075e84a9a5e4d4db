import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import process from "node:process";
import { finished } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  createVision,
  decodeImage,
  drawSyntheticMask,
  ensureModels,
  type Frame,
  type FrameFindings,
  ModelsError,
  type Vision,
} from "@wardkey/models";
import {
  type AttackKind,
  attackKinds,
  passiveLength,
  simulateOrdinaryCapture,
  simulateRecapture,
  writePassiveInput,
} from "@wardkey/models/measuring";
import { EvaluationError } from "./evaluate/evaluation-error.js";
import { orRefused, orUsage } from "./evaluate/refusals.js";
import { isHeldOut } from "./evaluate-faces-calibration.js";
import { personOf } from "./evaluate-faces-pairs.js";
import { foldOf } from "./evaluate-liveness-folds.js";
import { hashOf } from "./name-hash.js";
import { orUnreadable } from "./photos-under.js";

const usage =
  "node scripts/dist/src/evaluate-liveness-crops.js --faces DIR --masks DIR --out DIR [--photos N] [--skip N]";
const attacksOfEach: Readonly<Record<AttackKind, number>> = { print: 2, screen: 2, "cut-out": 1, "masked-print": 1 };
const ordinaryCaptures = 3;
const photosAPerson = 3;

/** One example: which network input it is in `crops.u8`, and what it shows. */
interface Example {
  readonly kind: "live" | AttackKind;
  readonly fold: "train" | "tune";
  /** Drawn over, or photographed with one. */
  readonly masked: boolean;
  /** The photo as it is, without a simulated camera. */
  readonly untouched: boolean;
  readonly photo: number;
}

/**
 * Writes what the passive network learns from: bona fide photos, ordinary captures of them and simulated attacks, as the
 * network's own input, bytes, one after another, with a line of JSON for each. People who are held out are never read.
 * Exit code 0; 2 with a coded line on stderr when an input is refused.
 */
export function main(argv: readonly string[]): Promise<number> {
  return orRefused(() => writeCrops(argv), say);
}

async function writeCrops(argv: readonly string[]): Promise<number> {
  const text = { type: "string" } as const;
  const options = { faces: text, masks: text, out: text, photos: text, skip: text };
  const { values } = orUsage(() => parseArgs({ args: [...argv], options }), usage);
  const { faces, masks, out, photos = "4000", skip = "0" } = values;
  if (faces === undefined || masks === undefined || out === undefined) {
    throw new EvaluationError("arguments", `usage: ${usage}`);
  }
  const chosen = shuffled([...(await photosOfPeople(faces)), ...(await photosOfMasks(masks))]);
  await ensureModels({ progress: say });
  const vision = await createVision();
  try {
    await mkdir(out, { recursive: true });
    await writeExamples(vision, chosen.slice(0, Number(skip) + Number(photos)), Number(skip), out);
  } finally {
    await vision.close();
  }
  return 0;
}

interface Source {
  readonly path: string;
  readonly fold: "train" | "tune";
  readonly masked: boolean;
}

async function photosOfPeople(root: string): Promise<readonly Source[]> {
  const taken = new Map<string, number>();
  const names = await orUnreadable(root, () => readdir(root, { recursive: true }));
  const photos = names.filter((name) => name.endsWith(".jpg")).sort();
  return photos.flatMap((photo) => {
    const person = personOf(photo);
    const before = taken.get(person) ?? 0;
    if (isHeldOut(person) || before >= photosAPerson) return [];
    taken.set(person, before + 1);
    return [{ path: join(root, photo), fold: foldOf(person), masked: false }];
  });
}

async function photosOfMasks(root: string): Promise<readonly Source[]> {
  const sources = [];
  for (const folder of ["with_mask", "without_mask"]) {
    const names = await orUnreadable(join(root, folder), () => readdir(join(root, folder)));
    for (const name of names.sort()) {
      const photo = relative(root, join(root, folder, name));
      if (isHeldOut(photo)) continue;
      sources.push({ path: join(root, photo), fold: foldOf(photo), masked: folder === "with_mask" });
    }
  }
  return sources;
}

function shuffled(sources: readonly Source[]): readonly Source[] {
  const places = new Map(sources.map((source) => [source, hashOf(source.path.split("/").slice(-2).join("/"))]));
  return [...sources].sort((one, other) => (places.get(one) ?? 0) - (places.get(other) ?? 0));
}

async function writeExamples(vision: Vision, sources: readonly Source[], skip: number, out: string): Promise<void> {
  const crops = createWriteStream(join(out, "crops.u8"));
  const lines = createWriteStream(join(out, "examples.jsonl"));
  let written = 0;
  const input = new Float32Array(passiveLength);
  let behind: Frame | undefined;
  for (const [index, source] of sources.entries()) {
    // What is drawn follows from a photo's place among all, so that parts written apart do not draw alike.
    if (index < skip) continue;
    const { fold, masked } = source;
    const add = async (frame: Frame, example: Omit<Example, "fold" | "photo">): Promise<void> => {
      const { face } = await vision.analyse(frame);
      if (face === undefined) return;
      const { x, y, width, height } = face.box;
      writePassiveInput(frame, { centre: { x: x + width / 2, y: y + height / 2 }, width, height }, input);
      const bytes = new Uint8Array(passiveLength);
      for (let at = 0; at < passiveLength; at++) bytes[at] = Math.round((input[at] ?? 0) * 255);
      if (!crops.write(bytes)) await once(crops, "drain");
      lines.write(`${JSON.stringify({ ...example, fold, photo: index } satisfies Example)}\n`);
      written++;
    };
    const read = await readPhoto(vision, source.path);
    if (read === undefined) continue;
    const { frame, mesh } = read;
    await add(frame, { kind: "live", masked, untouched: true });
    for (let copy = 0; copy < ordinaryCaptures; copy++) {
      const wearing = !masked && copy === 0;
      const seed = index * 16 + copy;
      const shown = wearing ? { ...frame, data: Uint8Array.from(frame.data) } : frame;
      if (wearing)
        drawSyntheticMask(shown, mesh, { colour: maskColours[index % maskColours.length] ?? [236, 238, 240], seed });
      if (wearing && index % 3 === 0) await add(shown, { kind: "live", masked: true, untouched: true });
      await add(await simulateOrdinaryCapture(shown, { seed }), {
        kind: "live",
        masked: masked || wearing,
        untouched: false,
      });
    }
    for (const kind of attackKinds) {
      for (let copy = 0; copy < attacksOfEach[kind]; copy++) {
        const attack = { kind, seed: index * 16 + copy, ...((index + copy) % 4 !== 0 && behind ? { behind } : {}) };
        await add(await simulateRecapture(frame, mesh, attack), {
          kind,
          masked: masked || kind === "masked-print",
          untouched: false,
        });
      }
    }
    behind = frame;
    if (index % 100 === 99) say(`${index + 1} of ${sources.length} photos, ${written} examples`);
  }
  for (const file of [crops, lines]) {
    file.end();
    await finished(file);
  }
}

const maskColours = [
  [158, 196, 214],
  [236, 238, 240],
  [60, 64, 72],
  [120, 170, 150],
  [40, 60, 130],
] as const;

async function readPhoto(
  vision: Vision,
  path: string,
): Promise<
  { readonly frame: Frame; readonly mesh: NonNullable<NonNullable<FrameFindings["face"]>["mesh"]> } | undefined
> {
  try {
    const frame = await decodeImage(path);
    const { face } = await vision.analyse(frame, { landmarks: true });
    return face?.mesh === undefined ? undefined : { frame, mesh: face.mesh };
  } catch (refusal) {
    if (refusal instanceof ModelsError) return undefined;
    throw refusal;
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
