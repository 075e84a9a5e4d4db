import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { createVision, ensureModels, ModelsError, type Thresholds } from "@wardkey/models";
import { EvaluationError, type FacePair, readPairs } from "./evaluate-faces-pairs.js";
import { createPhotoReader, type PhotoReader } from "./evaluate-faces-photos.js";
import {
  crossValidatedAccuracy,
  equalErrorRate,
  falseNonMatchRate,
  ImpostorScores,
  interval95,
  round,
} from "./evaluate-faces-rates.js";
import {
  crossImpostors,
  type EnrolledFace,
  fuseViews,
  listedImpostors,
  missingFace,
  type ProbeFace,
  scorePair,
} from "./evaluate-faces-scores.js";

interface Settings {
  readonly root: string;
  readonly pairs: string;
  readonly mask: "none" | "probe" | "both";
  readonly impostors: "listed" | "cross";
  readonly json: string;
}

const rates = [0.01, 0.001, 0.0001, 0.00001];
const usage =
  "evaluate:faces -- --root DIR --pairs FILE.csv [--mask probe|both|none] [--impostors listed|cross] --json OUT";

/**
 * Scores a folder of photos and a list of pairs with the pipeline that ships, and writes the figures as JSON. Masks are
 * drawn (simulated), varied by the pair's index. Exit code 0; 2 with a coded line on stderr when an input is refused.
 */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    const settings = readSettings(argv);
    const pairs = await readPairs(settings.pairs, settings.root);
    await ensureModels({ progress: say });
    const vision = await createVision();
    try {
      const reader = createPhotoReader(vision, settings.root);
      const report = await measure(pairs, { settings, reader, thresholds: vision.thresholds });
      await mkdir(dirname(resolve(settings.json)), { recursive: true });
      await writeFile(settings.json, `${JSON.stringify(report, null, 2)}\n`);
    } finally {
      await vision.close();
    }
    return 0;
  } catch (error) {
    if (!(error instanceof EvaluationError || error instanceof ModelsError)) throw error;
    say(error.message);
    return 2;
  }
}

function readSettings(argv: readonly string[]): Settings {
  const text = { type: "string" } as const;
  let values: Partial<Record<keyof Settings, string>>;
  try {
    const options = { root: text, pairs: text, mask: text, impostors: text, json: text };
    ({ values } = parseArgs({ args: [...argv], options, strict: true }));
  } catch (cause) {
    throw new EvaluationError("arguments", `usage: ${usage}`, { cause });
  }
  const { root, pairs, json, mask = "none", impostors = "listed" } = values;
  const masks = (["none", "probe", "both"] as const).find((known) => known === mask);
  const ways = (["listed", "cross"] as const).find((known) => known === impostors);
  if (root === undefined || pairs === undefined || json === undefined || masks === undefined || ways === undefined) {
    throw new EvaluationError("arguments", `usage: ${usage}`);
  }
  return { root, pairs, json, mask: masks, impostors: ways };
}

interface Measurement {
  readonly settings: Settings;
  readonly reader: PhotoReader;
  readonly thresholds: Thresholds;
}

