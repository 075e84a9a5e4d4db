import { open, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createVision, decodeImage, ensureModels, type FaceMesh, type Frame, ModelsError } from "@wardkey/models";
import { sampleBordered } from "@wardkey/models/measuring";
import { EvaluationError } from "./evaluate/evaluation-error.js";
import { orRefused, orUsage } from "./evaluate/refusals.js";
import { photosUnder } from "./photos-under.js";

// As models/training/masks/crops.py reads them.
const meshPoints = 468;
const border = 24;
const usage = "training-crops --photos DIR --out BASE";

/**
 * Writes what models/training/masks learns from: for each photo with a face its aligned crop with a border, 8 bits a
 * channel (`OUT.crops`), its mesh in the crop's pixels, float32 (`OUT.mesh`), and the photos' names (`OUT.json`). These
 * files show faces: keep them off the project. Exit code 0; 2 with a coded line on stderr when an input is refused.
 */
export function main(argv: readonly string[]): Promise<number> {
  return orRefused(() => writeCrops(argv), say);
}

async function writeCrops(argv: readonly string[]): Promise<number> {
  const text = { type: "string" } as const;
  const { values } = orUsage(() => parseArgs({ args: [...argv], options: { photos: text, out: text } }), usage);
  if (values.photos === undefined || values.out === undefined) {
    throw new EvaluationError("arguments", `usage: ${usage}`);
  }
  const photos = await photosUnder(values.photos);
  await ensureModels({ progress: say });
  const vision = await createVision();
  const crops = await open(`${values.out}.crops`, "w");
  const meshes = await open(`${values.out}.mesh`, "w");
  try {
    const names: string[] = [];
    for (const [index, photo] of photos.entries()) {
      const frame = await decodeOrSkip(join(resolve(values.photos), photo));
      const { face } = frame === undefined ? {} : await vision.analyse(frame, { landmarks: true });
      if (frame === undefined || face?.mesh === undefined) continue;
      const { pixels, place } = sampleBordered(frame, face.landmarks5, border);
      await crops.write(pixels);
      await meshes.write(new Uint8Array(pointsOf(face.mesh, place).buffer));
      names.push(photo);
      if (index % 500 === 499) say(`${index + 1} of ${photos.length} photos`);
    }
    await writeFile(`${values.out}.json`, JSON.stringify(names));
    say(`${names.length} of ${photos.length} photos show a face`);
    return 0;
  } finally {
    await crops.close();
    await meshes.close();
    await vision.close();
  }
}

function pointsOf(mesh: FaceMesh, place: (point: { x: number; y: number }) => { x: number; y: number }): Float32Array {
  return Float32Array.from({ length: meshPoints * 2 }, (_, at) => {
    const { x, y } = place(mesh.at(at >> 1));
    return at % 2 === 0 ? x : y;
  });
}

async function decodeOrSkip(path: string): Promise<Frame | undefined> {
  try {
    return await decodeImage(path);
  } catch (error) {
    if (error instanceof ModelsError) return undefined;
    throw error;
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
