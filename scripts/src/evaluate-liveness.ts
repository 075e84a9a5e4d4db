import process from "node:process";
import { parseArgs } from "node:util";
import { createVision, ensureModels, ModelsError, type Vision } from "@wardkey/models";
import { createVisionToCalibrate, fuseLiveness } from "@wardkey/models/measuring";
import { EvaluationError } from "./evaluate/evaluation-error.js";
import { orRefused, orUsage, UnreadablePictures, writeReport } from "./evaluate/refusals.js";
import { challengeRates } from "./evaluate-liveness-challenges.js";
import { detOf, type LivenessDetPoint } from "./evaluate-liveness-det.js";
import { type PeopleChoice, peopleChoices } from "./evaluate-liveness-folds.js";
import { livenessPage } from "./evaluate-liveness-page.js";
import {
  facesIn,
  type PresentationSource,
  presentationsIn,
  simulatedPresentations,
} from "./evaluate-liveness-presentations.js";
import {
  histogramOf,
  type LivenessRates,
  type Presentation,
  type Rate,
  type Responses,
  ratesAt,
  responsesOf,
  thresholdRefusing,
} from "./evaluate-liveness-rates.js";
import { writeLivenessThreshold } from "./evaluate-liveness-threshold.js";

const usage =
  "evaluate:liveness -- (--root DIR | --simulate DIR [--people held-out|tuning] [--photos N] [--frames N] [--seed N] [--challenges]) --json OUT [--html OUT] [--write]";
const refusedAtMost = 0.03;
const intervalMethods = {
  given: "95 %, Wilson's, each presentation taken as somebody's own",
  simulated:
    "95 %, the wider bounds of Wilson's (presentations taken as independent) and of 1,000 resamples of people, who have several each",
} as const;

interface Settings {
  readonly from: { readonly root: string } | { readonly simulate: string };
  readonly people: PeopleChoice;
  readonly photos: number;
  readonly frames: number;
  readonly seed: number;
  /** Also how often a photo that is moved in the hand passes a challenge. */
  readonly challenges: boolean;
  readonly json: string;
  /** Beside the JSON unless another place is given. */
  readonly html: string;
  /** Puts the threshold of 3 % into the registry, bound to the network that was measured. */
  readonly write: boolean;
}

export interface LivenessReport {
  /** What the pictures are: the site's own, or a simulation that says nothing of real prints and displays. */
  readonly pictures: "given" | "simulated recaptures";
  readonly settings: { readonly people: string; readonly frames: number; readonly seed: number };
  /** At the threshold that the registry names. */
  readonly inForce: LivenessRates;
  /** At the highest threshold that refuses at most 3 % of these bona fide presentations. */
  readonly atBpcer3: LivenessRates | null;
  /** Share of simulated photos, moved in the hand, that pass each challenge; absent unless asked for. */
  readonly challenges?: Readonly<Record<string, Rate>>;
  /** Presentations with a picture that could not be read. */
  readonly unreadable: number;
  /** What gave no answer, by kind. */
  readonly responses: Readonly<Record<string, Responses>>;
  /** Tradeoff by kind of attack. */
  readonly det: Readonly<Record<string, readonly LivenessDetPoint[]>>;
  readonly intervalMethod: string;
  readonly histogram: Readonly<Record<string, readonly number[]>>;
}

/**
 * Measures passive liveness over a folder of bona fide and attack pictures, or over attacks that it simulates of bona
 * fide photos, and writes the error rates by kind as JSON and as a page. Exit code 0; 2 with a coded line on stderr when an
 * input is refused.
 */
export function main(argv: readonly string[]): Promise<number> {
  return orRefused(() => evaluate(argv), say);
}

async function evaluate(argv: readonly string[]): Promise<number> {
  const settings = readSettings(argv);
  const given = "root" in settings.from ? await presentationsIn(settings.from.root) : undefined;
  await ensureModels({ progress: say });
  const vision = await (settings.write ? createVisionToCalibrate() : createVision());
  try {
    const passive = await measure(given ?? simulated(settings, vision), { settings, vision });
    const report = settings.challenges ? { ...passive, challenges: await tried(settings, vision) } : passive;
    await writeReport(settings.json, `${JSON.stringify(report, null, 2)}\n`);
    await writeReport(settings.html, livenessPage(report));
    if (settings.write) await writeLivenessThreshold(report);
  } finally {
    await vision.close();
  }
  return 0;
}

