import { createWriteStream } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { finished } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { decodeImage, ensureModels } from "@wardkey/models";
import { openConsideredPlaces, readMaskTemplates, sequence } from "@wardkey/models/measuring";
import { EvaluationError } from "./evaluate/evaluation-error.js";
import { orRefused, orUsage } from "./evaluate/refusals.js";
import { isHeldOut } from "./evaluate-faces-calibration.js";
import { examplesOf, type FindingExample } from "./finding/training-examples.js";
import { peopleUnder } from "./photos-under.js";

const usage = "node scripts/dist/src/evaluate-finding-crops.js --faces DIR --mask-templates DIR --out DIR [--photos N]";
const rendersOfPhoto = 3;
// People kept for choices between versions of the finder: they are not learnt from.
const keptForChoices = 120;

/**
 * Writes what the network learns from that judges whether a face is where it was seen: pictures as it gets them, bytes, one
 * after another, with a line of JSON for each. People who are held out are never read. Exit code 0; 2 with a coded line on stderr
 * when an input is refused.
 */
export function main(argv: readonly string[]): Promise<number> {
  return orRefused(() => writeExamples(argv), say);
}

async function writeExamples(argv: readonly string[]): Promise<number> {
  const text = { type: "string" } as const;
  const options = { faces: text, "mask-templates": text, out: text, photos: text };
  const { values } = orUsage(() => parseArgs({ args: [...argv], options }), usage);
  const { faces, "mask-templates": masks, out, photos = "650" } = values;
  if (faces === undefined || masks === undefined || out === undefined || !(Number(photos) > 0)) {
    throw new EvaluationError("arguments", `usage: ${usage}`);
  }
  const chosen = await photosToLearnFrom(faces, Number(photos));
  await ensureModels({ progress: say });
  await mkdir(out, { recursive: true });
  const templates = await readMaskTemplates(masks);
  const places = await openConsideredPlaces();
  const crops = createWriteStream(join(out, "crops.u8"));
  const lines = createWriteStream(join(out, "examples.jsonl"));
  try {
    let written = 0;
    for (const [photo, path] of chosen.entries()) {
      const random = sequence(1_000 + photo);
      const frame = await decodeImage(path);
      for (let render = 0; render < rendersOfPhoto; render++) {
        const seed = photo * 31 + render;
        for (const { picture, ...example } of await examplesOf(frame, { places, templates, random, seed })) {
          crops.write(picture);
          lines.write(
            `${JSON.stringify({ ...example, photo } satisfies Omit<FindingExample, "picture"> & { photo: number })}\n`,
          );
          written++;
        }
      }
      if (photo % 50 === 49) say(`${photo + 1} photos, ${written} examples`);
    }
  } finally {
    await places.close();
    crops.end();
    lines.end();
    await Promise.all([finished(crops), finished(lines)]);
  }
  return 0;
}

async function photosToLearnFrom(root: string, photos: number): Promise<readonly string[]> {
  const people = (await peopleUnder(root)).filter((name) => !isHeldOut(name));
  const learnt = people.filter((_, index) => ((index + 1) * keptForChoices) % people.length >= keptForChoices);
  const spread = learnt.filter((_, index) => (index * photos) % learnt.length < photos);
  return Promise.all(
    spread.map(async (name) => join(root, name, (await readdir(join(root, name))).sort()[0] ?? "absent")),
  );
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
