import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RecordedLocker } from "./locking/index.js";
import { until } from "./locking/testing/until.js";
import { AgentWard } from "./testing/agent-ward.js";
import { LockableThings } from "./testing/lockable-things.js";

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

const alerts = async (): Promise<unknown[]> =>
  (await ward.journaled()).filter(({ kind }) => kind === "security.alert").map(({ body }) => body["reason"]);

describe("an agent with something to lock", () => {
  it("locks a medical device when it starts, again when others open it, and before it stops", async () => {
    const { device, locking } = await things.pump(ward.folder, "locked");
    const agent = await ward.start({ locking });
    // By the time it is asked what it is, the orders of the start are done.
    await until(() => device.locked && device.heard.includes("STATE?"));
    device.locked = false;
    await until(() => device.locked);
    const before = device.heard.length;
    await agent.stop();
    expect([device.locked, device.heard.slice(before).includes("LOCK")]).toEqual([true, true]);
    expect(device.heard).not.toContain("RELEASE");
    expect(await alerts()).toContain("unlocked-by-other");
  });

  it("does not start with a device that nobody described", async () => {
    const profileFile = join(ward.folder, "none.json");
    await expect(ward.start({ locking: { kind: "device", profileFile } })).rejects.toMatchObject({
      code: "device-profile-missing",
    });
  });

  it("locks a Linux desktop when it starts, and tells of one that was opened past it", async () => {
    const { logind, desktop, locking } = await things.desktop();
    const agent = await ward.start({ locking });
    await until(() => desktop.locked);
    // An order of the start that is still on its way would lock it before anybody notices.
    for (let orders = -1; orders !== desktop.asked.length; await new Promise((resume) => setTimeout(resume, 1_000))) {
      orders = desktop.asked.length;
    }
    logind.turn(desktop, false);
    await until(() => desktop.locked);
    await agent.stop();
    expect(desktop.locked).toBe(true);
    expect(await alerts()).toContain("unlocked-by-other");
  });

  it("ends the session when a locker says that it was locked behind its back, and shows nobody in before it opened", async () => {
    await ward.certify();
    const locker = new RecordedLocker();
    const agent = await ward.start({}, { locker });
    const page = await ward.page(agent);
    await page.until((view) => view.health.fleet === "ok");
    await ward.comeIn(page);
    locker.lock();
    expect(agent.view().session).toEqual({ state: "identifying", hint: null });
    locker.say({ type: "locked-elsewhere" });
    expect((await page.until((view) => view.session.state === "locked")).session).toMatchObject({ why: "lock-now" });
    await agent.stop();
  });
});
