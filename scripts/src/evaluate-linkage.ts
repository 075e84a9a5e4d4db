import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  createVision,
  decodeImage,
  ensureModels,
  type FaceEmbedding,
  ModelsError,
  protectTemplate,
  type Vision,
} from "@wardkey/models";
import { EvaluationError } from "./evaluate/evaluation-error.js";
import { orRefused, orUsage, writeReport } from "./evaluate/refusals.js";
import { isHeldOut } from "./evaluate-faces-calibration.js";
import { attackers, type PreparedTemplate, prepare } from "./evaluate-linkage-attackers.js";
import { type Linkage, linkageOf, type ScoreTable } from "./evaluate-linkage-measures.js";
import { peopleUnder } from "./photos-under.js";

const usage = "evaluate-linkage.js --root DIR --json OUT [--people N] [--all]";

/** Two photos of one person, taken on different days, as two sites would enrol them. */
export interface TwoEnrolments {
  readonly first: FaceEmbedding;
  readonly second: FaceEmbedding;
}

export interface LinkageReport {
  readonly people: number;
  /** Each time with fresh keys for everybody. */
  readonly times: number;
  readonly keys: string;
  readonly attackers: Readonly<Record<string, Linkage>>;
  /** The one whose AUC is farthest from a half, of so many that one of them is by chance. */
  readonly best: string;
  /** The best one's figures when everybody is taken for the next person: what chance alone gives with so few. */
  readonly chance: Linkage;
  /** The same templates under one key: what a thief of the keys could do. */
  readonly control: Linkage;
}

/**
 * Measures whether templates of one person at two sites (simulated: fresh keys on two photos) can be told from those of
 * different people without a key. Takes the people kept out of calibration, all of them with `--all`, from a folder of
 * photos with one folder a person. Exit code 0; 2 with a coded line on stderr when an input is refused.
 */
export function main(argv: readonly string[]): Promise<number> {
  return orRefused(() => measure(argv), say);
}

async function measure(argv: readonly string[]): Promise<number> {
  const text = { type: "string" } as const;
  const options = { root: text, json: text, people: text, all: { type: "boolean" } } as const;
  const { root, json, people, all } = orUsage(() => parseArgs({ args: [...argv], options }).values, usage);
  const most = people === undefined ? Number.POSITIVE_INFINITY : Number(people);
  if (root === undefined || json === undefined || !(most >= 2)) {
    throw new EvaluationError("arguments", `usage: ${usage}`);
  }
  const names = await peopleUnder(root);
  await ensureModels({ progress: say });
  const vision = await createVision();
  try {
    const chosen = names.filter((name) => all === true || isHeldOut(name));
    const faces = await readFaces(resolve(root), vision, { most, names: chosen });
    if (faces.length < 2) {
      throw new EvaluationError("too-few-people", "two people with two usable photos each are needed");
    }
    const report = measureLinkage(faces, { times: 20, randomKey: () => randomBytes(32) });
    await writeReport(json, `${JSON.stringify(report, null, 2)}\n`);
    say(`best attacker: ${report.best}, AUC ${report.attackers[report.best]?.auc}; one key: ${report.control.auc}`);
  } finally {
    await vision.close();
  }
  return 0;
}

export function measureLinkage(
  faces: readonly TwoEnrolments[],
  { times, randomKey }: { readonly times: number; readonly randomKey: () => Uint8Array },
): LinkageReport {
  const protect = (face: FaceEmbedding, key: Uint8Array): PreparedTemplate => prepareFace(face, key);
  const rounds = Array.from({ length: times }, () => ({
    first: faces.map(({ first }) => protect(first, randomKey())),
    second: faces.map(({ second }) => protect(second, randomKey())),
  }));
  const byName = Object.entries(attackers).map(([name, score]) => {
    const tables = rounds.map(({ first, second }) => tableOf(first, second, score));
    return [name, linkageOf(tables)] as const;
  });
  const stolen = randomKey();
  const under = (side: keyof TwoEnrolments) => faces.map((face) => protect(face[side], stolen));
  const cosine = attackers["cosine of the bare vectors"];
  if (cosine === undefined) throw new Error("no cosine among the attackers");
  const [best = ["", undefined] as const] = [...byName].sort(
    ([, one], [, other]) => Math.abs(other.auc - 0.5) - Math.abs(one.auc - 0.5),
  );
  return {
    people: faces.length,
    times,
    keys: "one a person and site, drawn at random",
    attackers: Object.fromEntries(byName),
    best: best[0],
    chance: linkageOf(rounds.map(({ first, second }) => shifted(tableOf(first, second, attackers[best[0]] ?? cosine)))),
    control: linkageOf([tableOf(under("first"), under("second"), cosine)]),
  };
}

function prepareFace(face: FaceEmbedding, key: Uint8Array): PreparedTemplate {
  const template = protectTemplate({ embeddings: [face], key });
  const [bare, masked] = [template.vector("bare"), template.vector("masked")];
  if (bare === undefined || masked === undefined) throw new Error("a template lacks a vector");
  return prepare({ bare: bare.numbers, masked: masked.numbers });
}

function tableOf(
  first: readonly PreparedTemplate[],
  second: readonly PreparedTemplate[],
  score: (one: PreparedTemplate, other: PreparedTemplate) => number,
): ScoreTable {
  const people = first.length;
  const scores = Float64Array.from(first.flatMap((one) => second.map((other) => score(one, other))));
  return { people, at: (one, other) => scores[one * people + other] ?? 0 };
}

/** Takes everybody for the next person. */
function shifted({ people, at }: ScoreTable): ScoreTable {
  return { people, at: (one, other) => at(one, (other + 1) % people) };
}

async function readFaces(
  root: string,
  vision: Vision,
  { most, names }: { readonly most: number; readonly names: readonly string[] },
): Promise<readonly TwoEnrolments[]> {
  const found: TwoEnrolments[] = [];
  for (const name of names) {
    if (found.length >= most) break;
    const photos = (await readdir(resolve(root, name))).filter((file) => /\.(jpe?g|png|webp)$/i.test(file)).sort();
    const [one, other] = photos;
    if (one === undefined || other === undefined) continue;
    const first = await enrol(vision, resolve(root, name, one));
    const second = first && (await enrol(vision, resolve(root, name, other)));
    if (first !== undefined && second !== undefined) found.push({ first, second });
  }
  return found;
}

/** The face of a photo as at enrolment; undefined where there is none that looks at the camera. */
async function enrol(vision: Vision, photo: string): Promise<FaceEmbedding | undefined> {
  try {
    const { face } = await vision.analyse(await decodeImage(photo), {
      embedding: true,
      forTemplate: true,
      bothBranches: true,
    });
    // What a template refuses is no enrolment: turned away, or without both branches.
    if (face?.embedding !== undefined) protectTemplate({ embeddings: [face.embedding], key: new Uint8Array(32) });
    return face?.embedding;
  } catch (error) {
    if (error instanceof ModelsError) return undefined;
    throw error;
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
