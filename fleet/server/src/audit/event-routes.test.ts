import { ROLES, type Role } from "@wardkey/protocol/fleet";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ApiServer, closeApiServer, listenOn } from "../platform/http/api-server.js";
import { createConsoleServer } from "../platform/http/console-server.js";
import { platformProblemTitles } from "../platform/http/problem.js";
import { eventRoutes } from "./adapters/event-routes.js";
import { auditProblemTitles } from "./index.js";
import { DeviceJournal, NOW, TestAudit } from "./testing/test-audit.js";

let test: TestAudit;
let server: ApiServer;
let origin: string;
beforeEach(async () => {
  test = await TestAudit.make();
  const journal = new DeviceJournal();
  for (let turn = 0; turn < 5; turn += 1) {
    await test.audit.take("bed-7", [journal.append("tap.refused", { reason: "no-match", staffId: "anna-rossi" })]);
  }
  await test.audit.take("bed-7", [journal.append("camera.lost", {})]);
  server = await createConsoleServer({
    logger: pino({ level: "silent" }),
    titles: { ...platformProblemTitles, ...auditProblemTitles },
    identify: async ({ token }) => {
      const role = ROLES.find((each) => token?.endsWith(`-${each}`));
      if (role === undefined) return null;
      return { administrator: { id: "ada", name: "Ada", role }, via: { kind: "token", id: "1" } };
    },
    pageToken: "page-token-of-the-test-1234567890abcdefghij",
  });
  eventRoutes(server, {
    store: test.store,
    now: () => NOW,
    record: (kind, body) => test.audit.append(kind, body),
  });
  origin = `http://localhost:${await listenOn(server, { host: "127.0.0.1", port: 0, key: "port" })}`;
});
afterEach(async () => {
  await closeApiServer(server);
  await test.remove();
});

const ask = (path: string, role: Role = "operator") =>
  fetch(`${origin}${path}`, { headers: { authorization: `Bearer token-of-the-test-${role}` } });
async function answer(path: string, role: Role = "operator"): Promise<{ status: number; body: never }> {
  const response = await ask(path, role);
  return { status: response.status, body: (await response.json()) as never };
}

describe("GET /v1/events", () => {
  it("answers a page, where the next one begins, and how many there are", async () => {
    const asked = "/v1/events?kinds=tap.*&person=anna-rossi&limit=2&count=true";
    const { body } = await answer(asked);
    expect(body).toMatchObject({
      events: [{ seq: 5 }, { seq: 4 }],
      next: "1795338000004.3",
      counted: { count: 5, isMore: false },
    });
    const second = await answer(`${asked}&after=1795338000004.3`);
    expect(second.body).toMatchObject({ events: [{ seq: 3 }, { seq: 2 }], next: "1795338000002.1" });
    const last = await answer(`${asked}&after=1795338000002.1`);
    expect(last.body).toMatchObject({ events: [{ seq: 1 }], next: null });
  });

  it("answers one event by its place in the log", async () => {
    expect(await answer("/v1/events/5")).toMatchObject({ status: 200, body: { leaf: 5, kind: "camera.lost" } });
    expect(await answer("/v1/events/6")).toMatchObject({ status: 404, body: { code: "event-unknown" } });
  });

  const refused: readonly [string, number, string, Role][] = [
    ["/v1/events?kinds=tap.heard", 400, "event-kind-unknown", "operator"],
    ["/v1/events?kinds=tap.refused;drop", 400, "malformed", "operator"],
    ["/v1/events?source=Bed%207", 400, "malformed", "operator"],
    ["/v1/events?after=7", 400, "malformed", "operator"],
    ["/v1/events?limit=1000", 400, "malformed", "operator"],
    ["/v1/events?sort=kind&from=1", 400, "sort-too-wide", "operator"],
    ["/v1/events", 403, "access-refused", "viewer"],
    ["/v1/events/export?format=csv", 403, "access-refused", "operator"],
    ["/v1/events/export?format=xlsx", 400, "malformed", "security-officer"],
  ];
  it.each(refused)("%s: %i %s for a %s", async (path, status, code, role) => {
    expect(await answer(path, role)).toMatchObject({ status, body: { code } });
  });
});

describe("GET /v1/events/export", () => {
  it("gives what was found as CSV, and journals that it did", async () => {
    const response = await ask("/v1/events/export?format=csv&kinds=camera.lost", "security-officer");
    const event = (await test.store.entries(5, 6, 1))[0];
    expect(response.headers.get("content-disposition")).toBe('attachment; filename="wardkey-events.csv"');
    expect(await response.text()).toBe(
      `leaf,time,source,seq,kind,body,id,hash\r\n5,${new Date(event?.at ?? 0).toISOString()},bed-7,6,camera.lost,{},${event?.id},${event?.hash}\r\n`,
    );
    const [exported] = (await test.audit.newest(1)).map(({ kind, body }) => ({ kind, body }));
    expect(exported).toEqual({ kind: "audit.exported", body: { by: "ada", format: "csv", from: 0, to: NOW } });
  });

  it("gives lines as the archive writes them, over as many pages as there are", async () => {
    const journal = new DeviceJournal();
    for (let turn = 0; turn < 46; turn += 1) await test.audit.take("bed-8", journal.grow(50));
    const response = await ask("/v1/events/export?format=ndjson&source=bed-8&order=up", "security-officer");
    const seqs = (await response.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).seq);
    expect(seqs).toEqual(Array.from({ length: 2_300 }, (_, at) => at + 1));
  });

  it("refuses what would take more out than one person may, and says who can", async () => {
    const store = { search: test.store.search, entries: test.store.entries, count: async () => 50_001 };
    const wide = await createConsoleServer({
      logger: pino({ level: "silent" }),
      titles: { ...platformProblemTitles, ...auditProblemTitles },
      identify: async () => ({
        administrator: { id: "ada", name: "Ada", role: "security-officer" },
        via: { kind: "token", id: "1" },
      }),
      pageToken: "page-token-of-the-test-1234567890abcdefghij",
    });
    eventRoutes(wide, { store, now: () => NOW, record: () => Promise.reject(new Error("nothing left the site")) });
    const at = await listenOn(wide, { host: "127.0.0.1", port: 0, key: "port" });
    const response = await fetch(`http://localhost:${at}/v1/events/export?format=csv`);
    expect([response.status, await response.json()]).toMatchObject([409, { code: "export-too-wide" }]);
    await closeApiServer(wide);
  });
});
