import { resolve } from "node:path";
import process from "node:process";
import { createVision, ensureModels, type Thresholds } from "@wardkey/models";
import { readMaskTemplates } from "@wardkey/models/measuring";
import { crossImpostors, listedImpostors } from "./evaluate/cross-impostors.js";
import { reportPage } from "./evaluate/page.js";
import { pairsEnrolling, pairsOf } from "./evaluate/pair-lists.js";
import { readFaces } from "./evaluate/read-faces.js";
import { orRefused, writeReport } from "./evaluate/refusals.js";
import { buildReport } from "./evaluate/report.js";
import { type Scoring, scorePair } from "./evaluate/scores.js";
import { readSettings, type Settings } from "./evaluate/settings.js";
import { type FacePair, readPairs } from "./evaluate-faces-pairs.js";
import { createPhotoReader, type PhotoReader, wearPictures } from "./evaluate-faces-photos.js";
import { photosUnder } from "./photos-under.js";

/**
 * Scores a folder of photos, and pairs of them that are listed or made of each person's photos, with the pipeline that
 * ships, and writes the figures as JSON and as a page. Masks are pictures put on faces (simulated), chosen by the pair's
 * index. Exit code 0; 2 with a coded line on stderr when an input is refused.
 */
export function main(argv: readonly string[]): Promise<number> {
  return orRefused(() => evaluate(argv), say);
}

async function evaluate(argv: readonly string[]): Promise<number> {
  const settings = readSettings(argv);
  const pairs = await pairsFor(settings);
  const masks = settings.mask === "none" ? [] : await readMaskTemplates(settings.maskTemplates);
  const places = { registryPath: settings.registry && resolve(settings.registry) };
  await ensureModels({ ...places, progress: say });
  const vision = await createVision(places);
  try {
    const reader = createPhotoReader(vision, settings.root, wearPictures(masks));
    const names = masks.length === 0 ? "none" : `pictures (simulated): ${masks.map(({ name }) => name).join(", ")}`;
    const report = await measure(pairs, { settings, reader, thresholds: vision.thresholds, masks: names });
    await writeReport(settings.json, `${JSON.stringify(report, null, 2)}\n`);
    await writeReport(settings.html, reportPage(report));
  } finally {
    await vision.close();
  }
  return 0;
}

async function pairsFor({ from, root, people }: Settings): Promise<readonly FacePair[]> {
  const all = "pairs" in from ? readPairs(from.pairs, root) : pairsEnrolling(from.enrol, await photosUnder(root));
  return pairsOf(people, await all);
}

interface Measurement {
  readonly settings: Settings;
  readonly reader: PhotoReader;
  readonly thresholds: Thresholds;
  readonly masks: string;
}

async function measure(pairs: readonly FacePair[], { settings, reader, thresholds, masks }: Measurement) {
  const faces = await readFaces(pairs, settings, { reader, progress: say });
  const scoring: Scoring = { thresholds, missingIn: settings.mask === "none" ? "bare" : "masked" };
  const judged = faces.pairs.map(({ enrolled, probe, same }) => ({
    ...scorePair(enrolled, probe, scoring),
    person: enrolled.person,
    same,
  }));
  const impostors =
    settings.impostors === "cross"
      ? crossImpostors(faces.enrolled, faces.probes, {
          scoring,
          progress: every(500, "probes compared with everybody"),
        })
      : listedImpostors(judged);
  const { detect, embed } = reader.milliseconds;
  return buildReport({
    pairs: judged,
    impostors,
    thresholds,
    about: {
      people: new Set([...faces.enrolled, ...faces.probes].map(({ person }) => person)).size,
      photos: faces.photos,
      mask: settings.mask,
      masks,
      impostors: settings.impostors,
      chosen: {
        people: settings.people,
        enrolled: "enrol" in settings.from ? settings.from.enrol : null,
        farther: settings.farther,
      },
      failedToEnrol: faces.enrolled.filter(({ vectors }) => vectors === undefined).length,
      failedToFind: faces.probes.filter(({ face }) => face === undefined).length,
      failures: faces.failures,
      msPerImage: { detect: median(detect), embed: median(embed) },
    },
  });
}

function every(step: number, what: string) {
  return (done: number, all: number) => {
    if (done % step === 0 || done === all) say(`${what}: ${done} of ${all}`);
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return Math.round((sorted[Math.floor(sorted.length / 2)] ?? 0) * 10) / 10;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
