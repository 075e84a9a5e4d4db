import { days, hours } from "@wardkey/protocol";
import { LESSON_IDS } from "@wardkey/protocol/training";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { summarise } from "./app/summary.js";
import { type Programme, QUIET_PROGRAMME } from "./domain/programme.js";
import { NudgeBench } from "./testing/nudge-bench.js";

let bench: NudgeBench;
beforeEach(async () => {
  bench = await NudgeBench.open();
});
afterEach(() => bench.close());

const answering = async (behaviour: keyof Programme["answers"], template: string, more = {}): Promise<void> => {
  const { answers, caps } = QUIET_PROGRAMME;
  const { version } = (await bench.store.programme()) ?? QUIET_PROGRAMME;
  const answer = { ...answers[behaviour], mode: "everywhere" as const, template, ...more };
  await bench.store.keepProgramme({ version, caps, answers: { ...answers, [behaviour]: answer } });
  await bench.nudges.refresh();
};
const said = () => bench.sent.map(({ device, body }) => [device, body.template]);

describe("a behaviour that the site answers", () => {
  it("is answered at the person's next tap-in, wherever that is, once a day and three times a week", async () => {
    await answering("left-unlocked", "phone-goes-along");
    bench.session("icu-1", "anna", "idle");
    expect(said()).toEqual([]);
    bench.session("icu-2", "bruno");
    expect(said()).toEqual([]);
    bench.session("er-1", "anna", "idle");
    expect(said()).toEqual([["er-1", "phone-goes-along"]]);
    bench.session("er-1", "anna", "idle");
    bench.pass(hours(23));
    bench.session("er-1", "anna");
    expect(said()).toHaveLength(1);
    bench.pass(hours(2));
    for (let day = 0; day < 5; day += 1) {
      bench.session("er-1", "anna", "idle");
      bench.pass(hours(25));
    }
    bench.session("er-1", "anna");
    expect(said()).toHaveLength(3);
  });

  it("is answered at the end of the very session where a template wants that", async () => {
    await answering("veil-dismissed", "veil-guards");
    bench.tell("icu-1", "session.unlocked", { session: "s", staffId: "anna" });
    bench.tell("icu-1", "session.kept", { session: "s", staffId: "anna", reason: "stay" });
    expect(said()).toEqual([["icu-1", "veil-guards"]]);
  });

  it("is left alone when nobody decided otherwise", () => {
    bench.session("icu-1", "anna", "idle");
    bench.session("icu-1", "anna");
    expect(said()).toEqual([]);
  });

  it("is history when it was told too late: counted, and answered to nobody who stands elsewhere by now", async () => {
    await answering("veil-dismissed", "veil-guards");
    const at = bench.at - hours(1);
    bench.nudges.note("icu-1", [
      { seq: 1, at, kind: "session.unlocked", body: { session: "s", staffId: "anna" } },
      { seq: 2, at, kind: "session.kept", body: { session: "s", staffId: "anna", reason: "stay" } },
    ]);
    expect(said()).toEqual([]);
  });

  it("is counted once although a kiosk tells its first entries twice", async () => {
    const first = [{ seq: 1, at: bench.at, kind: "session.unlocked", body: { session: "s", staffId: "anna" } }];
    bench.nudges.note("icu-1", first);
    bench.nudges.note("icu-1", first);
    await bench.nudges.flush();
    const hour = Math.floor(bench.at / 3_600_000);
    expect(await bench.store.sums(hour, hour + 1)).toEqual([{ ward: "icu", what: "sessions", count: 1 }]);
  });

  it("brings a lesson to who shows it often", async () => {
    await answering("shared-badge", "code-instead", { lesson: "insecure-sharing", lessonAfter: 2 });
    for (let time = 0; time < 2; time += 1) {
      bench.tell("icu-1", "session.unlocked", { session: `s${time}`, staffId: "anna" });
      bench.session("icu-2", "anna", "walked-away", "badge");
      bench.tell("icu-1", "session.locked", { session: `s${time}`, staffId: "anna", reason: "walked-away" });
    }
    expect(bench.assigned).toEqual([["anna", "insecure-sharing"]]);
    expect(bench.recorded).toEqual(
      Array(2).fill(["behaviour.inferred", { behaviour: "shared-badge", kiosk: "icu-2", other: "icu-1" }]),
    );
  });

  it("is remembered over a restart, and nothing about a person longer than a week", async () => {
    await answering("left-unlocked", "phone-goes-along");
    bench.session("icu-1", "anna", "idle");
    await bench.restart();
    bench.session("icu-1", "anna");
    expect(said()).toEqual([["icu-1", "phone-goes-along"]]);
    await bench.nudges.flush();
    expect((await bench.store.people()).size).toBe(1);
    bench.pass(days(8));
    await bench.restart();
    await bench.restart();
    expect((await bench.store.people()).size).toBe(0);
  });
});

