import type { FleetBody } from "@wardkey/protocol/fleet";
import { ASSUMPTION_NAMES, type Assumptions, type Estimate, estimate, type Measured } from "@wardkey/protocol/value";
import type { KeptAssumptions, ValueStore } from "./sql-value-store.js";

const CHANGED = "value.assumptions-changed";
const DAY_MS = 86_400_000;

export interface ValueAnswer {
  readonly from: number;
  readonly to: number;
  readonly measured: Measured;
  readonly kept: KeptAssumptions;
  readonly estimate: Estimate;
}

export interface Value {
  /** What was measured in the last `days`, and what it is worth as the site assumes. */
  read(days: number): Promise<ValueAnswer>;
  /** `null`: somebody else changed them since `version`; nothing was kept then. */
  assume(change: { version: number; assumptions: Assumptions; by: string }): Promise<KeptAssumptions | null>;
}

/** What of the figures that kiosks measured is read here. */
export interface MeasuredFigures {
  readonly unlocks: number;
  readonly locks: number;
  readonly disputed: number;
  readonly tap: { readonly meanMs: number } | null;
}

export interface ValueParts {
  readonly store: ValueStore;
  readonly figures: {
    wards(range: { from: number; to: number }): Promise<readonly (MeasuredFigures & { readonly ward: string })[]>;
    since(): Promise<number | null>;
  };
  /** Kiosks in service. */
  kiosks(): number;
  /** Who works here now. */
  people(): Promise<number>;
  now(): number;
  record(kind: typeof CHANGED, body: FleetBody<typeof CHANGED>): Promise<void>;
}

/** Weeks of figures do not change within it; every page that is open asks for the same ones. */
const FRESH_MS = 30_000;

export function createValue(parts: ValueParts): Value {
  const { store, figures, now } = parts;
  const answers = new Map<number, { readonly at: number; readonly answer: Promise<ValueAnswer> }>();
  const work = async (days: number): Promise<ValueAnswer> => {
    const to = now();
    const asked = { from: to - days * DAY_MS, to };
    const [wards, since, people, kept] = await Promise.all([
      figures.wards(asked),
      figures.since(),
      parts.people(),
      store.read(),
    ]);
    // A site that is a week old did not measure a month: a year would come out four times too small.
    const first = Math.min(since ?? to, to);
    const from = Math.max(asked.from, first);
    const measured: Measured = {
      days: (to - from) / DAY_MS,
      kiosks: parts.kiosks(),
      people,
      wards: wards.map(({ ward, unlocks, locks, disputed, tap }) => ({
        ...{ ward, unlocks, locks, disputed },
        tapSeconds: tap === null ? null : tap.meanMs / 1_000,
      })),
    };
    return { from, to, measured, kept, estimate: estimate(measured, kept.assumptions) };
  };
  return {
    read(days) {
      const last = answers.get(days);
      if (last !== undefined && Math.abs(now() - last.at) < FRESH_MS) return last.answer;
      const answer = work(days);
      answers.set(days, { at: now(), answer });
      answer.catch(() => answers.delete(days));
      return answer;
    },
    async assume({ version, assumptions, by }) {
      const before = await store.read();
      const kept = before.version === version ? await store.write({ version, assumptions, by, at: now() }) : null;
      // Also for whom it was refused: they are to read what the other one kept.
      answers.clear();
      if (kept === null) return null;
      try {
        for (const change of changesOf(before.assumptions, assumptions))
          await parts.record(CHANGED, { by, version: kept.version, ...change });
      } catch (error) {
        // Nothing is reported from what the audit does not know of.
        await store.putBack(before, kept.version);
        answers.clear();
        throw error;
      }
      return kept;
    },
  };
}

/** Each assumption that is another now, with what it was; one without any when all are kept as they were. */
function changesOf(before: Assumptions, after: Assumptions) {
  const changes = ASSUMPTION_NAMES.flatMap((assumption) => {
    const [was, is] = [before[assumption], after[assumption]];
    if (was.low === is.low && was.likely === is.likely && was.high === is.high) return [];
    const { low, likely, high } = is;
    return [{ assumption, low, likely, high, wasLow: was.low, wasLikely: was.likely, wasHigh: was.high }];
  });
  return changes.length === 0 ? [{}] : changes;
}
