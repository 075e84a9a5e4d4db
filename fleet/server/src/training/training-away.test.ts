import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../platform/sql/testing/test-database.js";
import { createSqlTrainingStore, type TrainingStore, trainingMigrations } from "./sql-training-store.js";
import { Training } from "./training.js";

const NOW = Date.UTC(2026, 2, 2, 9);

let made: TestDatabase;
let store: TrainingStore;
let training: Training;
let wakes: (() => void)[];
let logged: string[];
/** Whose answers the database takes not. */
let refused: readonly string[];
let tried: number;

beforeEach(async () => {
  [wakes, logged, refused, tried] = [[], [], [], 0];
  made = await testDatabase(trainingMigrations);
  store = createSqlTrainingStore(made.database);
  training = await Training.open({
    store: {
      ...store,
      complete: async (completion) => {
        tried += 1;
        if (refused.includes(completion.staffId)) throw new Error("away");
        await store.complete(completion);
      },
    },
    after: (_delay, wake) => {
      wakes.push(wake);
      return () => {
        wakes = wakes.filter((each) => each !== wake);
      };
    },
    now: () => NOW,
    newId: () => crypto.randomUUID(),
    wardOf: () => "icu",
    send: async () => {},
    digest: (text) => text,
    record: async () => {},
    log: ({ code }) => void logged.push(code),
  });
});
afterEach(() => made.remove());

let seq = 0;
const passes = (staffId: string): void =>
  training.note("icu-1", [
    {
      ...{ seq: ++seq, at: NOW, kind: "lesson.completed" },
      body: { lesson: "usb", staffId, correct: 3, of: 3, passed: true, ms: 90_000 },
    },
  ]);
const wake = (): void => {
  for (const each of wakes.splice(0)) each();
};
const written = async (): Promise<string[]> => (await store.passed()).map(({ staffId }) => staffId).sort();
const isWaiting = () => wakes.length;

describe("a lesson that was passed while the database was away", () => {
  it("is kept, and written when it is taken again; one that is not is in nobody's way", async () => {
    refused = ["anna", "bruno"];
    passes("anna");
    passes("bruno");
    await expect.poll(isWaiting).toBe(1);
    expect(await written()).toEqual([]);
    refused = ["anna"];
    wake();
    await expect.poll(written).toEqual(["bruno"]);
    await expect.poll(isWaiting).toBe(1);
    refused = [];
    wake();
    await expect.poll(written).toEqual(["anna", "bruno"]);
    await training.stop();
    expect(wakes).toEqual([]);
  });

  it("is tried once more before the server stops, and no longer", async () => {
    refused = ["anna"];
    passes("anna");
    await expect.poll(isWaiting).toBe(1);
    refused = [];
    await training.stop();
    expect([await written(), wakes]).toEqual([["anna"], []]);
  });

  it("is let go of when too many wait, the oldest first, and the log says so", async () => {
    refused = Array.from({ length: 10_001 }, (_, person) => `p${person}`);
    for (const each of refused) passes(each);
    expect(logged).toEqual(["training-completion-lost"]);
    await training.stop();
    expect([tried, wakes]).toEqual([2, []]);
  });
});
