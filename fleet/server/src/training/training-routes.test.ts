import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ApiServer, closeApiServer, listenOn } from "../platform/http/api-server.js";
import { createConsoleServer } from "../platform/http/console-server.js";
import { platformProblemTitles } from "../platform/http/problem.js";
import { type TestDatabase, testDatabase } from "../platform/sql/testing/test-database.js";
import {
  createSqlTrainingStore,
  Training,
  trainingMigrations,
  trainingProblemTitles,
  trainingRoutes,
} from "./index.js";

const NOW = Date.UTC(2026, 2, 2, 9);
const STANDINGS: Readonly<Record<string, "active" | "left" | "erased">> = {
  anna: "active",
  leo: "left",
  eva: "erased",
};

let made: TestDatabase;
let server: ApiServer;
let origin: string;
let recorded: string[];
beforeEach(async () => {
  made = await testDatabase(trainingMigrations);
  recorded = [];
  const store = createSqlTrainingStore(made.database);
  const training = await Training.open({
    store,
    now: () => NOW,
    newId: () => crypto.randomUUID(),
    wardOf: () => null,
    send: async () => {},
    after: () => () => {},
    digest: (text) => text,
    record: async (kind) => void recorded.push(kind),
    log: () => {},
  });
  server = await createConsoleServer({
    logger: pino({ level: "silent" }),
    titles: {
      ...platformProblemTitles,
      ...trainingProblemTitles,
      "staff-unknown": "No such person",
      "staff-left": "Left",
    },
    identify: async () => ({
      administrator: { id: "olga", name: "Olga", role: "operator" },
      via: { kind: "token", id: "1" },
    }),
    pageToken: "page-token-of-the-test-1234567890abcdefghij",
  });
  trainingRoutes(server, {
    ...{ training, store, now: () => NOW },
    standingOf: async (staffId) => STANDINGS[staffId] ?? null,
    hasWard: (ward) => ward === "ICU",
  });
  origin = `http://localhost:${await listenOn(server, { host: "127.0.0.1", port: 0, key: "port" })}`;
});
afterEach(async () => {
  await closeApiServer(server);
  await made.remove();
});

async function give(to: object) {
  const response = await fetch(`${origin}/v1/training/assignments`, {
    method: "POST",
    headers: { authorization: "Bearer token-of-a-test-olga", "content-type": "application/json" },
    body: JSON.stringify({ lesson: "usb", to }),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

describe("giving a lesson", () => {
  it("reaches who works here and what ward there is", async () => {
    expect(await give({ kind: "person", staffId: "anna" })).toMatchObject({ status: 201, body: { passed: 0 } });
    expect(await give({ kind: "ward", ward: "ICU" })).toMatchObject({ status: 201, body: { passed: null } });
    expect(await give({ kind: "person", staffId: "anna" })).toMatchObject({
      status: 409,
      body: { code: "training-waits-already" },
    });
    expect(recorded).toEqual(["training.assigned", "training.assigned"]);
  });

  const refused: readonly [string, object, number, string][] = [
    ["somebody whom nobody knows", { kind: "person", staffId: "ana" }, 404, "staff-unknown"],
    ["somebody whose record was erased", { kind: "person", staffId: "eva" }, 404, "staff-unknown"],
    ["somebody who left", { kind: "person", staffId: "leo" }, 409, "staff-left"],
    ["a ward that no device stands in", { kind: "ward", ward: "icu" }, 404, "training-ward-unknown"],
  ];
  it.each(refused)("is refused to %s, and nothing is kept", async (_who, to, status, code) => {
    expect(await give(to)).toMatchObject({ status, body: { code } });
    expect(recorded).toEqual([]);
  });
});
