import { days } from "@wardkey/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { registrationText } from "./domain/trial.js";
import { digest, NudgeBench } from "./testing/nudge-bench.js";

let bench: NudgeBench;
beforeEach(async () => {
  bench = await NudgeBench.open();
});
afterEach(() => bench.close());

const WARDS = ["w1", "w2", "w3", "w4", "w5", "w6"];
const plan = {
  behaviour: "left-unlocked" as const,
  instrument: { kind: "nudge" as const, template: "phone-goes-along" },
  days: 14,
  baselineDays: 7,
};
const everybodyWorks = async (every: (ward: string) => number): Promise<void> => {
  for (const ward of WARDS) {
    bench.work(ward, { people: 12, rounds: 3, every: every(ward) });
  }
  await bench.nudges.flush();
};

describe("a trial", () => {
  it("is registered before it begins, nudges the treated wards alone, and is read when it is over", async () => {
    await everybodyWorks(() => 3);
    const made = await bench.trials.register(plan, "olga");
    if (!made.ok) throw new Error(made.code);
    const { trial } = made;
    const { digest: said, endedAt: _ended, stopped: _stopped, ...registration } = trial;
    expect(digest(registrationText(registration))).toBe(said);
    expect(bench.recorded).toEqual([
      ["nudge.trial-registered", { by: "olga", trial: trial.id, digest: said, wards: 6, holdout: 3 }],
    ]);
    const treated = trial.arms.filter(({ arm }) => arm === "treated").map(({ ward }) => ward);
    expect(treated).toHaveLength(3);
    bench.pass(days(1));
    // Half as many are left open where something was said, here more and there fewer.
    await everybodyWorks((ward) => ([6, 7, 5] as const)[treated.indexOf(ward)] ?? 3);
    expect(new Set(bench.sent.map(({ device }) => device.slice(0, 2)))).toEqual(new Set(treated));
    const [running] = await bench.trials.list();
    expect([running?.state, running?.effect, running?.wards.every(({ during }) => during === null)]).toEqual([
      "running",
      null,
      true,
    ]);
    expect(running?.doses.sent).toBeGreaterThan(0);
    expect(await bench.trials.register(plan, "olga")).toEqual({ ok: false, code: "trial-running" });

    bench.pass(days(15));
    await bench.trials.sweep();
    const [over] = await bench.trials.list();
    expect([over?.state, over?.trial.stopped, over?.effect?.holdout.wards]).toEqual(["completed", false, 3]);
    expect(over?.effect?.difference).toBeCloseTo(-100 / 6, 0);
    expect(over?.effect?.interval?.high).toBeLessThan(0);
    expect(bench.recorded.at(-1)).toEqual(["nudge.trial-ended", { by: "fleet", trial: trial.id, reason: "completed" }]);
  });

  it("can be stopped, once, and says so", async () => {
    await everybodyWorks(() => 4);
    const made = await bench.trials.register(plan, "olga");
    if (!made.ok) throw new Error(made.code);
    bench.pass(days(1));
    await everybodyWorks(() => 4);
    bench.pass(days(7));
    expect(await bench.trials.stop(made.trial.id, "olga")).toMatchObject({ ok: true, trial: { stopped: true } });
    expect(await bench.trials.stop(made.trial.id, "olga")).toEqual({ ok: false, code: "trial-over" });
    expect(await bench.trials.stop(crypto.randomUUID(), "olga")).toEqual({ ok: false, code: "trial-unknown" });
    const [stopped] = await bench.trials.list();
    expect([stopped?.state, stopped?.effect?.treated.wards]).toEqual(["stopped", 3]);
    const sent = bench.sent.length;
    await everybodyWorks(() => 2);
    expect(bench.sent.length).toBe(sent);
  });

  it("is one for a behaviour, also when two are begun in one moment, at one server or at two", async () => {
    await everybodyWorks(() => 4);
    const { trials } = bench;
    const answers = await Promise.all([trials.register(plan, "olga"), trials.register(plan, "piet")]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(answers).toContainEqual({ ok: false, code: "trial-running" });
    expect(bench.recorded.map(([kind]) => kind)).toEqual(["nudge.trial-registered"]);

    // Two servers know nothing of each other's moment: what one wrote into the audit in vain is ended there.
    const other = {
      ...plan,
      behaviour: "veil-dismissed" as const,
      instrument: { kind: "lesson", lesson: "usb" } as const,
    };
    const both = await Promise.all([bench.trials.register(other, "olga"), bench.trials.register(other, "piet")]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    const kept = (await bench.trials.list()).map(({ trial }) => trial.id);
    expect(kept).toHaveLength(2);
    const registered = bench.recorded
      .filter(([kind]) => kind === "nudge.trial-registered")
      .map(([, body]) => body["trial"]);
    const ended = bench.recorded.filter(([kind]) => kind === "nudge.trial-ended").map(([, body]) => body["trial"]);
    expect(registered.filter((id) => !ended.includes(id)).sort()).toEqual(kept.sort());
  });

  it("ends once, however many look", async () => {
    await everybodyWorks(() => 4);
    const made = await bench.trials.register(plan, "olga");
    if (!made.ok) throw new Error(made.code);
    const ends = () => bench.recorded.filter(([kind]) => kind === "nudge.trial-ended");
    bench.pass(days(15));
    await Promise.all([bench.trials.sweep(), bench.trials.sweep(), bench.trials.stop(made.trial.id, "olga")]);
    expect(ends()).toEqual([["nudge.trial-ended", { by: "fleet", trial: made.trial.id, reason: "completed" }]]);
  });

  it("has not ended while the audit does not take it, and ends at the next look", async () => {
    await everybodyWorks(() => 4);
    await bench.trials.register(plan, "olga");
    bench.pass(days(15));
    bench.auditFails = true;
    await expect(bench.trials.sweep()).rejects.toThrow("the audit takes nothing");
    bench.auditFails = false;
    await bench.trials.sweep();
    expect(bench.recorded.at(-1)?.[0]).toBe("nudge.trial-ended");
  });

  it("tells nothing when it is stopped within its first week, in which a few people may have been in", async () => {
    await everybodyWorks(() => 4);
    const made = await bench.trials.register(plan, "olga");
    if (!made.ok) throw new Error(made.code);
    bench.pass(days(1));
    // Two people, ten sessions each: as many sessions as ten people have.
    for (const ward of WARDS) bench.work(ward, { people: 2, rounds: 10, every: 2 });
    await bench.nudges.flush();
    await bench.trials.stop(made.trial.id, "olga");
    const [stopped] = await bench.trials.list();
    expect([stopped?.state, stopped?.effect, stopped?.wards.map(({ during }) => during)]).toEqual([
      ...["stopped", null],
      WARDS.map(() => null),
    ]);
  });

  it("tells of the same wards for good, also when nobody remembers any more who worked there", async () => {
    await everybodyWorks(() => 4);
    const made = await bench.trials.register(plan, "olga");
    if (!made.ok) throw new Error(made.code);
    bench.pass(days(1));
    // Who worked there before it, on the day on which it began, is none of its people.
    for (const ward of WARDS) bench.work(ward, { people: ward === "w1" ? 2 : 12, rounds: 9, every: 2 });
    await bench.nudges.flush();
    bench.pass(days(15));
    await bench.trials.sweep();
    const during = async () => (await bench.trials.list())[0]?.wards.filter((each) => each.during !== null);
    const told = await during();
    expect(told?.map(({ ward }) => ward)).toEqual(expect.not.arrayContaining(["w1"]));
    expect(told).toHaveLength(5);
    // A month later the quiet ward is a busy one.
    bench.pass(days(30));
    await everybodyWorks(() => 4);
    bench.pass(days(70));
    await bench.restart();
    expect(await during()).toEqual(told);
  });

  it("is refused where only a few worked in the time that it would be compared with, though more did before", async () => {
    await everybodyWorks(() => 4);
    bench.pass(days(12));
    for (const ward of WARDS) bench.work(ward, { people: 2, rounds: 10, every: 2 });
    await bench.nudges.flush();
    expect(await bench.trials.register(plan, "olga")).toEqual({ ok: false, code: "trial-too-few-wards" });
    expect(await bench.trials.register({ ...plan, baselineDays: 28 }, "olga")).toMatchObject({ ok: true });
  });

  it("is refused where too few wards are large enough, and with another behaviour's sentence", async () => {
    for (const ward of WARDS) bench.work(ward, { people: ward < "w4" ? 12 : 9, rounds: 1, every: 3 });
    await bench.nudges.flush();
    expect(await bench.trials.register(plan, "olga")).toEqual({ ok: false, code: "trial-too-few-wards" });
    const strange = { ...plan, instrument: { kind: "nudge" as const, template: "veil-guards" } };
    expect(await bench.trials.register(strange, "olga")).toEqual({ ok: false, code: "trial-template" });
    expect(bench.recorded).toEqual([]);
  });
});
