import { days } from "@wardkey/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { QUIET_PROGRAMME } from "./domain/programme.js";
import { registrationText } from "./domain/trial.js";
import { digest, NudgeBench } from "./testing/nudge-bench.js";

let bench: NudgeBench;
beforeEach(async () => {
  bench = await NudgeBench.open();
});
afterEach(() => bench.close());

const WARDS = ["w1", "w2", "w3", "w4", "w5", "w6"];
const LESSON = "unlocked-workstations";
const plan = {
  behaviour: "left-unlocked" as const,
  instrument: { kind: "lesson" as const, lesson: LESSON } as const,
  days: 14,
  baselineDays: 7,
};

const everybodyWorks = async (every: (ward: string) => number, people = (_ward: string) => 12): Promise<void> => {
  for (const ward of WARDS) bench.work(ward, { people: people(ward), rounds: 3, every: every(ward) });
  await bench.nudges.flush();
};
const begun = async () => {
  const made = await bench.trials.register(plan, "olga");
  if (!made.ok) throw new Error(made.code);
  const of = (arm: string) => made.trial.arms.filter((each) => each.arm === arm).map(({ ward }) => ward);
  return { trial: made.trial, treated: of("treated"), holdout: of("holdout") };
};
const wardsOf = (people: readonly (readonly [string, string])[]) =>
  new Set(people.map(([staffId]) => staffId.split("-")[0]));

