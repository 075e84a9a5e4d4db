import { DEMO_SETTINGS } from "@wardkey/protocol/policy";
import { afterEach, beforeEach, expect, it } from "vitest";
import { AgentWard, type ScreenPage } from "./testing/agent-ward.js";

let ward: AgentWard;
beforeEach(async () => {
  ward = await AgentWard.open();
  await ward.certify();
});
afterEach(() => ward.close());

async function comeIn(): Promise<ScreenPage> {
  const page = await ward.page(await ward.start());
  await page.until((view) => view.health.fleet === "ok");
  await ward.comeIn(page);
  return page;
}

it("a kiosk offers a procedure once its policy allows one, puts the lock off while it runs, and locks when it is ended", async () => {
  const page = await comeIn();
  // Her simulated phone sends no heartbeat, and is to be missed after the test.
  const settings = { "veil.procedureMinutes": 20, "presence.heartbeatSeconds": 10 };
  await ward.fleet.state({ version: 2, base: { ...DEMO_SETTINGS, ...settings } });
  const offered = await page.until((view) => view.session.state === "unlocked" && view.session.procedure !== undefined);
  expect(offered.session).toMatchObject({ procedure: { minutes: 20, until: null } });

  page.say({ type: "procedure", running: true });
  const runs = await page.until((view) => view.session.state === "unlocked" && view.session.procedure?.until !== null);
  const until = runs.session.state === "unlocked" ? (runs.session.procedure?.until ?? 0) : 0;
  expect(Math.abs(until - runs.now - 20 * 60_000)).toBeLessThan(10_000);

  ward.senses.presence.say({ type: "leaving", holder: { id: "anna" }, why: "distance" });
  const veiled = await page.until((view) => view.session.state === "leaving");
  expect(veiled.session).toMatchObject({ state: "leaving", deferred: expect.closeTo(until, -2) });
  // Beyond the countdown of two seconds.
  await new Promise((resume) => setTimeout(resume, 3_000));
  expect((await page.until(() => true)).session.state).toBe("leaving");
  page.say({ type: "procedure", running: false });
  const locked = await page.until((view) => view.session.state === "locked");
  expect(locked.session).toMatchObject({ why: "walked-away" });
  const about = async (kind: string) =>
    (await ward.journaled()).filter((entry) => entry.kind === kind).map(({ body }) => body);
  const [opened] = await about("session.unlocked");
  const hers = { session: opened?.["session"], staffId: "anna" };
  expect(await about("procedure.begun")).toEqual([{ ...hers, minutes: 20 }]);
  // The end is written behind the lock.
  const ended = [{ ...hers, reason: "switched-off", ms: expect.any(Number) }];
  await expect.poll(() => about("procedure.ended"), { timeout: 10_000 }).toEqual(ended);
}, 60_000);

it("a kiosk whose policy allows none offers none, and one that is told of puts nothing off", async () => {
  const page = await comeIn();
  page.say({ type: "procedure", running: true });
  ward.senses.presence.say({ type: "leaving", holder: { id: "anna" }, why: "distance" });
  const locked = await page.until((view) => view.session.state === "locked");
  expect(locked.session).toMatchObject({ why: "walked-away" });
  const shown = page.messages.flatMap((message) => (message.type === "view" ? [message.view.session] : []));
  expect(shown.some((session) => session.state === "unlocked" && session.procedure !== undefined)).toBe(false);
  expect((await ward.journaled()).filter(({ kind }) => kind.startsWith("procedure."))).toEqual([]);
}, 60_000);
