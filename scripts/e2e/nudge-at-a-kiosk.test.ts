import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Agent } from "@wardkey/agent";
import { SimulatedSenses } from "@wardkey/agent/testing/senses";
import { startQuietFleet } from "@wardkey/fleet-server/testing/fleet";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { projectRoot } from "../src/project-root.js";
import { chromiumArguments, findChromium } from "../src/shift/browser.js";
import { readJournal } from "../src/shift/journal.js";
import { type Administrators, registerTwo } from "./test-support/administrators.js";
import { BED_7, startBedSeven, ticketOfBedSeven } from "./test-support/bed-seven.js";

const ANNA = { id: "anna" };
const NOON = 12;

const folder = mkdtempSync(join(tmpdir(), "wardkey-nudge-"));
const zone = process.env["TZ"];
let fleet: Awaited<ReturnType<typeof startQuietFleet>>;
let agent: Agent;
let senses: SimulatedSenses;
let administrators: Administrators;
let browser: Browser;
let page: Page;

/** A real fleet server, a whole agent with a simulated phone before it, and its page in Chromium. */
beforeAll(async () => {
  // The kiosk's quiet hours are its own: wherever this runs, it is about noon there.
  process.env["TZ"] = `Etc/GMT${signed(new Date().getUTCHours() - NOON)}`;
  const ticketFile = join(folder, "ticket.json");
  fleet = await startQuietFleet(folder, { tickets: [ticketOfBedSeven(ticketFile)] });
  senses = new SimulatedSenses();
  agent = await startBedSeven(
    { folder, ticketFile, pageDir: join(projectRoot, "kiosk/dist/page") },
    { createSenses: async () => senses },
  );
  administrators = await registerTwo(() => fleet);
  browser = await chromium.launch({ executablePath: findChromium(), args: [...chromiumArguments] });
  page = await browser.newPage();
  await page.goto(agent.pageUrl);
  await vi.waitUntil(() => agent.view().health.fleet === "ok", { timeout: 60_000, interval: 50 });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await agent?.stop();
  await fleet?.stop();
  if (zone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zone;
  rmSync(folder, { recursive: true, force: true });
});

const signed = (hours: number): string => (hours < 0 ? String(hours) : `+${hours}`);
const state = () => agent.view().session.state;
const becomes = (wanted: ReturnType<typeof state>) =>
  expect.poll(state, { timeout: 15_000, interval: 20 }).toBe(wanted);

/** What the fleet counted of this ward; it hides that from everybody while so few work there. */
async function counted(): Promise<Record<string, number>> {
  await fleet.nudging.nudges.flush();
  const sums = await fleet.nudging.store.sums(0, Number.MAX_SAFE_INTEGER);
  return Object.fromEntries(sums.filter(({ ward }) => ward === BED_7.ward).map(({ what, count }) => [what, count]));
}

describe("a behaviour at a kiosk", () => {
  it("is journaled, answered by the fleet, said as the person goes, and counted by ward", async () => {
    const programme = await administrators.ask("GET", "/v1/nudges/programme");
    const answers = programme["answers"] as Record<string, object>;
    const said = { mode: "everywhere", template: "veil-guards", lesson: null, lessonAfter: 3 };
    const decided = { ...programme, answers: { ...answers, "veil-dismissed": said } };
    await administrators.ask("PUT", "/v1/nudges/programme", decided);

    await becomes("locked");
    senses.presence.say({ type: "near", holder: ANNA });
    senses.vision.sees({ at: performance.now(), faces: 1 });
    await becomes("unlocked");
    senses.presence.say({ type: "leaving", holder: ANNA, why: "distance" });
    await becomes("leaving");
    await page.getByRole("button", { name: "Keep it open" }).click();
    await expect
      .poll(counted, { timeout: 20_000 })
      .toMatchObject({ "behaviour:veil-dismissed": 1, "sent:veil-guards": 1 });

    // Not while somebody works: it waits until they have gone.
    await becomes("locked");
    await page.getByText("Going away? Let the veil fall", { exact: false }).waitFor({ timeout: 15_000 });
    await page.getByRole("button", { name: "All right" }).click();
    await expect
      .poll(counted, { timeout: 20_000 })
      .toMatchObject({ sessions: 1, "shown:veil-guards": 1, "dismissed:veil-guards": 1 });
    const shown = (await readJournal(agent.journalFile)).find(({ kind }) => kind === "nudge.shown");
    expect(shown?.body).toEqual({
      ...{ nudge: expect.any(String), template: "veil-guards", moment: "tap-out" },
      ...{ ended: "dismissed", ms: expect.any(Number) },
    });
    const { wards } = await administrators.ask("GET", "/v1/nudges?days=7");
    expect(wards).toEqual([{ ward: BED_7.ward, figures: null }]);
  }, 90_000);
});