describe("a trial of a lesson", () => {
  it("is registered before it begins, with the lesson in what its digest stands for", async () => {
    await everybodyWorks(() => 3);
    const { trial, treated, holdout } = await begun();
    const { digest: said, endedAt: _ended, stopped: _stopped, ...registration } = trial;
    expect(registrationText(registration)).toContain(`"left-unlocked","lesson","${LESSON}"`);
    expect(digest(registrationText(registration))).toBe(said);
    expect([treated.length, holdout.length]).toEqual([3, 3]);
    expect(bench.recorded).toEqual([
      ["nudge.trial-registered", { by: "olga", trial: trial.id, digest: said, wards: 6, holdout: 3 }],
    ]);
    // Of what was registered nothing is lost by a restart.
    await bench.restart();
    expect((await bench.trials.list()).map((each) => each.trial)).toEqual([trial]);
  });

  it("gives the lesson to who shows the behaviour where it is treated, and to nobody held out", async () => {
    // The programme would nudge everywhere: while the trial runs, it alone decides.
    const { answers, caps, version } = QUIET_PROGRAMME;
    const said = { ...answers["left-unlocked"], mode: "everywhere", template: "phone-goes-along" } as const;
    await bench.store.keepProgramme({ version, caps, answers: { ...answers, "left-unlocked": said } });
    await everybodyWorks(() => 3);
    const { trial, treated } = await begun();
    await everybodyWorks(() => 3);
    expect(wardsOf(bench.assigned)).toEqual(new Set(treated));
    expect(new Set(bench.assigned.map(([, lesson]) => lesson))).toEqual(new Set([LESSON]));
    expect(bench.sent).toEqual([]);

    const given = bench.assigned.length;
    expect(await bench.trials.stop(trial.id, "olga")).toMatchObject({ ok: true });
    await everybodyWorks(() => 3);
    expect(bench.assigned).toHaveLength(given);
    expect(bench.sent.length).toBeGreaterThan(0);
  });

  it("has its effect, with an interval, once it is over, and what was read of it in the treated wards", async () => {
    await everybodyWorks(() => 3);
    const { trial, treated, holdout } = await begun();
    bench.pass(days(1));
    for (const ward of treated) {
      bench.lesson(`${ward}-1`, `${ward}-p0`, LESSON);
      bench.lesson(`${ward}-1`, `${ward}-p1`, LESSON, 1);
    }
    // An operator gave it to somebody who is held out, and another lesson to somebody who is not: neither is a dose.
    bench.lesson(`${holdout[0]}-1`, `${holdout[0]}-p0`, LESSON);
    bench.lesson(`${treated[0]}-1`, `${treated[0]}-p2`, "passwords");
    await everybodyWorks((ward) => ([6, 7, 5] as const)[treated.indexOf(ward)] ?? 3);
    const [running] = await bench.trials.list();
    expect([running?.state, running?.effect, running?.doses]).toEqual(["running", null, { sent: 6, shown: 3 }]);
    expect(running?.wards.map(({ during }) => during)).toEqual(WARDS.map(() => null));

    bench.pass(days(15));
    await bench.trials.sweep();
    const [over] = await bench.trials.list();
    expect([over?.state, over?.doses]).toEqual(["completed", { sent: 6, shown: 3 }]);
    expect(over?.effect?.difference).toBeCloseTo(-100 / 6, 0);
    const { low, high } = over?.effect?.interval ?? { low: 0, high: 0 };
    expect([low <= (over?.effect?.difference ?? 0), high < 0]).toEqual([true, true]);
    expect(over?.effect).toMatchObject({ treated: { wards: 3 }, holdout: { wards: 3 }, silent: 0 });
    expect(bench.recorded.at(-1)).toEqual(["nudge.trial-ended", { by: "fleet", trial: trial.id, reason: "completed" }]);
  });

  it("finds none where the lesson changed nothing, and says how sure it is", async () => {
    // Nobody is alike: one ward leaves more open than another, before and during it, each a little differently.
    const before = new Map(WARDS.map((ward, place) => [ward, 3 + (place % 3)]));
    await everybodyWorks((ward) => before.get(ward) ?? 3);
    await begun();
    bench.pass(days(1));
    await everybodyWorks((ward) => (before.get(ward) ?? 3) + (WARDS.indexOf(ward) % 2));
    bench.pass(days(15));
    await bench.trials.sweep();
    const [over] = await bench.trials.list();
    const { low, high } = over?.effect?.interval ?? { low: 1, high: -1 };
    expect([low < 0, high > 0]).toEqual([true, true]);
  });

  it("has no ward in it where fewer than ten people work, and is refused where too few are left", async () => {
    await everybodyWorks(
      () => 3,
      (ward) => (ward === "w6" ? 9 : 12),
    );
    const { trial } = await begun();
    for (const person of ["w6-p0", "w6-p1"]) {
      bench.session("w6-1", person, "idle");
      bench.lesson("w6-1", person, LESSON);
    }
    await bench.nudges.flush();
    expect(wardsOf(bench.assigned)).toEqual(new Set());
    await bench.trials.stop(trial.id, "olga");
    const [stopped] = await bench.trials.list();
    expect(JSON.stringify(stopped)).not.toContain("w6");
    expect(stopped?.doses).toEqual({ sent: 0, shown: 0 });

    await bench.close();
    bench = await NudgeBench.open();
    expect(await bench.trials.register(plan, "olga")).toEqual({ ok: false, code: "trial-too-few-wards" });
    await everybodyWorks(
      () => 3,
      (ward) => (ward > "w3" ? 9 : 12),
    );
    expect(await bench.trials.register(plan, "olga")).toEqual({ ok: false, code: "trial-too-few-wards" });
    expect(bench.recorded).toEqual([]);
  });

  it("tells nothing of a ward in whose time fewer than ten were in, however it is asked", async () => {
    await everybodyWorks(() => 3);
    const { trial, treated } = await begun();
    const [quiet = ""] = treated;
    bench.pass(days(1));
    // One ward had two people in it, often enough for ten: their rate would be theirs.
    for (const ward of WARDS) bench.work(ward, { people: ward === quiet ? 2 : 12, rounds: 9, every: 4 });
    await bench.nudges.flush();
    bench.pass(days(7));
    await bench.trials.stop(trial.id, "olga");
    const [stopped] = await bench.trials.list();
    expect(stopped?.wards.filter(({ during }) => during === null).map(({ ward }) => ward)).toEqual([quiet]);
    expect(stopped?.effect).toMatchObject({ treated: { wards: 2 }, holdout: { wards: 3 }, silent: 1 });

    // A baseline of an hour in which few were in: not a trial's either.
    bench.pass(days(3));
    for (const ward of WARDS) bench.work(ward, { people: 3, rounds: 1, every: 2 });
    await bench.nudges.flush();
    const short = { ...plan, baselineDays: 1 };
    expect(await bench.trials.register(short, "olga")).toEqual({ ok: false, code: "trial-too-few-wards" });
  });
});
