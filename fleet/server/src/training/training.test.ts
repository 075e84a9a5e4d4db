import { createHash } from "node:crypto";
import { hours } from "@wardkey/protocol";
import type { NudgeBody } from "@wardkey/protocol/fleet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../platform/sql/testing/test-database.js";
import {
  type AssignmentQuery,
  createSqlTrainingStore,
  type TrainingStore,
  trainingMigrations,
} from "./sql-training-store.js";
import { Training } from "./training.js";

let made: TestDatabase;
let store: TrainingStore;
let training: Training;
let at: number;
let offered: [string, NudgeBody["parameters"]][];
let recorded: [string, Record<string, string | null>][];
let seq = 0;

const open = (): Promise<Training> =>
  Training.open({
    store,
    after: () => () => {},
    now: () => at,
    newId: () => crypto.randomUUID(),
    wardOf: (device) => device.split("-")[0] ?? null,
    send: async ({ device, body }) => offered.push([device, body.parameters]),
    digest: (text) => createHash("sha256").update(text).digest("base64url"),
    record: async (kind, body) => void recorded.push([kind, body]),
    log: ({ code }) => {
      throw new Error(code);
    },
  });

beforeEach(async () => {
  at = Date.UTC(2026, 2, 2, 9);
  offered = [];
  recorded = [];
  made = await testDatabase(trainingMigrations);
  store = createSqlTrainingStore(made.database);
  training = await open();
});
afterEach(async () => {
  await training.stop();
  await made.remove();
});

const tell = (device: string, kind: string, body: Record<string, string | number | boolean>): void =>
  training.note(device, [{ seq: ++seq, at, kind, body }]);
const comesIn = (device: string, staffId: string): void => tell(device, "session.unlocked", { session: "s", staffId });
const answers = (device: string, staffId: string, correct: number): void =>
  tell(device, "lesson.completed", { lesson: "usb", staffId, correct, of: 3, passed: correct > 1, ms: 90_000 });
const give = (to: Parameters<Training["assign"]>[0]["to"]) =>
  training.assign({ lesson: "usb", to, because: null, by: "olga" });

