import { type Interval, interval95, tallyByPerson, wilson95 } from "./evaluate/intervals.js";
import { round } from "./evaluate/rates.js";

/** A presentation as it was classified: `score` is undefined where no face was found. */
export interface Presentation {
  /** "live", or the attack instrument's name. */
  readonly kind: string;
  /** Which sort of bona fide presentation; the kind when absent. */
  readonly group?: string;
  readonly score: number | undefined;
  /** Whom it shows, where several presentations are of one person; each is somebody's own when absent. */
  readonly person?: string;
  /** A picture of it could not be read, so that nobody looked at it. */
  readonly unreadable?: boolean;
}

export interface Rate {
  readonly rate: number;
  readonly interval95: Interval;
  readonly presentations: number;
}

export interface LivenessRates {
  readonly threshold: number;
  /** Share of bona fide presentations that are refused; one in which no face is found, or that cannot be read, is. */
  readonly bpcer: Rate | null;
  /** The same for each sort of bona fide presentation. */
  readonly bpcerByGroup: Readonly<Record<string, Rate>>;
  /**
   * Share of attack presentations that are accepted, by kind, never pooled; one in which no face is found is not, and one that
   * cannot be read is left out.
   */
  readonly apcer: Readonly<Record<string, Rate>>;
  /** Share of the readable ones in which no face was found, by kind, bona fide ones included. */
  readonly nonResponse: Readonly<Record<string, number>>;
}

/** Rates at a threshold, in the terms of ISO/IEC 30107-3; that is no claim of conformance. */
export function ratesAt(threshold: number, presentations: readonly Presentation[]): LivenessRates {
  const accepted = ({ score }: Presentation): boolean => score !== undefined && score >= threshold;
  const live = presentations.filter(({ kind }) => kind === "live");
  const refused = (own: readonly Presentation[]): Rate => share(own, (each) => !accepted(each));
  const groups = [...new Set(live.map(({ group = "live" }) => group))].map(
    (name) => [name, live.filter(({ group = "live" }) => group === name)] as const,
  );
  const byKind = kindsOf(presentations.filter(({ unreadable }) => unreadable !== true));
  return {
    threshold: round(threshold),
    bpcer: live.length === 0 ? null : refused(live),
    bpcerByGroup: Object.fromEntries(groups.map(([group, own]) => [group, refused(own)])),
    apcer: Object.fromEntries(byKind.flatMap(([kind, own]) => (kind === "live" ? [] : [[kind, share(own, accepted)]]))),
    nonResponse: Object.fromEntries(
      byKind.map(([kind, own]) => [kind, share(own, ({ score }) => score === undefined).rate]),
    ),
  };
}

/** How many presentations of a kind there were, and which shares of all of these gave no answer (non-response). */
export interface Responses {
  readonly presentations: number;
  readonly withoutFace: Rate;
  readonly unreadable: Rate;
}

/** What gave no answer, by kind: ISO/IEC 30107-3 wants it beside the error rates. */
export function responsesOf(presentations: readonly Presentation[]): Readonly<Record<string, Responses>> {
  return Object.fromEntries(
    kindsOf(presentations).map(([kind, own]) => [
      kind,
      {
        presentations: own.length,
        withoutFace: share(own, ({ score, unreadable }) => score === undefined && unreadable !== true),
        unreadable: share(own, ({ unreadable }) => unreadable === true),
      },
    ]),
  );
}

function kindsOf(presentations: readonly Presentation[]) {
  const kinds = [...new Set(presentations.map(({ kind }) => kind))].sort();
  return kinds.map((kind) => [kind, presentations.filter((each) => each.kind === kind)] as const);
}

function share(own: readonly Presentation[], isCounted: (each: Presentation) => boolean): Rate {
  const rate = own.filter(isCounted).length / own.length;
  return { rate: round(rate), interval95: intervalOf(own, rate, isCounted), presentations: own.length };
}

function intervalOf(own: readonly Presentation[], rate: number, isCounted: (each: Presentation) => boolean): Interval {
  const areOfPeople = own.every(({ person }) => person !== undefined);
  if (!areOfPeople) return wilson95(rate, own.length);
  return interval95(tallyByPerson(own, (each) => ({ person: each.person ?? "", error: isCounted(each) })));
}

/** The highest threshold that refuses at most `share` of the bona fide presentations; undefined without any. */
export function thresholdRefusing(share: number, presentations: readonly Presentation[]): number | undefined {
  const scores = presentations
    .filter(({ kind }) => kind === "live")
    .map(({ score }) => score ?? 0)
    .sort((one, other) => one - other);
  return scores[Math.floor(share * scores.length + 1e-9)];
}

export const histogramBins = 20;

/** How many presentations of each kind fell into each twentieth of the scores. */
export function histogramOf(presentations: readonly Presentation[]): Readonly<Record<string, readonly number[]>> {
  const histogram: Record<string, number[]> = {};
  for (const { kind, score } of presentations) {
    if (score === undefined) continue;
    histogram[kind] ??= new Array<number>(histogramBins).fill(0);
    const bins = histogram[kind];
    const bin = Math.min(histogramBins - 1, Math.floor(score * histogramBins));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return histogram;
}
