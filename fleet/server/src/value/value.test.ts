import { checkFleetBody } from "@wardkey/protocol/fleet";
import { startAssumptions } from "@wardkey/protocol/value";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ApiServer, closeApiServer, listenOn } from "../platform/http/api-server.js";
import { createConsoleServer } from "../platform/http/console-server.js";
import { platformProblemTitles } from "../platform/http/problem.js";
import { type TestDatabase, testDatabase } from "../platform/sql/testing/test-database.js";
import { createSqlValueStore, createValue, valueMigrations, valueProblemTitles, valueRoutes } from "./index.js";

const NOW = Date.UTC(2026, 10, 22, 12);
const DAY = 86_400_000;
const ICU = { ward: "ICU", unlocks: 7_200, locks: 7_100, disputed: 3, tap: { meanMs: 800 } };

let made: TestDatabase;
let server: ApiServer;
let origin: string;
let recorded: unknown[];
let asked: unknown[];
let firstHour: number;
let auditFails: boolean;
beforeEach(async () => {
  made = await testDatabase(valueMigrations);
  [recorded, auditFails] = [[], false];
  asked = [];
  firstHour = NOW - 100 * DAY;
  const value = createValue({
    store: createSqlValueStore(made.database),
    figures: {
      wards: async (range) => {
        asked.push(range);
        return [ICU, { ward: "Ward 3B", unlocks: 0, locks: 0, disputed: 0, tap: null }];
      },
      since: async () => firstHour,
    },
    kiosks: () => 12,
    people: async () => 90,
    now: () => NOW,
    record: async (kind, body) => {
      if (auditFails) throw new Error("the audit takes nothing");
      const checked = checkFleetBody(kind, body);
      if (!checked.ok) throw new Error(`${kind} may not carry ${checked.keys.join()}`);
      recorded.push({ kind, body });
    },
  });
  server = await createConsoleServer({
    logger: pino({ level: "silent" }),
    titles: { ...platformProblemTitles, ...valueProblemTitles },
    identify: async ({ token }) => ({
      administrator: { id: "ada", name: "Ada", role: token?.includes("viewer") === true ? "viewer" : "operator" },
      via: { kind: "token", id: "1" },
    }),
    pageToken: "page-token-of-the-test-1234567890abcdefghij",
  });
  valueRoutes(server, { value });
  origin = `http://localhost:${await listenOn(server, { host: "127.0.0.1", port: 0, key: "port" })}`;
});
afterEach(async () => {
  await closeApiServer(server);
  await made.remove();
});