describe("a kiosk whose clock goes ahead", () => {
  const YEARS_AHEAD = days(4 * 365);

  it("has nothing about a person kept beyond a week, and its sessions counted when they were told", async () => {
    await answering("left-unlocked", "phone-goes-along");
    const at = bench.at + YEARS_AHEAD;
    bench.nudges.note("icu-1", [
      { seq: 1, at, kind: "session.unlocked", body: { session: "s", staffId: "anna" } },
      { seq: 2, at: at + 1, kind: "session.locked", body: { session: "s", staffId: "anna", reason: "idle" } },
    ]);
    await bench.nudges.flush();
    const hour = Math.floor(bench.at / 3_600_000);
    expect(await bench.store.sums(hour, hour + 1)).toEqual(
      expect.arrayContaining([{ ward: "icu", what: "sessions", count: 1 }]),
    );
    expect((await bench.store.people()).get("anna")).toMatchObject({
      waiting: { since: bench.at },
      seen: [{ at: bench.at }],
    });
    bench.pass(days(8));
    bench.session("er-1", "anna");
    expect(said()).toEqual([]);
  });

  it("leaves nothing behind of the time in which that was kept as told", async () => {
    const seen = [{ behaviour: "left-unlocked" as const, at: bench.at + YEARS_AHEAD }];
    const state = { nudgedAt: [], waiting: null, seen };
    const people = [{ staffId: "anna", state, changed: bench.at }];
    await bench.store.add({ counts: [], cursors: [], members: [], people });
    await bench.restart();
    await bench.nudges.flush();
    expect((await bench.store.people()).size).toBe(0);
  });
});

describe("what is counted", () => {
  it("is counted once however often it is told", async () => {
    const events = [
      { seq: 1, at: bench.at, kind: "session.unlocked", body: { session: "s", staffId: "anna" } },
      { seq: 2, at: bench.at, kind: "session.locked", body: { session: "s", staffId: "anna", reason: "idle" } },
    ];
    bench.nudges.note("icu-1", events.slice(0, 1));
    bench.nudges.note("icu-1", events.slice(1));
    await bench.restart();
    bench.nudges.note("icu-1", events.slice(1));
    await bench.nudges.flush();
    expect(await bench.store.sums(0, Number.MAX_SAFE_INTEGER)).toEqual(
      expect.arrayContaining([
        { ward: "icu", what: "sessions", count: 1 },
        { ward: "icu", what: "behaviour:left-unlocked", count: 1 },
      ]),
    );
  });

  it("is told by ward, and of a ward with fewer than ten people not at all", async () => {
    bench.work("icu", { people: 10, rounds: 2, every: 5 });
    bench.work("er", { people: 9, rounds: 2, every: 3 });
    bench.work("ot", { people: 10, rounds: 1, every: 10 });
    bench.tell("icu-1", "nudge.shown", {
      nudge: "n",
      template: "veil-guards",
      moment: "tap-out",
      ended: "dismissed",
      ms: 900,
    });
    bench.tell("er-1", "nudge.withheld", { nudge: "n", template: "veil-guards", reason: "quiet-hours" });
    await bench.nudges.flush();
    const summary = await summarise(bench.store, { now: bench.at, days: 28, lessons: LESSON_IDS });
    const none = { "veil-dismissed": 0, "shared-badge": 0, "break-glass-no-reason": 0 };
    expect(summary.wards).toEqual([
      { ward: "er", figures: null },
      {
        ward: "icu",
        figures: {
          ...{ people: 10, sessions: 20, behaviours: { "left-unlocked": 4, ...none } },
          ...{ sent: 0, shown: 1, dismissed: 1 },
        },
      },
      {
        ward: "ot",
        figures: {
          ...{ people: 10, sessions: 10, behaviours: { "left-unlocked": 1, ...none } },
          ...{ sent: 0, shown: 0, dismissed: 0 },
        },
      },
    ]);
    // What is hidden cannot be subtracted out of any total.
    expect(summary.days.reduce((sum, { sessions }) => sum + sessions, 0)).toBe(30);
    expect(summary.withheld).toEqual([]);
    expect(JSON.stringify(summary)).not.toContain("p3");
  });

  it("is told of a time in which enough people worked there, and of no single quiet day", async () => {
    bench.work("icu", { people: 12, rounds: 1, every: 4 });
    bench.pass(days(21));
    bench.work("icu", { people: 3, rounds: 1, every: 4 });
    await bench.nudges.flush();
    const over = (time: number) => summarise(bench.store, { now: bench.at, days: time, lessons: LESSON_IDS });
    expect((await over(7)).wards).toEqual([{ ward: "icu", figures: null }]);
    const { wards, days: shown } = await over(28);
    // Of one ward alone no day is told: two of its people may have been in on it, as often as ten.
    expect([wards[0]?.figures?.sessions, shown]).toEqual([15, []]);
    bench.pass(days(-21));
    bench.work("er", { people: 12, rounds: 1, every: 4 });
    bench.pass(days(21));
    await bench.nudges.flush();
    const both = await over(28);
    expect(both.days.map(({ sessions }) => sessions)).toEqual([24]);
  });

  it("is told of nobody's week who was last in before it, though their kiosk told it late", async () => {
    const told = Array.from({ length: 12 }, (_, person) => ({
      ...{ seq: person + 1, at: bench.at - days(20), kind: "session.unlocked" },
      body: { session: `s${person}`, staffId: `p${person}` },
    }));
    bench.nudges.note("icu-1", told);
    bench.work("icu", { people: 2, rounds: 6, every: 4 });
    await bench.nudges.flush();
    const over = (time: number) => summarise(bench.store, { now: bench.at, days: time, lessons: LESSON_IDS });
    expect((await over(7)).wards).toEqual([{ ward: "icu", figures: null }]);
    expect((await over(28)).wards[0]?.figures?.people).toBe(14);
  });
});
