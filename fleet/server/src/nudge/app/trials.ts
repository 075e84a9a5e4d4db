import { FEWEST_PEOPLE } from "@wardkey/protocol/fleet";
import { type Behaviour, templateOf } from "@wardkey/protocol/nudge";
import type { LessonId } from "@wardkey/protocol/training";
import { type Counted, type Effect, effectOf, rateOf, type WardOutcome } from "../domain/effect.js";
import { isRunning } from "../domain/programme.js";
import { assignWards, FEWEST_WARDS, type Instrument, registrationText, type Trial } from "../domain/trial.js";
import { DAY_MS, dayAfter, hourOf, MEMBER_WEEKS, SHORTEST_DAYS, WEEK_MS } from "./counting.js";
import type { NudgeStore, WardSum } from "./ports.js";

/** The server by itself, as the audit names it. */
const BY_FLEET = "fleet";
/** Kiosks that were cut off have told by then. */
const SETTLED_AFTER_MS = DAY_MS;

export interface TrialPlan {
  readonly behaviour: Behaviour;
  readonly instrument:
    | { readonly kind: "nudge"; readonly template: string }
    | { readonly kind: "lesson"; readonly lesson: LessonId };
  readonly days: number;
  readonly baselineDays: number;
}

export type TrialRefusal = "trial-running" | "trial-too-few-wards" | "trial-unknown" | "trial-over" | "trial-template";

export type TrialAnswer =
  | { readonly ok: true; readonly trial: Trial }
  | { readonly ok: false; readonly code: TrialRefusal };

export interface TrialReport {
  readonly trial: Trial;
  readonly state: "running" | "completed" | "stopped";
  /** What was done in the treated wards: sent and shown, or opened and completed. */
  readonly doses: { readonly sent: number; readonly shown: number };
  /**
   * `null` while it runs: whoever reads it every day finds an effect by chance sooner or later. And when it was stopped
   * within its first week: that tells what a few people did.
   */
  readonly effect: Effect | null;
  readonly wards: readonly {
    readonly ward: string;
    readonly arm: "treated" | "holdout";
    /** Behaviours per 100 sessions; `null`: no session, or fewer than ten people in that time. */
    readonly before: number | null;
    readonly during: number | null;
  }[];
}

export interface TrialsParts {
  readonly store: NudgeStore;
  readonly now: () => number;
  readonly newId: () => string;
  readonly newSeed: () => string;
  readonly coin: (seed: string, name: string) => number;
  readonly digest: (text: string) => string;
  readonly record: (kind: string, body: Record<string, string | number>) => Promise<void>;
  /** Whoever speaks to kiosks hears of it at once. */
  readonly changed: () => Promise<void>;
}

/** Trials of a nudge or a lesson by ward: registered before they begin, held out by chance, read once they are over. */
export class Trials {
  readonly #parts: TrialsParts;
  readonly #over = new Map<string, TrialReport>();
  #registering: Promise<unknown> = Promise.resolve();

  constructor(parts: TrialsParts) {
    this.#parts = parts;
  }

  /** Begins at once. Refuses with `trial-running`, `trial-too-few-wards`, `trial-template`. */
  register(plan: TrialPlan, by: string): Promise<TrialAnswer> {
    // One after the other: the second is refused before the audit hears of it.
    const answer = this.#registering.then(() => this.#register(plan, by));
    this.#registering = answer.catch(() => undefined);
    return answer;
  }