async function call(method: string, path: string, body?: object, as = "operator") {
  const response = await fetch(`${origin}${path}`, {
    method,
    headers: { authorization: `Bearer token-of-a-test-${as}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

describe("what the site gets for what it pays", () => {
  it("is read from what its kiosks measured", async () => {
    const { status, body } = await call("GET", "/v1/value?days=28", undefined, "viewer");
    expect(status).toBe(200);
    expect(asked).toEqual([{ from: NOW - 28 * DAY, to: NOW }]);
    expect(body).toMatchObject({
      measured: { days: 28, kiosks: 12, people: 90, wards: [{ ward: "ICU", unlocks: 7_200, tapSeconds: 0.8 }, {}] },
      kept: { version: 0, assumptions: startAssumptions(), by: null, at: null },
      estimate: { unlocks: 7_200, tapSeconds: 0.8 },
    });
  });

  it("is worked out once for everybody who looks within half a minute", async () => {
    await Promise.all([call("GET", "/v1/value?days=28"), call("GET", "/v1/value?days=28")]);
    await call("GET", "/v1/value?days=7");
    expect(asked).toHaveLength(2);
  });

  it("takes a site that is a week old for a week", async () => {
    firstHour = NOW - 7 * DAY;
    const { body } = await call("GET", "/v1/value?days=28");
    expect([body.from, body.measured.days]).toEqual([NOW - 7 * DAY, 7]);
  });

  it("follows what the site assumes, which is journaled", async () => {
    const assumptions = { ...startAssumptions(), loginBefore: { low: 31, likely: 31, high: 31 } };
    const changed = await call("PUT", "/v1/value/assumptions", { version: 0, assumptions });
    expect(changed).toEqual({ status: 200, body: { version: 1, assumptions, by: "ada", at: NOW } });
    const { body } = await call("GET", "/v1/value");
    expect(body.estimate.wards[0].savedSeconds.mid).toBeCloseTo(30.2, 6);
    const was = startAssumptions().loginBefore;
    const change = {
      ...{ assumption: "loginBefore", low: 31, likely: 31, high: 31 },
      ...{ wasLow: was.low, wasLikely: was.likely, wasHigh: was.high },
    };
    expect(recorded).toEqual([{ kind: "value.assumptions-changed", body: { by: "ada", version: 1, ...change } }]);
  });

  it("leaves a record from which every earlier report's assumptions can be told, one entry for each that changed", async () => {
    const first = { ...startAssumptions(), timeUsed: { low: 0.1, likely: 0.15, high: 0.2 } };
    const second = {
      ...first,
      timeUsed: { low: 0.3, likely: 0.3, high: 0.3 },
      workHour: { low: 30, likely: 31, high: 32 },
    };
    for (const [version, assumptions] of [first, second].entries()) {
      expect((await call("PUT", "/v1/value/assumptions", { version, assumptions })).status).toBe(200);
    }
    const bodies = recorded.map((each) => (each as { body: Record<string, unknown> }).body);
    expect(bodies.map(({ version, assumption }) => [version, assumption])).toEqual([
      [1, "timeUsed"],
      [2, "workHour"],
      [2, "timeUsed"],
    ]);
    expect(bodies[2]).toMatchObject({ wasLow: 0.1, wasLikely: 0.15, wasHigh: 0.2, low: 0.3, likely: 0.3, high: 0.3 });
    // Kept as it was: that is said too, without a range.
    expect((await call("PUT", "/v1/value/assumptions", { version: 2, assumptions: second })).status).toBe(200);
    expect(recorded.at(-1)).toEqual({ kind: "value.assumptions-changed", body: { by: "ada", version: 3 } });
  });

  it("stays what it was when the audit does not take a change", async () => {
    const assumptions = { ...startAssumptions(), loginBefore: { low: 31, likely: 31, high: 31 } };
    const kept = async () => (await call("GET", "/v1/value")).body.kept;
    auditFails = true;
    expect((await call("PUT", "/v1/value/assumptions", { version: 0, assumptions })).status).toBe(500);
    expect(await kept()).toMatchObject({ assumptions: startAssumptions(), by: null, at: null });
    auditFails = false;
    const { version } = await kept();
    expect((await call("PUT", "/v1/value/assumptions", { version, assumptions })).status).toBe(200);
    expect(await kept()).toMatchObject({ assumptions, by: "ada", at: NOW });
  });

  it("keeps the first of two changes made from the same, and tells the second", async () => {
    const change = { version: 0, assumptions: startAssumptions() };
    const answers = await Promise.all([
      call("PUT", "/v1/value/assumptions", change),
      call("PUT", "/v1/value/assumptions", change),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: "value-changed" });
    expect(recorded).toHaveLength(1);
  });

  const refused: readonly [string, object, string, number][] = [
    ["ends the wrong way round", { loginBefore: { low: 9, likely: 5, high: 1 } }, "operator", 400],
    ["what nobody asked", { "<img src=x onerror=alert(1)>": { low: 1, likely: 1, high: 1 } }, "operator", 400],
    ["a change by who may only look", {}, "viewer", 403],
  ];
  it.each(refused)("refuses %s", async (_what, change, as, status) => {
    const assumptions = { ...startAssumptions(), ...change };
    expect((await call("PUT", "/v1/value/assumptions", { version: 0, assumptions }, as)).status).toBe(status);
    expect((await call("GET", "/v1/value")).body.kept.version).toBe(0);
  });
});
