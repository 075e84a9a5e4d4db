import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { createVision, decodeImage, ensureModels, ModelsError, type Vision } from "@wardkey/models";
import { EvaluationError } from "./evaluate/evaluation-error.js";
import { interval95 } from "./evaluate/intervals.js";
import { round } from "./evaluate/rates.js";
import { orRefused, orUsage, UnreadablePictures, writeReport } from "./evaluate/refusals.js";
import { isHeldOut } from "./evaluate-faces-calibration.js";
import { photosUnder } from "./photos-under.js";

const usage = "evaluate-masks --root DIR --json OUT [--people held-out|all]";
/** The folders of a collection: what their faces wear. */
const folders = ["with_mask", "without_mask"] as const;
type Folder = (typeof folders)[number];

/** What one picture was taken for: how a mask is worn, or why nothing can be said. */
export type Taken = "none" | "proper" | "under-nose" | "no-face" | "unreadable";

export interface MaskTally {
  readonly folder: Folder;
  readonly taken: Taken;
}

interface Share {
  readonly rate: number;
  readonly interval95: readonly [number, number];
  readonly pictures: number;
}

/** How often it is right whether a mask is worn: of the faces found, and of all pictures, where no face is an error. */
export function maskRates(tallies: readonly MaskTally[]) {
  const found = tallies.filter(({ taken }) => taken !== "no-face" && taken !== "unreadable");
  const isRight = ({ folder, taken }: MaskTally) =>
    folder === "with_mask" ? taken === "proper" || taken === "under-nose" : taken === "none";
  const counts = (folder: Folder) => {
    const own = tallies.filter((each) => each.folder === folder);
    const times = (taken: Taken) => own.filter((each) => each.taken === taken).length;
    return {
      pictures: own.length,
      none: times("none"),
      proper: times("proper"),
      underNose: times("under-nose"),
      noFace: times("no-face"),
      unreadable: times("unreadable"),
    };
  };
  return {
    rightOfFound: shareOf(found, isRight),
    rightOfAll: shareOf(tallies, isRight),
    withMask: counts("with_mask"),
    withoutMask: counts("without_mask"),
  };
}

function shareOf(tallies: readonly MaskTally[], isRight: (tally: MaskTally) => boolean): Share | null {
  if (tallies.length === 0) return null;
  const right = tallies.filter(isRight).length;
  // Each picture of a collection is taken as a person of its own: nothing says who is on it.
  const people = tallies.map((tally) => ({ errors: isRight(tally) ? 1 : 0, trials: 1 }));
  return { rate: round(right / tallies.length), interval95: interval95(people), pictures: tallies.length };
}

/**
 * Measures whether the pipeline tells that a mask is worn, over pictures in `with_mask/` and `without_mask/`; a face that is not
 * found is told apart and counted as an error too. Exit code 0; 2 with a coded line when refused.
 */
export function main(argv: readonly string[]): Promise<number> {
  return orRefused(() => evaluate(argv), say);
}

async function evaluate(argv: readonly string[]): Promise<number> {
  const settings = readSettings(argv);
  const pictures = await picturesOf(settings);
  await ensureModels({ progress: say });
  const vision = await createVision();
  const unreadable = new UnreadablePictures(say);
  try {
    const tallies: MaskTally[] = [];
    for (const [index, { folder, path }] of pictures.entries()) {
      tallies.push({ folder, taken: await takenFor(vision, path, unreadable) });
      if (index % 100 === 99) say(`${index + 1} of ${pictures.length} pictures`);
    }
    unreadable.end();
    await writeReport(
      settings.json,
      `${JSON.stringify({ people: settings.people, ...maskRates(tallies) }, null, 2)}\n`,
    );
  } finally {
    await vision.close();
  }
  return 0;
}

interface Settings {
  readonly root: string;
  readonly json: string;
  readonly people: "held-out" | "all";
}

function readSettings(argv: readonly string[]): Settings {
  const text = { type: "string" } as const;
  const options = { root: text, json: text, people: text };
  const { values } = orUsage(() => parseArgs({ args: [...argv], options, strict: true }), usage);
  const { root, json, people = "all" } = values;
  if (root === undefined || json === undefined || (people !== "all" && people !== "held-out")) {
    throw new EvaluationError("arguments", `usage: ${usage}`);
  }
  return { root, json, people };
}

async function picturesOf({ root, people }: Settings) {
  const found = [];
  for (const folder of folders) {
    const pictures = await photosUnder(join(root, folder));
    const chosen = pictures.filter((name) => people === "all" || isHeldOut(`${folder}/${name}`));
    found.push(...chosen.map((name) => ({ folder, path: join(root, folder, name) })));
  }
  return found;
}

async function takenFor(vision: Vision, path: string, unreadable: UnreadablePictures): Promise<Taken> {
  try {
    const { face } = await vision.analyse(await decodeImage(path), { embedding: true });
    const worn = face?.maskWorn ?? "no-face";
    face?.embedding?.overwrite();
    return worn;
  } catch (refusal) {
    if (!(refusal instanceof ModelsError)) throw refusal;
    unreadable.add(refusal.message);
    return "unreadable";
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