describe("a lesson for a person", () => {
  it("is offered wherever they come in, again after twelve hours, until they passed it", async () => {
    await give({ kind: "person", staffId: "anna" });
    comesIn("icu-1", "bruno");
    comesIn("er-1", "anna");
    comesIn("er-2", "anna");
    expect(offered).toEqual([["er-1", { lesson: "usb" }]]);
    at += hours(13);
    answers("er-1", "anna", 1);
    comesIn("er-1", "anna");
    expect(offered).toHaveLength(2);
    at += 60_000;
    answers("er-1", "anna", 3);
    at += hours(13);
    comesIn("er-1", "anna");
    expect(offered).toHaveLength(2);
    await training.stop();
    expect((await store.list({ search: "AN", lesson: null, limit: 10, from: 0, now: at })).rows).toEqual([
      expect.objectContaining({ to: { kind: "person", staffId: "anna" }, by: "olga", passed: 1 }),
    ]);
  });

  it("waits once, is journaled, outlives a restart, and can be taken back", async () => {
    const made = await give({ kind: "person", staffId: "anna" });
    if (!made.ok) throw new Error(made.code);
    const { id } = made.assignment;
    expect(await give({ kind: "person", staffId: "anna" })).toEqual({ ok: false, code: "training-waits-already" });
    await training.stop();
    training = await open();
    comesIn("er-1", "anna");
    expect(offered).toHaveLength(1);
    expect([await training.withdraw(id, "olga"), await training.withdraw(id, "olga")]).toEqual([true, false]);
    at += hours(13);
    comesIn("er-1", "anna");
    expect(offered).toHaveLength(1);
    expect(recorded).toEqual([
      ["training.assigned", { by: "olga", assignment: id, lesson: "usb", to: "person", staffId: "anna" }],
      ["training.withdrawn", { by: "olga", assignment: id }],
    ]);
  });

  it("is listed by how it stands, in the order that was asked for", async () => {
    await give({ kind: "person", staffId: "anna" });
    answers("er-1", "anna", 3);
    at += hours(1);
    await give({ kind: "person", staffId: "bruno" });
    at += hours(1);
    const taken = await give({ kind: "ward", ward: "icu" });
    if (!taken.ok) throw new Error(taken.code);
    await training.withdraw(taken.assignment.id, "olga");
    await training.stop();
    const listed = async (query: Partial<AssignmentQuery>): Promise<string[]> => {
      const { rows } = await store.list({ search: "", lesson: null, limit: 10, from: 0, now: at, ...query });
      return rows.map(({ to }) => (to.kind === "person" ? to.staffId : to.ward));
    };
    expect(await listed({})).toEqual(["icu", "bruno", "anna"]);
    expect(await listed({ sort: "at", order: "up" })).toEqual(["anna", "bruno", "icu"]);
    expect(await listed({ sort: "for", order: "up" })).toEqual(["anna", "bruno", "icu"]);
    expect(await listed({ state: "done" })).toEqual(["anna"]);
    expect(await listed({ state: "waiting" })).toEqual(["bruno"]);
    expect(await listed({ state: "withdrawn" })).toEqual(["icu"]);
    expect(await listed({ state: "ended" })).toEqual([]);
    expect(await listed({ state: "ended", now: at + hours(24 * 365) })).toEqual(["bruno"]);
  });

  it("waits no longer once it is passed, though what it measures goes on, and waits again when it is given again", async () => {
    await give({ kind: "person", staffId: "anna" });
    await give({ kind: "person", staffId: "bruno" });
    await give({ kind: "ward", ward: "icu" });
    const waits = async (): Promise<unknown> => {
      await training.stop();
      const open = (await store.open(at, 10)).map(({ to }) => (to.kind === "person" ? to.staffId : to.ward));
      return [open.sort(), [...(await store.waiting(at))]];
    };
    at += hours(1);
    answers("er-1", "bruno", 1);
    expect(await waits()).toEqual([["anna", "bruno", "icu"], [["usb", 3]]]);
    answers("er-1", "anna", 3);
    expect(await waits()).toEqual([["bruno", "icu"], [["usb", 2]]]);
    training = await open();
    at += hours(1);
    expect((await give({ kind: "person", staffId: "anna" })).ok).toBe(true);
    comesIn("er-1", "anna");
    expect([await waits(), offered]).toEqual([[["anna", "bruno", "icu"], [["usb", 3]]], [["er-1", { lesson: "usb" }]]]);
    at += hours(24 * 61);
    expect(await waits()).toEqual([[], []]);
  });

  it("is passed when it was told, not when a kiosk says whose clock is years ahead", async () => {
    training.note("er-1", [
      {
        ...{ seq: ++seq, at: Date.UTC(2030, 0, 1), kind: "lesson.completed" },
        body: { lesson: "usb", staffId: "anna", correct: 3, of: 3, passed: true, ms: 90_000 },
      },
    ]);
    at += hours(1);
    await give({ kind: "person", staffId: "anna" });
    comesIn("er-1", "anna");
    expect(offered).toHaveLength(1);
    await training.stop();
    expect((await store.list({ search: "", lesson: null, state: "waiting", limit: 10, from: 0, now: at })).total).toBe(
      1,
    );
  });

  it("is listed as the programme's when it followed a behaviour: who showed which is nobody's to read or sort by", async () => {
    const wanted = { lesson: "usb", because: "programme", by: "fleet" } as const;
    await training.assign({ ...wanted, to: { kind: "person", staffId: "anna" } });
    await give({ kind: "person", staffId: "bruno" });
    // As it was kept before.
    await made.database("training_assignments").where({ staff_id: "anna" }).update({ because: "left-unlocked" });
    const query = { search: "", lesson: null, limit: 10, from: 0, now: at } as const;
    const { rows } = await store.list({ ...query, sort: "because", order: "down" });
    expect(rows.map(({ to, because, by }) => [to, because, by])).toEqual([
      [{ kind: "person", staffId: "anna" }, "programme", "fleet"],
      [{ kind: "person", staffId: "bruno" }, null, "olga"],
    ]);
    const [forget] = trainingMigrations.slice(1);
    await forget?.up(made.database);
    expect(await made.database("training_assignments").whereNotNull("because").pluck("because")).toEqual(["programme"]);
  });

  it("is counted among those that were given in a time, whoever gave it", async () => {
    await give({ kind: "person", staffId: "anna" });
    at += hours(24 * 30);
    await give({ kind: "person", staffId: "bruno" });
    await give({ kind: "ward", ward: "icu" });
    expect([...(await store.given(at - hours(24)))]).toEqual([["usb", 2]]);
    expect([...(await store.given(0))]).toEqual([["usb", 3]]);
  });

  it("can be given again once it ran out, to a person and to a ward", async () => {
    const whom = [{ kind: "person", staffId: "anna" } as const, { kind: "ward", ward: "icu" } as const];
    for (const to of whom) expect((await give(to)).ok).toBe(true);
    at += hours(24 * 59);
    for (const to of whom) expect(await give(to)).toEqual({ ok: false, code: "training-waits-already" });
    at += hours(24 * 2);
    for (const to of whom) expect((await give(to)).ok).toBe(true);
    comesIn("er-1", "anna");
    expect(offered).toHaveLength(1);
  });

  it("names nobody whose record was erased", async () => {
    await give({ kind: "person", staffId: "anna" });
    answers("er-1", "anna", 3);
    await training.stop();
    await store.forget(["anna"]);
    expect([
      await store.sums(),
      (await store.list({ search: "", lesson: null, limit: 10, from: 0, now: at })).total,
    ]).toEqual([[], 0]);
  });
});

describe("a lesson for a ward", () => {
  it("is offered to everybody who comes in there, and counts who passed", async () => {
    await give({ kind: "ward", ward: "icu" });
    comesIn("er-1", "anna");
    comesIn("icu-1", "anna");
    comesIn("icu-2", "bruno");
    expect(offered.map(([device]) => device)).toEqual(["icu-1", "icu-2"]);
    answers("icu-1", "anna", 2);
    const counted = async () => {
      await training.stop();
      const { rows } = await store.list({ search: "ic", lesson: "usb", limit: 10, from: 0, now: at });
      return rows.map(({ to, passed }) => [to, passed]);
    };
    // Of so few it would be known who: nothing is counted for anybody to see.
    expect(await counted()).toEqual([[{ kind: "ward", ward: "icu" }, null]]);
    for (let person = 0; person < 8; person += 1) answers("icu-1", `p${person}`, person % 2 === 0 ? 3 : 1);
    answers("icu-1", "anna", 3);
    expect([await counted(), await store.sums()]).toEqual([
      [[{ kind: "ward", ward: "icu" }, null]],
      [{ lesson: "usb", people: null, passed: null }],
    ]);
    answers("icu-1", "bruno", 1);
    expect([await counted(), await store.sums()]).toEqual([
      [[{ kind: "ward", ward: "icu" }, 5]],
      [{ lesson: "usb", people: 10, passed: 5 }],
    ]);
    // A sign of the pattern is a letter like any other.
    expect((await store.list({ search: "%", lesson: null, limit: 10, from: 0, now: at })).total).toBe(0);
  });
});
