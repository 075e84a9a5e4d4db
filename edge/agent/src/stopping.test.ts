import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { until } from "./locking/testing/until.js";
import { AgentWard } from "./testing/agent-ward.js";
import { LockableThings } from "./testing/lockable-things.js";
import { systemClock } from "./time.js";
import type { Agent } from "./world.js";

let ward: AgentWard;
let things: LockableThings;
beforeEach(async () => {
  ward = await AgentWard.open();
  things = new LockableThings();
});
afterEach(async () => {
  await ward.close();
  await things.close();
});

const never = (): Promise<never> => new Promise(() => {});

/** Less than `STOP_WITHIN_MS` of the agent's process, after which it would be ended by force. */
const STOPPED_WITHIN = 12_000;

async function open(agent: Agent): Promise<void> {
  const page = await ward.page(agent);
  await page.until((view) => view.health.fleet === "ok");
  await ward.comeIn(page);
}

async function stopOf(agent: Agent): Promise<number> {
  const begun = systemClock.monotonic();
  await agent.stop();
  return systemClock.monotonic() - begun;
}

const lastTwo = async (): Promise<unknown> => (await ward.journaled()).slice(-2).map(({ kind }) => kind);

describe("an agent that is told to stop while somebody is in", () => {
  it("locks its desktop and says so in the journal although the fleet never answers", async () => {
    const { desktop, locking } = await things.desktop();
    ward.fleet.on("POST /v1/kiosk/downtime", never);
    await ward.certify();
    const agent = await ward.start({ locking });
    await open(agent);
    await until(() => !desktop.locked && ward.fleet.count("POST /v1/kiosk/downtime") > 0);

    const stopped = stopOf(agent);
    expect(agent.view().session.state).not.toBe("unlocked");
    const asked = systemClock.monotonic();
    await until(() => desktop.locked);
    expect(systemClock.monotonic() - asked).toBeLessThan(2_000);
    expect(await stopped).toBeLessThan(STOPPED_WITHIN);
    expect(await lastTwo()).toEqual(["session.locked", "agent.stopped"]);
  }, 30_000);

  it("leaves a device as its profile calls safe although a phone never disconnects", async () => {
    const { device, locking } = await things.pump(ward.folder, "usable");
    await ward.certify();
    const agent = await ward.start({ locking });
    await open(agent);
    await until(() => !device.locked);
    for (const session of ward.senses.taps.sessions) session.close = never;

    const before = device.heard.length;
    const stopped = stopOf(agent);
    await until(() => device.heard.slice(before).includes("RELEASE"));
    expect(await stopped).toBeLessThan(STOPPED_WITHIN);
    const orders = device.heard.slice(before).filter((line) => line !== "STATE?");
    expect([orders[0], orders.filter((line) => line !== "LOCK")]).toEqual(["LOCK", ["RELEASE"]]);
    expect([orders.at(-1), device.locked]).toEqual(["RELEASE", false]);
    expect(await lastTwo()).toEqual(["session.locked", "agent.stopped"]);
  }, 30_000);
});