  async #register({ behaviour, instrument, days, baselineDays }: TrialPlan, by: string): Promise<TrialAnswer> {
    const { store, now, newId, newSeed, coin, digest, record, changed } = this.#parts;
    if (instrument.kind === "nudge" && templateOf(instrument.template)?.behaviour !== behaviour)
      return { ok: false, code: "trial-template" };
    const startsAt = now();
    const trials = await store.trials();
    if (trials.some((each) => each.behaviour === behaviour && isRunning(each, startsAt)))
      return { ok: false, code: "trial-running" };
    const baselineFrom = startsAt - baselineDays * DAY_MS;
    const before = countedBy(await store.sums(hourOf(baselineFrom), hourOf(startsAt)), behaviour);
    // Of who worked there in the very time that is compared with: forty people a month may be two in a quiet week.
    const people = await store.members(dayAfter(Math.max(baselineFrom, startsAt - MEMBER_WEEKS * WEEK_MS)));
    const wards = [...before]
      .filter(([ward, counted]) => isTold(counted) && (people.get(ward) ?? 0) >= FEWEST_PEOPLE)
      .map(([ward, counted]) => ({ ward, rate: rateOf(counted) }));
    if (wards.length < FEWEST_WARDS) return { ok: false, code: "trial-too-few-wards" };
    const seed = newSeed();
    const registration = {
      ...{ id: newId(), behaviour, instrument: instrument satisfies Instrument, seed },
      arms: assignWards(wards, seed, coin),
      ...{ baselineFrom, startsAt, endsAt: startsAt + days * DAY_MS, registeredBy: by },
    };
    const trial: Trial = {
      ...registration,
      digest: digest(registrationText(registration)),
      endedAt: null,
      stopped: false,
    };
    const holdout = trial.arms.filter(({ arm }) => arm === "holdout").length;
    // The registration is in the audit before anybody is nudged for it.
    await record("nudge.trial-registered", {
      by,
      trial: trial.id,
      digest: trial.digest,
      wards: trial.arms.length,
      holdout,
    });
    if (!(await store.addTrial(trial, startsAt))) {
      // Another server of the site was first: what the audit heard of never began.
      await record("nudge.trial-ended", { by: BY_FLEET, trial: trial.id, reason: "stopped" });
      return { ok: false, code: "trial-running" };
    }
    await changed();
    return { ok: true, trial };
  }

  /** Ends a trial before its time. */
  async stop(id: string, by: string): Promise<TrialAnswer> {
    const { store, now } = this.#parts;
    const trial = (await store.trials()).find((each) => each.id === id);
    if (trial === undefined) return { ok: false, code: "trial-unknown" };
    if (!isRunning(trial, now())) return { ok: false, code: "trial-over" };
    const ended = await this.#end(trial, { at: now(), stopped: true, by });
    return ended === null ? { ok: false, code: "trial-over" } : { ok: true, trial: ended };
  }

  /** Closes what has run its time. */
  async sweep(): Promise<void> {
    const { store, now } = this.#parts;
    for (const trial of await store.trials()) {
      if (trial.endedAt === null && now() >= trial.endsAt) {
        await this.#end(trial, { at: trial.endsAt, stopped: false, by: BY_FLEET });
      }
    }
  }

  async list(): Promise<readonly TrialReport[]> {
    const reports: TrialReport[] = [];
    for (const trial of await this.#parts.store.trials()) {
      const known = this.#over.get(trial.id);
      const report = known ?? (await this.#report(trial));
      // What is over does not change: only journals that come days late could, and a result is read once.
      if (trial.endedAt !== null && this.#parts.now() - trial.endedAt > SETTLED_AFTER_MS)
        this.#over.set(trial.id, report);
      reports.push(report);
    }
    return reports;
  }

  /** `null`: somebody else ended it meanwhile, and told the audit. */
  async #end(trial: Trial, { at, stopped, by }: { at: number; stopped: boolean; by: string }): Promise<Trial | null> {
    const { store, record, changed } = this.#parts;
    const ended: Trial = { ...trial, endedAt: at, stopped, told: await this.#told(trial, at) };
    if (!(await store.endTrial(ended))) return null;
    try {
      await record("nudge.trial-ended", { by, trial: trial.id, reason: stopped ? "stopped" : "completed" });
    } catch (error) {
      // No trial is over that the audit does not know of.
      await store.keepTrial(trial);
      throw error;
    }
    await changed();
    return ended;
  }

  /** Wards of which something may be told: a week of it at the least, and ten people in it. */
  async #told(trial: Trial, until: number): Promise<readonly string[]> {
    const { arms, startsAt } = trial;
    if (!isLong(trial, until)) return [];
    const people = await this.#parts.store.members(dayAfter(startsAt));
    return arms.map(({ ward }) => ward).filter((ward) => (people.get(ward) ?? 0) >= FEWEST_PEOPLE);
  }

  async #report(trial: Trial): Promise<TrialReport> {
    const { store, now } = this.#parts;
    const { behaviour, arms, baselineFrom, startsAt, endsAt, endedAt, instrument } = trial;
    const running = isRunning(trial, now());
    const until = endedAt ?? Math.min(endsAt, now());
    const [before, sums] = [
      countedBy(await store.sums(hourOf(baselineFrom), hourOf(startsAt)), behaviour),
      await store.sums(hourOf(startsAt), hourOf(until) + 1),
    ];
    const during = countedBy(sums, behaviour);
    const wards = new Set(trial.told ?? (await this.#told(trial, until)));
    const outcomes: WardOutcome[] = arms.map(({ ward, arm }) => ({
      ...{ ward, arm },
      before: before.get(ward) ?? NONE,
      during: wards.has(ward) ? told(during.get(ward)) : NONE,
    }));
    const treated = new Set(arms.filter(({ arm }) => arm === "treated").map(({ ward }) => ward));
    const doses = (what: string): number =>
      sums.reduce((sum, each) => (treated.has(each.ward) && each.what === what ? sum + each.count : sum), 0);
    const [sent, shown] =
      instrument.kind === "nudge"
        ? [`sent:${instrument.template}`, `shown:${instrument.template}`]
        : [`lesson.opened:${instrument.lesson}`, `lesson.passed:${instrument.lesson}`];
    const rate = (counted: Counted): number | null => (counted.sessions === 0 ? null : rateOf(counted));
    return {
      trial,
      state: running ? "running" : trial.stopped ? "stopped" : "completed",
      doses: { sent: doses(sent), shown: doses(shown) },
      effect: running || !isLong(trial, until) ? null : effectOf(outcomes),
      wards: outcomes.map(({ ward, arm, ...each }) => ({
        ...{ ward, arm },
        before: rate(each.before),
        during: running ? null : rate(each.during),
      })),
    };
  }
}

const NONE: Counted = { sessions: 0, behaviours: 0 };

/** Less than a week of it tells what a few people did. */
const isLong = ({ startsAt }: Trial, until: number): boolean => until - startsAt >= SHORTEST_DAYS * DAY_MS;
/** Ten people have ten sessions at the least. */
const isTold = ({ sessions }: Counted): boolean => sessions >= FEWEST_PEOPLE;
/** A ward of which nothing is told is in no mean either: it could be subtracted out. */
const told = (counted: Counted = NONE): Counted => (isTold(counted) ? counted : NONE);

function countedBy(sums: readonly WardSum[], behaviour: Behaviour): Map<string, Counted> {
  const wards = new Map<string, Counted>();
  for (const { ward, what, count } of sums) {
    const known = wards.get(ward) ?? NONE;
    if (what === "sessions") wards.set(ward, { ...known, sessions: known.sessions + count });
    if (what === `behaviour:${behaviour}`) wards.set(ward, { ...known, behaviours: known.behaviours + count });
  }
  return wards;
}