async function measure(pairs: readonly FacePair[], { settings, reader, thresholds }: Measurement) {
  const scoring = { thresholds, missingIn: settings.mask === "none" ? ("bare" as const) : ("masked" as const) };
  const enrolled = await enrolAll(pairs, settings, reader);
  const probes = await probeAll(pairs, settings, reader);
  const scored = pairs.map((pair, index) => ({
    ...scorePair(enrolled.get(pair.enrolled.join("|")), probes.get(probeKey(pair, index, settings)), scoring),
    same: pair.same,
  }));
  const genuine = scored.filter(({ same }) => same);
  const different =
    settings.impostors === "cross"
      ? crossImpostors([...enrolled.values()], [...probes.values()], scoring)
      : listedImpostors(scored);
  const genuineScores = genuine.map(({ score }) => score);
  const impostors = new ImpostorScores(Float32Array.from([different.bare, different.masked].flat()));
  const atRates = rates.map((rate) => {
    const threshold = impostors.thresholdAt(rate);
    const missed = threshold === undefined ? undefined : round(falseNonMatchRate(genuineScores, threshold));
    return { rate: String(rate), missed };
  });
  const branchOf = (branch: "bare" | "masked") => {
    const own = genuine.filter((pair) => pair.branch === branch);
    const others = different[branch];
    if (own.length + others.length === 0) return undefined;
    // Scores are margins over the branch's own threshold, so the threshold in force is nought.
    const fmr = others.filter((score) => score >= 0).length / Math.max(1, others.length);
    return {
      threshold: thresholds[branch].threshold,
      fmr: round(fmr),
      fmrInterval95: interval95(fmr, others.length),
      fnmr: own.length === 0 ? null : round(own.filter(({ score }) => score < 0).length / own.length),
    };
  };
  return {
    pairs: pairs.length,
    mask: settings.mask,
    masks: settings.mask === "none" ? "none" : "drawn (simulated)",
    impostors: settings.impostors,
    impostorPairs: impostors.count,
    failedToEnrol: [...enrolled.values()].filter((face) => face === missingFace).length,
    failedToFind: [...probes.values()].filter((face) => face === missingFace).length,
    accuracy: round(crossValidatedAccuracy(scored)),
    eer: round(equalErrorRate(genuineScores, impostors)),
    fnmrAtFmr: Object.fromEntries(atRates.map(({ rate, missed }) => [rate, missed ?? null])),
    interval95: Object.fromEntries(
      atRates.flatMap(({ rate, missed }) =>
        missed === undefined ? [] : [[rate, interval95(missed, genuine.length)] as const],
      ),
    ),
    inForce: { bare: branchOf("bare"), masked: branchOf("masked") },
    branches: {
      bare: scored.filter(({ branch }) => branch === "bare").length,
      masked: scored.filter(({ branch }) => branch === "masked").length,
    },
    msPerImage: { detect: median(reader.milliseconds.detect), embed: median(reader.milliseconds.embed) },
  };
}

async function enrolAll(pairs: readonly FacePair[], { mask }: Settings, reader: PhotoReader) {
  const enrolled = new Map<string, EnrolledFace>();
  for (const [index, pair] of pairs.entries()) {
    const key = pair.enrolled.join("|");
    if (enrolled.has(key)) continue;
    const maskSeed = mask === "both" ? index : undefined;
    const views = [];
    for (const photo of pair.enrolled) views.push(await reader.read({ photo, maskSeed, enrolled: true }));
    enrolled.set(key, fuseViews(pair.enrolled, views));
    progress("enrolled", index + 1, pairs.length);
  }
  return enrolled;
}

async function probeAll(pairs: readonly FacePair[], settings: Settings, reader: PhotoReader) {
  const probes = new Map<string, ProbeFace>();
  for (const [index, pair] of pairs.entries()) {
    const key = probeKey(pair, index, settings);
    if (probes.has(key)) continue;
    const maskSeed = settings.mask === "none" ? undefined : index;
    const face = await reader.read({ photo: pair.probe, maskSeed, enrolled: false });
    probes.set(key, face === undefined ? missingFace : { photos: [pair.probe], face });
    progress("probes", index + 1, pairs.length);
  }
  return probes;
}

/** A masked probe is drawn anew for each pair, a bare one is read once. */
function probeKey(pair: FacePair, index: number, settings: Settings): string {
  return settings.mask === "none" ? pair.probe : `${index}:${pair.probe}`;
}

function progress(what: string, done: number, all: number): void {
  if (done % 500 === 0) say(`${what}: ${done} of ${all} pairs`);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return Math.round((sorted[Math.floor(sorted.length / 2)] ?? 0) * 10) / 10;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
