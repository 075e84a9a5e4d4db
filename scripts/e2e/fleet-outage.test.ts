import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Agent } from "@wardkey/agent";
import { SimulatedSenses } from "@wardkey/agent/testing/senses";
import { TestFleet } from "@wardkey/fleet-server/testing/past-fleet";
import { hours, minutes } from "@wardkey/protocol";
import type { ScreenView } from "@wardkey/protocol/screen";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readJournal } from "../src/shift/journal.js";
import { registerTwo } from "./test-support/administrators.js";
import { startBedSeven } from "./test-support/bed-seven.js";

/** Of the real time, which goes on beside the one that the test moves. */
const WITHIN_MS = 30_000;
const LEASE_HOURS = 72;

const folder = mkdtempSync(join(tmpdir(), "wardkey-outage-"));
const senses = new SimulatedSenses();
let fleet: TestFleet;
let agent: Agent;

/** A real fleet server and a whole agent with simulated radio and camera, both by a clock that the test moves. */
beforeAll(async () => {
  fleet = await TestFleet.make();
  await fleet.start();
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>kiosk</title>");
  agent = await startBedSeven(
    { folder, ticketFile: fleet.ticketFile },
    { createSenses: async () => senses, clock: fleet.clock },
  );
}, 60_000);
afterAll(async () => {
  await agent?.stop();
  await fleet?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const isState = (state: ScreenView["session"]["state"]) => (view: ScreenView) => view.session.state === state;
const shown = (fits: (view: ScreenView) => boolean) =>
  expect.poll(() => (fits(agent.view()) ? true : agent.view().session), { timeout: WITHIN_MS }).toBe(true);
const connected = () => expect.poll(() => agent.view().health.fleet, { timeout: WITHIN_MS }).toBe("ok");

/** Two administrators publish the longest lease there is; the kiosk fetches one of that length. */
async function giveLongLease(): Promise<void> {
  const administrators = await registerTwo(() => fleet.running);
  const draft = await administrators.ask("POST", "/v1/policy/drafts");
  const content = draft["content"] as { base: Record<string, unknown> };
  const id = String(draft["id"]);
  const base = { ...content.base, "lease.hours": LEASE_HOURS };
  await administrators.ask("PUT", `/v1/policy/drafts/${id}`, { revision: 1, content: { ...content, base } });
  const proposed = await administrators.ask("POST", `/v1/policy/drafts/${id}/propose`, {
    revision: 2,
    pace: "at-once",
  });
  expect(proposed).toMatchObject({ outcome: "proposed", needs: 2, weakening: true });
  await administrators.approve(String(proposed["approval"]));
  await administrators.ask("POST", "/v1/devices/bed-7/command", { command: "refresh" });
  await expect
    .poll(
      async () => {
        const { device } = await administrators.ask("GET", "/v1/devices/bed-7");
        const { reported } = device as { reported: { leaseEndsAt: number } };
        return Math.round((reported.leaseEndsAt - fleet.clock.now()) / hours(1));
      },
      { timeout: WITHIN_MS, interval: 500 },
    )
    .toBe(LEASE_HOURS);
}

async function comesIn(): Promise<void> {
  await shown(isState("locked"));
  senses.presence.say({ type: "near", holder: { id: "anna" } });
  senses.vision.sees({ at: fleet.clock.monotonic(), faces: 1 });
  await shown(isState("unlocked"));
}

async function leaves(): Promise<void> {
  senses.presence.say({ type: "gone", holder: { id: "anna" } });
  await shown(isState("locked"));
}

/** The kiosk's file and the fleet's audit, entry by entry. */
async function everythingArrivedOnce(): Promise<void> {
  const brief = ({ id, seq, hash }: { id: string; seq: number; hash: string }) => `${seq} ${id} ${hash}`;
  const atFleet = async () => {
    const list = await fleet.running.records.store.list({ limit: 500, before: null, source: "bed-7" });
    return list.map(brief).reverse();
  };
  const here = async () => (await readJournal(agent.journalFile)).map(brief);
  await expect.poll(async () => (await here()).length - (await atFleet()).length, { timeout: WITHIN_MS }).toBe(0);
  expect(await atFleet()).toEqual(await here());
}

describe("a kiosk with a lease of 72 hours", () => {
  it("has it since two administrators agreed on it", async () => {
    await shown(isState("locked"));
    await connected();
    await giveLongLease();
  }, 90_000);

  it("lets people in while the broker is gone for an hour; everything arrives once afterwards", async () => {
    await fleet.running.machines.broker.stop();
    await comesIn();
    fleet.clock.move(minutes(30));
    await leaves();
    fleet.clock.move(minutes(30));
    await comesIn();
    await leaves();
    await fleet.stop();
    await fleet.start();
    await connected();
    await everythingArrivedOnce();
  }, 90_000);

  it("lets people in until the lease's last hour while the fleet is down, and comes back unaided after eighty", async () => {
    await fleet.stop();
    // One hour of the lease went before: half an hour is left.
    fleet.clock.move(hours(70.5));
    await comesIn();
    fleet.clock.move(hours(2));
    senses.presence.say({ type: "radio", state: "ok" });
    await shown(({ session }) => session.state === "degraded" && session.reason === "lease-expired");
    fleet.clock.move(hours(7));
    await fleet.start();
    await connected();
    senses.presence.say({ type: "gone", holder: { id: "anna" } });
    await comesIn();
    await everythingArrivedOnce();
  }, 90_000);
});