function readSettings(argv: readonly string[]): Settings {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const counts = { photos: text, frames: text, seed: text };
  const options = { root: text, simulate: text, people: text, ...counts, json: text, html: text };
  const flags = { challenges: flag, write: flag };
  const { values } = orUsage(
    () => parseArgs({ args: [...argv], options: { ...options, ...flags }, strict: true }),
    usage,
  );
  const { root, simulate, people = "all", json } = values;
  const [photos, frames, seed] = [values.photos ?? "300", values.frames ?? "1", values.seed ?? "1"].map(Number);
  const from = root === undefined ? simulate && { simulate } : simulate === undefined ? { root } : undefined;
  const whole = [photos, frames, seed].every((number) => Number.isInteger(number) && (number ?? 0) > 0);
  const { challenges = false, write = false } = values;
  const chosen = peopleChoices.find((choice) => choice === people);
  if (challenges && simulate === undefined) throw new EvaluationError("arguments", `usage: ${usage}`);
  if (!from || json === undefined || !whole || chosen === undefined) {
    throw new EvaluationError("arguments", `usage: ${usage}`);
  }
  const html = values.html ?? `${json.replace(/\.json$/, "")}.html`;
  return {
    from,
    people: chosen,
    photos: photos ?? 0,
    frames: frames ?? 0,
    seed: seed ?? 0,
    challenges,
    json,
    html,
    write,
  };
}

function simulated(settings: Settings, vision: Vision): AsyncIterable<PresentationSource> {
  const { from, people, photos: most, frames, seed } = settings;
  const photos = "simulate" in from ? from.simulate : "";
  return simulatedPresentations({ photos, people, most, frames, vision, seed });
}

function tried({ from, people, photos: most }: Settings, vision: Vision): Promise<Readonly<Record<string, Rate>>> {
  const photos = "simulate" in from ? from.simulate : "";
  return challengeRates(facesIn({ photos, people, most, vision }), vision);
}

interface Measurement {
  readonly settings: Settings;
  readonly vision: Vision;
}

async function measure(
  sources: readonly PresentationSource[] | AsyncIterable<PresentationSource>,
  { settings, vision }: Measurement,
): Promise<LivenessReport> {
  const seen: Presentation[] = [];
  const unreadable = new UnreadablePictures(say);
  for await (const source of sources) {
    const { kind, group, person } = source;
    const shown = { kind, group, ...(person === undefined ? {} : { person }) };
    try {
      seen.push({ ...shown, score: await scoreOf(source, vision) });
    } catch (refusal) {
      if (!(refusal instanceof ModelsError)) throw refusal;
      unreadable.add(refusal.message);
      seen.push({ ...shown, score: undefined, unreadable: true });
    }
    if (seen.length % 500 === 0) say(`${seen.length} presentations`);
  }
  unreadable.end();
  const threshold = vision.thresholds.liveness;
  const mild = thresholdRefusing(refusedAtMost, seen);
  const { people, frames, seed } = settings;
  return {
    pictures: "root" in settings.from ? "given" : "simulated recaptures",
    settings: { people, frames, seed },
    inForce: ratesAt(threshold, seen),
    atBpcer3: mild === undefined ? null : ratesAt(mild, seen),
    unreadable: seen.filter((each) => each.unreadable === true).length,
    responses: responsesOf(seen),
    det: detOf(seen),
    intervalMethod: intervalMethods["root" in settings.from ? "given" : "simulated"],
    histogram: histogramOf(seen),
  };
}

/** Fused over the frames in which there is a face; undefined when there is none in any. */
async function scoreOf(source: PresentationSource, vision: Vision): Promise<number | undefined> {
  const scores = [];
  for await (const frame of source.frames()) {
    const { face } = await vision.analyse(frame, { liveness: true });
    if (face?.liveness !== undefined) scores.push(face.liveness.score);
  }
  return fuseLiveness(scores);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
