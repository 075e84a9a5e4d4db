import { checkFleetBody, mayPublish, maySubscribe, topics } from "@wardkey/protocol/fleet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../platform/sql/testing/test-database.js";
import { type Matrix, openMatrix } from "./matrix.js";
import { createSqlMatrixStore, m2mMigrations } from "./sql-matrix-store.js";

let database: TestDatabase;
let told: string[];
let silenced: Set<string>;
let failing: boolean;
const records: { kind: string; body: Record<string, string> }[] = [];
beforeEach(async () => {
  database = await testDatabase(m2mMigrations);
  told = [];
  silenced = new Set();
  failing = false;
  records.splice(0);
});
afterEach(() => database.remove());

const known = new Set(["lab-1", "desk-3", "desk-4"]);
const open = (): Promise<Matrix> =>
  openMatrix({
    site: "st-mary",
    store: createSqlMatrixStore(database.database),
    knows: (device) => known.has(device),
    mayTalk: (device) => !silenced.has(device),
    onChanged: async (device) => {
      told.push(device);
      if (failing) throw new Error("broker down");
    },
    record: async (kind, body) => {
      records.push({ kind, body });
    },
    now: () => 7,
  });
const pair = { from: "lab-1", to: "desk-3", channel: "results" };
const topic = topics.m2m("st-mary", pair);

describe("the connection matrix", () => {
  it("lets one pair talk on one channel in one direction, at once and after a restart", async () => {
    const matrix = await open();
    expect(mayPublish(matrix.grant("lab-1"), topic)).toBe(false);
    expect(await matrix.add(pair, "it-anna")).toEqual({ ok: true, pair: { ...pair, by: "it-anna", addedAt: 7 } });
    expect(told).toEqual(["lab-1", "desk-3"]);
    await database.reopen();
    for (const same of [matrix, await open()]) {
      const [lab, desk, other] = ["lab-1", "desk-3", "desk-4"].map((device) => same.grant(device));
      if (lab === undefined || desk === undefined || other === undefined) throw new Error("no grants");
      expect([lab, desk, other].map((grant) => [mayPublish(grant, topic), maySubscribe(grant, topic)])).toEqual([
        [true, false],
        [false, true],
        [false, false],
      ]);
      const back = topics.m2m("st-mary", { from: "desk-3", to: "lab-1", channel: "results" });
      expect([mayPublish(desk, back), mayPublish(lab, topics.m2m("st-mary", { ...pair, channel: "orders" }))]).toEqual([
        false,
        false,
      ]);
      expect(same.pairs({ device: "desk-3" })).toEqual([{ ...pair, by: "it-anna", addedAt: 7 }]);
      expect(same.pairsOf("desk-3")).toEqual({ sends: [], receives: [{ from: "lab-1", channel: "results" }] });
    }
  });

  it("silences a pair at once when it is removed, also when the broker cannot be told", async () => {
    const matrix = await open();
    await matrix.add(pair, "it-anna");
    failing = true;
    told.splice(0);
    await expect(matrix.remove(pair, "it-anna")).rejects.toThrow("broker down");
    expect([told, mayPublish(matrix.grant("lab-1"), topic)]).toEqual([["lab-1", "desk-3"], false]);
    expect((await open()).pairs()).toEqual([]);
  });

  it("gives a quarantined device nothing, and all of it back afterwards", async () => {
    const matrix = await open();
    await matrix.add(pair, "it-anna");
    silenced.add("lab-1");
    expect(matrix.grant("lab-1")).toEqual({ site: "st-mary", device: "lab-1", sends: [], receives: [] });
    silenced.clear();
    expect(matrix.grant("lab-1").sends).toEqual([{ to: "desk-3", channel: "results" }]);
  });

  it("refuses what is no pair, and audits what is one", async () => {
    const matrix = await open();
    const cases: [typeof pair, string][] = [
      [{ ...pair, to: "desk-9" }, "device-unknown"],
      [{ ...pair, channel: "a/b" }, "device-unknown"],
      [{ ...pair, channel: "+" }, "device-unknown"],
      [{ ...pair, to: "lab-1" }, "pair-of-one"],
    ];
    for (const [wrong, code] of cases) expect(await matrix.add(wrong, "it-anna")).toEqual({ ok: false, code });
    await matrix.add(pair, "it-anna");
    expect(await matrix.add(pair, "it-anna")).toEqual({ ok: false, code: "pair-known" });
    await matrix.remove(pair, "it-anna");
    expect(await matrix.remove(pair, "it-anna")).toEqual({ ok: false, code: "pair-unknown" });
    expect(records.map(({ kind, body }) => [kind, checkFleetBody(kind, body).ok])).toEqual([
      ["m2m.pair-added", true],
      ["m2m.pair-removed", true],
    ]);
  });

  it("takes over what another server changed, and tells the devices", async () => {
    const [here, there] = [await open(), await open()];
    await there.add(pair, "it-anna");
    told.splice(0);
    await here.refresh();
    expect([told, mayPublish(here.grant("lab-1"), topic)]).toEqual([["lab-1", "desk-3"], true]);
    await there.remove(pair, "it-anna");
    await here.refresh();
    expect(mayPublish(here.grant("lab-1"), topic)).toBe(false);
  });
});
