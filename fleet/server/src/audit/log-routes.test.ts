import { minutes } from "@wardkey/protocol";
import { leafInBrowser, proveConsistency, proveInclusion, proveTreeHead } from "@wardkey/protocol/fleet/log-proof";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ApiServer, createApiServer } from "../platform/http/api-server.js";
import { mergeProblemTitles, platformProblemTitles } from "../platform/http/problem.js";
import { auditAdminRoutes, auditLogRoutes, auditProblemTitles, createTreeHeads } from "./index.js";
import { SimulatedKeys } from "./measuring/simulated-keys.js";
import { DeviceJournal, journalOf, NOW, TestAudit } from "./testing/test-audit.js";

let test: TestAudit;
let server: ApiServer;
let heads: ReturnType<typeof createTreeHeads>;
const journal = new DeviceJournal();

beforeEach(async () => {
  const keys = await SimulatedKeys.make(NOW);
  test = await TestAudit.make({ trust: () => keys.trust });
  const { audit, store } = test;
  const onFailed = (error: unknown): never => {
    throw error;
  };
  heads = createTreeHeads({
    store,
    proofs: audit.proofs,
    now: () => NOW,
    sign: keys.signHead,
    every: minutes(1),
    onFailed,
  });
  server = await createApiServer({
    logger: pino({ level: "silent" }),
    titles: mergeProblemTitles(platformProblemTitles, auditProblemTitles),
    offers: () => true,
    authorize: async () => undefined,
  });
  auditAdminRoutes(server, { audit, store, heads, now: () => NOW });
  auditLogRoutes(server, { audit, store, trust: () => keys.trust });
});
afterEach(async () => {
  await server.close();
  await test.remove();
});

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "base64url"));
async function get(path: string) {
  const { statusCode, body } = await server.inject({ method: "GET", url: path });
  return { status: statusCode, body: JSON.parse(body) };
}

describe("what the site answers", () => {
  it("lets a browser prove its heads, every event and that the log only grew", async () => {
    await test.audit.ingest("bed-7", journalOf(...journal.grow(5)));
    await heads.renew();
    await test.audit.ingest("bed-7", journalOf(...journal.grow(4)));
    await heads.renew();
    const { site, roots } = (await get("/v1/audit/roots")).body;
    const trust = { site, roots: roots.map(bytes) };
    const [first, second] = (await get("/v1/audit/heads")).body.heads;
    expect([first.size, second.size]).toEqual([5, 9]);
    expect(await proveTreeHead(second.jws, trust)).toMatchObject({ ok: true, head: { size: 9, root: second.root } });
    const sizes = { first: 5, second: 9, firstRoot: bytes(first.root), secondRoot: bytes(second.root) };
    const between = (await get("/v1/audit/log-consistency?from=5&to=9")).body.proof.map(bytes);
    expect(await proveConsistency({ ...sizes, proof: between })).toBe(true);
    for (const event of (await get("/v1/audit/events")).body.events) {
      const proof = (await get(`/v1/audit/inclusion?leaf=${event.leaf}&size=9`)).body.proof.map(bytes);
      const claim = { index: event.leaf, size: 9, proof, root: bytes(second.root) };
      expect((await proveInclusion({ ...claim, leaf: await leafInBrowser(event) })).holds).toBe(true);
      const edited = await leafInBrowser({ ...event, at: event.at + 1 });
      expect((await proveInclusion({ ...claim, leaf: edited })).holds).toBe(false);
    }
  });

  it("refuses sizes beyond the log", async () => {
    expect(await get("/v1/audit/log-consistency?from=1&to=2")).toMatchObject({
      status: 409,
      body: { code: "log-shorter" },
    });
    expect((await get("/v1/audit/log-consistency?from=2&to=1")).status).toBe(400);
  });
});
