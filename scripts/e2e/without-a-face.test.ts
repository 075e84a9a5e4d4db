import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Agent } from "@wardkey/agent";
import { SimulatedBadgeReader } from "@wardkey/agent/testing/badge-reader";
import { SimulatedSenses } from "@wardkey/agent/testing/senses";
import { startQuietFleet } from "@wardkey/fleet-server/testing/fleet";
import { WayGiven } from "@wardkey/protocol/fleet";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { projectRoot } from "../src/project-root.js";
import { chromiumArguments, findChromium } from "../src/shift/browser.js";
import { readJournal } from "../src/shift/journal.js";
import { type Administrators, registerTwo } from "./test-support/administrators.js";
import { BED_7, startBedSeven, ticketOfBedSeven } from "./test-support/bed-seven.js";
import { identityIn, type StolenIdentity } from "./test-support/kiosk-identity.js";

type Fleet = Awaited<ReturnType<typeof startQuietFleet>>;

const PIN = "739154";
const WRONG_PIN = "739155";
const BADGE = { kind: "desfire", uid: "04a1b2c3d4e5f6" } as const;

const folder = mkdtempSync(join(tmpdir(), "wardkey-without-face-"));
const badges = new SimulatedBadgeReader();
let fleet: Fleet;
let agent: Agent;
let administrators: Administrators;
let identity: StolenIdentity;
let browser: Browser;
let page: Page;

/** A real fleet server, a whole agent with a simulated badge reader and nobody before its camera, and its page in Chromium. */
beforeAll(async () => {
  const ticketFile = join(folder, "ticket.json");
  fleet = await startQuietFleet(folder, { tickets: [ticketOfBedSeven(ticketFile)] });
  agent = await startBedSeven(
    { folder, ticketFile, pageDir: join(projectRoot, "kiosk/dist/page") },
    { createSenses: async () => new SimulatedSenses(), badges },
  );
  administrators = await registerTwo(() => fleet);
  browser = await chromium.launch({ executablePath: findChromium(), args: [...chromiumArguments] });
  page = await browser.newPage();
  await page.goto(agent.pageUrl);
  await vi.waitUntil(() => agent.view().health.fleet === "ok", { timeout: 60_000, interval: 50 });
  const record = { role: "nurse", wards: [BED_7.ward], employment: "staff", hrId: null, endsAt: null };
  for (const [givenName, familyName] of [
    ["Carla", "Bianchi"],
    ["Bo", "Verdi"],
  ]) {
    await administrators.ask("POST", "/v1/staff", { givenName, familyName, ...record });
  }
  identity = identityIn({ folder: join(folder, "kiosk"), deviceUrl: () => fleet.deviceUrl });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await agent?.stop();
  await fleet?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const state = () => agent.view().session.state;
const becomes = (wanted: ReturnType<typeof state>) => expect.poll(state, { timeout: 15_000 }).toBe(wanted);
const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
const heading = (name: string | RegExp) => page.getByRole("heading", { level: 1, name }).waitFor();

/** The operator at this kiosk gives somebody a way in. */
async function given(way: object): Promise<WayGiven> {
  const operatorCode = readFileSync(join(folder, "operator-code"), "utf8").trim();
  const { status, body } = await identity.post("/v1/kiosk/ways", { operatorCode, ...way });
  expect(status).toBe(201);
  return WayGiven.parse(body);
}

async function typed(code: string): Promise<void> {
  await press("Other ways in");
  await page.getByRole("button", { name: "One-time code" }).click();
  await page.keyboard.type(code);
  await page.keyboard.press("Enter");
}

/** From the session's bar or the field that refused, to the lock screen. */
async function backToTheLock(): Promise<void> {
  if (state() === "unlocked") await press("Lock now");
  else {
    await press("Back");
    await press("Back");
  }
  await heading("Walk up to unlock");
}

/** The newest entry of a kind in the kiosk's own journal: what does not open anything may be written a moment later. */
const journaled = (kind: string) =>
  expect.poll(async () => (await readJournal(agent.journalFile)).findLast((event) => event.kind === kind)?.body);

describe("somebody without a phone, at a kiosk whose camera nobody looks into", () => {
  it("comes in by the code that an operator gave, once, and the journal says how", async () => {
    const { code } = await given({ give: "code", staffId: "carla-bianchi" });
    await heading("Walk up to unlock");
    await typed(String(code));
    await heading(/Carla/);
    await becomes("unlocked");
    expect(agent.view().session).toMatchObject({ name: "Carla", until: expect.any(Number) });
    await journaled("session.unlocked").toMatchObject({ staffId: "carla-bianchi", way: "code", weak: false });
    await page.getByText("Lock it when you leave").waitFor();
    await backToTheLock();

    await typed(String(code));
    await page.getByText("This code is not right, or it was used already.").waitFor();
    expect(state()).toBe("locked");
    await journaled("tap.refused").toMatchObject({ reason: "way-wrong", way: "code" });
    await backToTheLock();
  }, 60_000);

  it("does not come in by a code that nobody gave", async () => {
    await typed("7QK4-MZ93-TB0V-5J8H-XN2D-RG6W-CA");
    await page.getByText("This code is not right, or it was used already.").waitFor();
    expect(state()).toBe("locked");
    await backToTheLock();
  }, 30_000);

  it("comes in by badge and PIN, is out at once when the fleet takes that back, and not in by a wrong PIN", async () => {
    await given({ give: "badge", staffId: "bo-verdi", badge: BADGE, pin: PIN });
    const holds = async (pin: string) => {
      badges.hold(BADGE);
      await heading("Type your PIN");
      await page.keyboard.type(pin);
      await page.keyboard.press("Enter");
    };
    await holds(PIN);
    await becomes("unlocked");
    await journaled("session.unlocked").toMatchObject({ staffId: "bo-verdi", way: "badge", weak: false });
    await administrators.ask("POST", "/v1/staff/bo-verdi/suspend", { reason: "by-hand" });
    await becomes("locked");
    await journaled("session.locked").toMatchObject({ reason: "person-cut-off", staffId: "bo-verdi" });
    await administrators.ask("POST", "/v1/staff/bo-verdi/resume", {});
    await holds(WRONG_PIN);
    await page.getByText("Badge or PIN is not right.").waitFor();
    await journaled("tap.refused").toMatchObject({ reason: "way-wrong", way: "badge" });
  }, 60_000);

  it("leaves no code, PIN or badge in anything that the kiosk keeps", async () => {
    const kept = JSON.stringify(await readJournal(agent.journalFile));
    for (const secret of [PIN, WRONG_PIN, BADGE.uid, "7QK4"]) expect(kept).not.toContain(secret);
  });
});
