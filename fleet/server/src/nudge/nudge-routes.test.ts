import { checkFleetBody } from "@wardkey/protocol/fleet";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ApiServer, closeApiServer, listenOn } from "../platform/http/api-server.js";
import { createConsoleServer } from "../platform/http/console-server.js";
import { platformProblemTitles } from "../platform/http/problem.js";
import { QUIET_PROGRAMME } from "./domain/programme.js";
import { nudgeProblemTitles, nudgeRoutes } from "./index.js";
import { NudgeBench } from "./testing/nudge-bench.js";

let bench: NudgeBench;
let server: ApiServer;
let origin: string;
let auditFails: boolean;
beforeEach(async () => {
  auditFails = false;
  bench = await NudgeBench.open();
  server = await createConsoleServer({
    logger: pino({ level: "silent" }),
    titles: { ...platformProblemTitles, ...nudgeProblemTitles },
    identify: async () => ({
      administrator: { id: "olga", name: "Olga", role: "security-officer" },
      via: { kind: "token", id: "1" },
    }),
    pageToken: "page-token-of-the-test-1234567890abcdefghij",
  });
  const { store, nudges, trials } = bench;
  const record = async (kind: string, body: Record<string, string | number | null>) => {
    if (auditFails) throw new Error("the audit takes nothing");
    const checked = checkFleetBody(kind, body);
    if (!checked.ok) throw new Error(`${kind} may not carry ${checked.keys.join()}`);
    bench.recorded.push([kind, body]);
  };
  nudgeRoutes(server, { store, nudges, trials, now: () => bench.at, record });
  origin = `http://localhost:${await listenOn(server, { host: "127.0.0.1", port: 0, key: "port" })}`;
});
afterEach(async () => {
  await closeApiServer(server);
  await bench.close();
});

async function call(method: string, body?: object) {
  const response = await fetch(`${origin}/v1/nudges/programme`, {
    method,
    headers: { authorization: "Bearer token-of-a-test-olga", "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

const { answers, caps } = QUIET_PROGRAMME;
const said = { ...answers["left-unlocked"], mode: "everywhere", template: "phone-goes-along" };
const mine = { caps, answers: { ...answers, "left-unlocked": said } };
const guards = { ...answers["veil-dismissed"], mode: "everywhere", template: "veil-guards" };
const theirs = { caps, answers: { ...answers, "veil-dismissed": guards } };

describe("the programme of a site", () => {
  it("has a version that grows with every change, which is journaled and in force at once", async () => {
    expect(await call("GET")).toEqual({ status: 200, body: { version: 0, caps, answers } });
    const changed = { status: 200, body: { version: 1, ...mine } };
    expect(await call("PUT", { version: 0, ...mine })).toEqual(changed);
    expect(await call("GET")).toEqual(changed);
    expect(bench.recorded).toEqual([
      [
        "nudge.programme-changed",
        {
          ...{ by: "olga", behaviour: "left-unlocked", mode: "everywhere", wasMode: "off" },
          ...{ template: "phone-goes-along", wasTemplate: answers["left-unlocked"].template },
          ...{ lesson: null, wasLesson: null, lessonAfter: 3, wasLessonAfter: 3 },
        },
      ],
    ]);
    bench.session("icu-1", "anna", "idle");
    bench.session("icu-1", "anna");
    expect(bench.sent.map(({ body }) => body.template)).toEqual(["phone-goes-along"]);
  });

  it("leaves a record of who changed how often people are told, from what to what, also when nothing else changed", async () => {
    const rarer = { ...QUIET_PROGRAMME, caps: { hoursBetween: 48, aWeek: 2 } };
    expect((await call("PUT", rarer)).status).toBe(200);
    const was = { wasHoursBetween: 24, wasAWeek: 3 };
    expect(bench.recorded).toEqual([["nudge.caps-changed", { by: "olga", hoursBetween: 48, aWeek: 2, ...was }]]);
    expect((await call("PUT", { ...rarer, version: 1 })).status).toBe(200);
    expect(bench.recorded).toHaveLength(1);
    const later = { ...answers, "shared-badge": { ...answers["shared-badge"], lesson: "usb", lessonAfter: 5 } };
    expect((await call("PUT", { caps, answers: later, version: 2 })).status).toBe(200);
    expect(bench.recorded.slice(1)).toMatchObject([
      ["nudge.programme-changed", { behaviour: "shared-badge", wasLesson: null, lesson: "usb", lessonAfter: 5 }],
      ["nudge.caps-changed", { hoursBetween: 24, wasHoursBetween: 48, aWeek: 3, wasAWeek: 2 }],
    ]);
  });

  it("is what it was when the audit does not take its change", async () => {
    auditFails = true;
    expect((await call("PUT", { version: 0, ...mine })).status).toBe(500);
    expect((await call("GET")).body).toMatchObject({ caps, answers });
    bench.session("icu-1", "anna", "idle");
    bench.session("icu-1", "anna");
    expect(bench.sent).toEqual([]);
  });

  it("keeps the first of two changes made from the same, and tells the second", async () => {
    const answered = await Promise.all([call("PUT", { version: 0, ...mine }), call("PUT", { version: 0, ...theirs })]);
    expect(answered.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answered.find(({ status }) => status === 409)?.body).toMatchObject({ code: "nudge-programme-changed" });
    // Only what was kept is in the audit, and the version after it.
    expect(bench.recorded).toHaveLength(1);
    const kept = answered.find(({ status }) => status === 200)?.body;
    expect(await call("GET")).toEqual({ status: 200, body: kept });
    expect(kept).toMatchObject({ version: 1 });
  });

  it("takes the second change when it is made from what the first one kept", async () => {
    await call("PUT", { version: 0, ...mine });
    const both = { caps, answers: { ...mine.answers, "veil-dismissed": guards } };
    expect(await call("PUT", { version: 1, ...both })).toEqual({ status: 200, body: { version: 2, ...both } });
  });

  const refused: readonly [string, object, number, string][] = [
    ["no version", mine, 400, "malformed"],
    ["a version that is none", { version: -1, ...mine }, 400, "malformed"],
    ["a version that nobody made yet", { version: 7, ...mine }, 409, "nudge-programme-changed"],
    [
      "another behaviour's sentence",
      { version: 0, caps, answers: { ...answers, "left-unlocked": { ...said, template: "veil-guards" } } },
      400,
      "nudge-template",
    ],
  ];
  it.each(refused)("refuses %s, and changes nothing", async (_what, body, status, code) => {
    expect(await call("PUT", body)).toMatchObject({ status, body: { code } });
    expect((await call("GET")).body.version).toBe(0);
    expect(bench.recorded).toEqual([]);
  });
});
