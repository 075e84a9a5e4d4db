import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Agent } from "@wardkey/agent";
import { SimulatedSenses } from "@wardkey/agent/testing/senses";
import { startQuietFleet } from "@wardkey/fleet-server/testing/fleet";
import { type Lesson, lessonOf } from "@wardkey/protocol/training";
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

/** What the site does about a veil that somebody touches away. */
async function answerVeils(lesson: string | null, lessonAfter: number): Promise<void> {
  const programme = await administrators.ask("GET", "/v1/nudges/programme");
  const answers = programme["answers"] as Record<string, object>;
  const said = { mode: "everywhere", template: "veil-guards", lesson, lessonAfter };
  const decided = { ...programme, answers: { ...answers, "veil-dismissed": said } };
  await administrators.ask("PUT", "/v1/nudges/programme", decided);
}

async function comeIn(): Promise<void> {
  await becomes("locked");
  senses.presence.say({ type: "near", holder: ANNA });
  senses.vision.sees({ at: performance.now(), faces: 1 });
  await becomes("unlocked");
}

/** Somebody who stays, with their phone and their eyes on the screen, while they do something there. */
async function staying(work: () => Promise<void>): Promise<void> {
  const beats = setInterval(() => {
    senses.vision.sees({ at: performance.now(), faces: 1 });
    senses.taps.sessions.at(-1)?.say({ type: "heartbeat", moved: true });
  }, 250);
  try {
    await work();
  } finally {
    clearInterval(beats);
  }
}

async function readAndAnswer(lesson: Lesson): Promise<void> {
  await page.getByRole("button", { name: "Read it now" }).click();
  for (const [at, card] of lesson.cards.entries()) {
    await page.getByText(card.says.en).waitFor();
    await page.getByRole("button", { name: at === lesson.cards.length - 1 ? "To the questions" : "Next" }).click();
  }
  for (const { asks, choices, right } of lesson.questions) {
    await page.getByText(asks.en).waitFor();
    await page.getByRole("button", { name: choices[right]?.en ?? "" }).click();
  }
  await page.getByText("3 of 3 right").waitFor();
  await page.getByRole("button", { name: "Back to work" }).click();
}

async function touchTheVeilAway(): Promise<void> {
  senses.presence.say({ type: "leaving", holder: ANNA, why: "distance" });
  await becomes("leaving");
  await page.getByRole("button", { name: "Keep it open" }).click();
}

describe("a behaviour at a kiosk", () => {
  it("is journaled, answered by the fleet, said as the person goes, and counted by ward", async () => {
    await answerVeils(null, 3);
    await comeIn();
    await touchTheVeilAway();
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

  it("brings a lesson, which is read and answered at the kiosk, and whose completion is back at the fleet", async () => {
    const lesson = lessonOf("insecure-sharing");
    await answerVeils(lesson.id, 1);
    await comeIn();
    await touchTheVeilAway();
    const assigned = async () => {
      const { assignments } = await administrators.ask("GET", "/v1/training/assignments");
      return assignments as object[];
    };
    const theirs = {
      lesson: lesson.id,
      to: { kind: "person", staffId: ANNA.id },
      because: "programme",
      by: "fleet",
    };
    const waiting = expect.objectContaining({ ...theirs, state: "waiting", passed: 0 });
    await expect.poll(assigned, { timeout: 20_000 }).toEqual([waiting]);

    // Offered to who comes in next, in a quiet line that nobody has to touch.
    await comeIn();
    await staying(async () => {
      const line = page.getByRole("complementary", { name: "Two minutes for you:" });
      await line.getByText(lesson.title.en).waitFor({ timeout: 15_000 });
      await readAndAnswer(lesson);
    });

    const journaled = async () =>
      (await readJournal(agent.journalFile)).filter(({ kind }) => kind.startsWith("lesson.")).map((each) => each.body);
    const of = { lesson: lesson.id, staffId: ANNA.id };
    await expect
      .poll(journaled, { timeout: 10_000 })
      .toEqual([of, { ...of, correct: 3, of: 3, passed: true, ms: expect.any(Number) }]);
    await expect
      .poll(assigned, { timeout: 20_000 })
      .toEqual([expect.objectContaining({ ...theirs, state: "done", passed: 1 })]);
    const { lessons } = await administrators.ask("GET", "/v1/training");
    expect(lessons).toContainEqual(
      expect.objectContaining({ lesson: lesson.id, given: 1, people: null, passed: null }),
    );
    expect(await counted()).toMatchObject({
      [`lesson.opened:${lesson.id}`]: 1,
      [`lesson.passed:${lesson.id}`]: 1,
    });
  }, 90_000);
});
