import { randomUUID } from "node:crypto";
import type { Role } from "@wardkey/protocol/fleet";
import { PRODUCTION_SETTINGS } from "@wardkey/protocol/policy";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TestPki } from "../pki/testing/test-pki.js";
import { hasRole } from "../platform/http/access.js";
import { type ApiServer, closeApiServer, createApiServer, listenOn } from "../platform/http/api-server.js";
import { mergeProblemTitles, platformProblemTitles, Refusal } from "../platform/http/problem.js";
import { policyProblemTitles, policyRoutes } from "./index.js";
import { bed7, type Fleet, PolicyRoom, SITE, stricter } from "./testing/policy-room.js";

let room: PolicyRoom;
let fleet: Fleet;
let server: ApiServer;
let url: string;

beforeEach(async () => {
  const authority = await TestPki.make();
  await authority.open();
  room = await PolicyRoom.make(authority);
  fleet = await room.open();
  server = await createApiServer({
    logger: pino({ level: "silent" }),
    titles: mergeProblemTitles(platformProblemTitles, policyProblemTitles),
    offers: () => true,
    // The caller's role stands in the header: signing in is the HTTP platform's.
    authorize: async (asked, access) => {
      const role: Role = asked.headers.authorization === "officer" ? "security-officer" : "viewer";
      if (typeof access === "string" || !hasRole({ role }, access.role)) throw new Refusal(403, "access-refused");
      asked.caller = { administrator: { id: "olga", name: "Olga", role }, via: { kind: "token", id: "t" } };
    },
  });
  policyRoutes(server, {
    policies: fleet.policies,
    rollouts: fleet.rollouts,
    device: async (id) => (id === bed7.device ? bed7 : null),
    standings: async () => [{ device: bed7.device, name: "Bed 7", ward: "ICU", online: true, version: 1 }],
    keptInFiles: false,
  });
  url = `http://127.0.0.1:${await listenOn(server, { host: "127.0.0.1", port: 0, key: "port" })}`;
});
afterEach(async () => {
  await closeApiServer(server);
  await room.remove();
});

async function call(method: string, path: string, body?: unknown, role = "officer") {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: role, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
}

describe("policies over HTTP", () => {
  it("are written, checked, proposed, approved and rolled out", async () => {
    const draft = (await call("POST", "/v1/policy/drafts")).body;
    const content = stricter(draft.content);
    expect((await call("POST", "/v1/policy/check", { content })).body).toEqual({
      findings: [],
      weakening: { weakening: false, where: [], devices: [] },
      changes: [{ path: "base", setting: "idle.lockSeconds", from: 900, to: 600, direction: "stronger" }],
    });
    const saved = await call("PUT", `/v1/policy/drafts/${draft.id}`, { revision: 1, content });
    expect(saved.body).toMatchObject({ outcome: "saved", draft: { revision: 2, content } });
    const proposed = await call("POST", `/v1/policy/drafts/${draft.id}/propose`, { revision: 2 });
    expect(proposed.body).toMatchObject({ outcome: "proposed", needs: 1, version: 2, weakening: false });
    await fleet.approve(room.newest, ["olga"]);
    const overview = (await call("GET", "/v1/policy", undefined, "viewer")).body;
    expect(overview).toMatchObject({ version: 1, rollout: { version: 2, percent: 1, verdict: "too-few" } });
    expect((await call("GET", "/v1/policy/rollout/progress", undefined, "viewer")).body).toEqual({
      candidate: { version: 2, chosen: 0, there: 0 },
      stable: { version: 1, chosen: 1, there: 1 },
      behind: 0,
      some: [],
    });
    expect((await call("POST", "/v1/policy/rollout/halt")).body).toEqual({ revision: 3, stable: 1 });
    expect((await call("POST", "/v1/policy/rollout/halt")).body).toMatchObject({ code: "rollout-none" });
    const versions = (await call("GET", "/v1/policy/versions")).body.versions;
    expect(versions.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
    expect((await call("GET", "/v1/policy/versions/2")).body.document.base["idle.lockSeconds"]).toBe(600);
    expect((await call("POST", "/v1/policy/drafts", { from: 1 })).body.content.base["idle.lockSeconds"]).toBe(900);
  });

  it("are explained and tried out", async () => {
    const explained = (await call("GET", "/v1/policy/explain/bed-7")).body;
    expect(explained.settings).toHaveLength(Object.keys(PRODUCTION_SETTINGS).length);
    const tried = await call("POST", "/v1/policy/what-if/bed-7", { content: null, facts: [{ at: 1 }, "nonsense"] });
    const refused = { outcome: "refuse", reasons: ["facts-missing"] };
    expect(tried.body).toEqual({ decisions: [refused, refused] });
  });

  it("from files are drafts, or a list of what is wrong", async () => {
    const base = { v: 1, site: SITE, settings: PRODUCTION_SETTINGS };
    const files = { "base.json": JSON.stringify(base) };
    expect((await call("POST", "/v1/policy/checkouts", { files })).body).toMatchObject({
      outcome: "saved",
      draft: { origin: "checkout" },
    });
    const wrong = { ...files, "groups/icu.json": "{" };
    expect((await call("POST", "/v1/policy/checkouts", { files: wrong })).body).toMatchObject({
      outcome: "malformed",
      findings: [{ path: "groups/icu.json" }],
    });
  });

  it.each<[string, string, unknown, number, string]>([
    ["GET", `/v1/policy/drafts/${randomUUID()}`, undefined, 404, "policy-draft-unknown"],
    ["PUT", `/v1/policy/drafts/${randomUUID()}`, { revision: 1, content: {} }, 200, "malformed"],
    ["DELETE", `/v1/policy/drafts/${randomUUID()}`, undefined, 404, "policy-draft-unknown"],
    ["POST", "/v1/policy/drafts", { from: 9 }, 404, "policy-version-unknown"],
    ["GET", "/v1/policy/versions/9", undefined, 404, "policy-version-unknown"],
    ["GET", "/v1/policy/explain/bed-99", undefined, 404, "policy-device-unknown"],
    ["POST", "/v1/policy/what-if/bed-7", { content: {}, facts: [] }, 422, "policy-malformed"],
    ["POST", "/v1/policy/rollout/resume", undefined, 409, "rollout-not-halted"],
    ["POST", "/v1/policy/rollout/roll-forward", { version: 9 }, 200, "refused"],
    ["POST", "/v1/policy/drafts/x/propose", { revision: 1 }, 400, "malformed"],
  ])("%s %s is refused", async (method, path, body, status, code) => {
    const answer = await call(method, path, body);
    expect([answer.status, answer.body.outcome ?? answer.body.code]).toEqual([status, code]);
  });

  it("are changed by security officers alone", async () => {
    const paths = [
      "/v1/policy/drafts",
      "/v1/policy/checkouts",
      "/v1/policy/rollout/halt",
      "/v1/policy/rollout/roll-forward",
    ];
    for (const path of paths) expect((await call("POST", path, {}, "viewer")).status).toBe(403);
  });
});
