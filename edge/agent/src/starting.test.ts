import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AgentConfig } from "./config.js";
import { until } from "./locking/testing/until.js";
import { AgentWard } from "./testing/agent-ward.js";
import { listen } from "./testing/listen.js";
import { LockableThings } from "./testing/lockable-things.js";
import { relayBoard, SimulatedHidBus } from "./testing/simulated-hid-bus.js";

let ward: AgentWard;
let things: LockableThings;
let others: Server[];
beforeEach(async () => {
  ward = await AgentWard.open();
  things = new LockableThings();
  others = [];
});
afterEach(async () => {
  await ward.close();
  await things.close();
  for (const server of others) server.close();
});

/** A port that somebody else of this machine holds. */
async function takenPort(): Promise<number> {
  const server = createServer();
  others.push(server);
  return await listen(server, 0);
}

describe("an agent that cannot start", () => {
  it.each<[string, string, () => Promise<Partial<AgentConfig>>]>([
    ["whose port somebody else holds", "port-in-use", async () => ({ port: await takenPort() })],
    ["whose page is not there", "page-missing", async () => ({ pageDir: join(ward.folder, "none") })],
    [
      "whose sealing key is not there",
      "sealing-key-missing",
      async () => ({
        site: { ticketFile: join(ward.folder, "ticket.json"), sealingKeyFile: join(ward.folder, "none") },
      }),
    ],
  ])("%s leaves the desktop locked", async (_what, code, config) => {
    const { desktop, locking } = await things.desktop();
    await expect(ward.start({ locking, ...(await config()) })).rejects.toMatchObject({ code });
    expect([desktop.locked, desktop.asked.includes("Unlock")]).toEqual([true, false]);
  });

  it("leaves a medical device locked that is safe when it is, and one alone that has to stay usable", async () => {
    const port = await takenPort();
    const closed = await things.pump(ward.folder, "locked");
    await expect(ward.start({ locking: closed.locking, port })).rejects.toMatchObject({ code: "port-in-use" });
    expect([closed.device.locked, closed.device.heard.includes("RELEASE")]).toEqual([true, false]);
    const open = await things.pump(ward.folder, "usable");
    await expect(ward.start({ locking: open.locking, port })).rejects.toMatchObject({ code: "port-in-use" });
    expect([open.device.locked, open.device.heard]).toEqual([false, []]);
  });

  it("leaves a shared desktop locked, whose page nobody can ask", async () => {
    const { desktop, locking } = await things.desktop();
    const shared = { kind: "shared-desktop", fallback: locking.desktop, otherPerson: null } as const;
    const starting = ward.start({ locking: shared, port: await takenPort() });
    await expect(starting).rejects.toMatchObject({ code: "port-in-use" });
    expect(desktop.locked).toBe(true);
  });

  it("leaves a device behind a relay locked", async () => {
    const profileFile = join(ward.folder, "pump.json");
    const by = { kind: "relay", use: "hold", channel: 1, on: "usable" };
    const described = { schema: "wardkey.locked-device/1", name: "Simulated pump", safe: "locked", interface: by };
    await writeFile(profileFile, JSON.stringify(described));
    const bus = new SimulatedHidBus();
    const board = relayBoard();
    board.sent?.("feature", "00ff01");
    bus.plug(board);
    const starting = ward.start(
      { locking: { kind: "device", profileFile }, peripherals: { kind: "hid" }, port: await takenPort() },
      { hid: bus },
    );
    await expect(starting).rejects.toMatchObject({ code: "port-in-use" });
    expect(board.feature?.(1)).toBe("4249544654000000");
  });
});

describe("an agent whose journal cannot be read", () => {
  it("locks the desktop all the same", async () => {
    const { desktop, locking } = await things.desktop();
    await mkdir(join(ward.folder, "data", "journal.sqlite"), { recursive: true });
    const agent = await ward.start({ locking });
    await until(() => desktop.locked);
    expect(agent.view().health.journal).toBe("down");
  });
});

describe("what a locker says before anybody listens", () => {
  it("is in the journal all the same", async () => {
    const { desktop, locking } = await things.desktop();
    desktop.permits = false;
    const agent = await ward.start({ locking });
    const alerts = async (): Promise<unknown[]> =>
      (await ward.journaled()).filter(({ kind }) => kind === "security.alert").map(({ body }) => body["reason"]);
    for (let round = 0; round < 200 && !(await alerts()).includes("lock-refused"); round++) {
      await new Promise((resume) => setTimeout(resume, 20));
    }
    await agent.stop();
    expect(await alerts()).toEqual(["lock-refused"]);
  });
});
