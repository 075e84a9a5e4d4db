import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startQuietFleet } from "@wardkey/fleet-server/testing/fleet";
import type { JournalEvent } from "@wardkey/protocol/fleet";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { projectRoot } from "../src/project-root.js";
import { chromiumArguments, findChromium } from "../src/shift/browser.js";
import { openPerson, type PersonAtBrowser } from "./test-support/person.js";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const HOUR_MS = 3_600_000;
const WARDS = ["Cardiology", "Emergency", "Intensive care", "Maternity", "Surgery", "Theatre"];
/** A ward with few people, and a name that somebody gave it. */
const SCRIPT = '<img src=x onerror="window.ran=1">';
const patient = { timeout: 20_000 };

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let folder: string;
let fleet: Awaited<ReturnType<typeof startQuietFleet>>;
let browser: Browser;
let officer: PersonAtBrowser;

/** Simulated: a ward's people come in and go, once a day; one session in `every` is left open. */
const seqs = new Map<string, number>();
function work(ward: number, { people, days, every }: { people: number; days: number; every: number }): void {
  const device = `bed-${ward}`;
  const events: Pick<JournalEvent, "seq" | "at" | "kind" | "body">[] = [];
  let seq = seqs.get(device) ?? 0;
  let count = ward;
  for (let day = days; day >= 0; day -= 1) {
    for (let person = 0; person < people; person += 1) {
      count += 1;
      const at = Date.now() - day * 24 * HOUR_MS - (day === 0 ? 0 : 2 * HOUR_MS);
      const who = { session: crypto.randomUUID(), staffId: `w${ward}-p${person}` };
      const reason = count % every === 0 ? "idle" : "walked-away";
      events.push({ seq: ++seq, at, kind: "session.unlocked", body: who });
      if (person === 0) events.push({ seq: ++seq, at, kind: "session.kept", body: { ...who, reason: "stay" } });
      events.push({ seq: ++seq, at, kind: "session.locked", body: { ...who, reason } });
    }
  }
  seqs.set(device, seq);
  fleet.nudging.note(device, events);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "wardkey-nudges-"));
  fleet = await startQuietFleet(folder, {
    consolePageDir: join(projectRoot, "fleet/console/dist/page"),
    tickets: [...WARDS, SCRIPT].map((ward, place) => ({
      ...{ device: `bed-${place}`, profile: "kiosk" as const, name: `Bed ${place}`, ward },
      file: join(folder, `bed-${place}.json`),
    })),
  });
  WARDS.forEach((_ward, place) => void work(place, { people: 12, days: 20, every: 4 + (place % 3) }));
  work(WARDS.length, { people: 5, days: 20, every: 2 });
  browser = await chromium.launch({ executablePath: findChromium(), headless: true, args: [...chromiumArguments] });
  officer = await openPerson(browser, { url: String(fleet.setupUrl), width: 1440 });
  await officer.page.getByLabel("Your name").fill("Olga Rossi");
  await officer.page.getByLabel("Sign-in name").fill("olga");
  await officer.page.keyboard.press("Enter");
  await officer.page.getByRole("link", { name: "Nudges" }).waitFor(patient);
});
afterAll(async () => {
  await browser?.close();
  await fleet?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
}

/** Kept for somebody to look at, where a folder is named for them. */
async function picture(page: Page, name: string): Promise<void> {
  const into = process.env["WARDKEY_PICTURES"];
  if (into === undefined) return;
  for (const [width, height] of [
    [1440, 900],
    [1024, 768],
  ] as const) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.waitForTimeout(400);
      await page.screenshot({ path: join(into, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
}

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

const close = (page: Page) => page.locator(".wk-button[data-kind=primary]", { hasText: "Close" }).click();

describe("a security officer", () => {
  it("sees wards and never persons, begins a trial, ends it, and reads its effect with its interval", async () => {
    const { page, complaints } = officer;
    await page.getByRole("link", { name: "Nudges" }).click();
    await page.getByRole("heading", { name: "Nudges", level: 1 }).waitFor(patient);
    await page.getByText("Fewer than 10 people: not shown").waitFor(patient);
    await page.getByRole("row", { name: /Intensive care/ }).waitFor(patient);
    expect(await page.content()).not.toMatch(/w\d-p\d/);
    await page.getByText(SCRIPT).waitFor(patient);
    expect(await page.evaluate(() => "ran" in globalThis)).toBe(false);
    expect(await violations(page)).toEqual([]);
    await picture(page, "nudges-fresh");

    await press(page, "Begin a trial").click();
    expect(await violations(page)).toEqual([]);
    await picture(page, "nudges-begin");
    await press(page, "Begin").click();
    await page.getByText("It runs: 6 wards take part, 3 of them are held out.").waitFor(patient);
    await close(page);
    await page.getByText("The effect is shown when it is over", { exact: false }).waitFor(patient);

    const [trial] = await fleet.nudging.trials.list();
    for (const { ward, arm } of trial?.wards ?? []) {
      for (let round = 0; round < 2; round += 1) {
        work(WARDS.indexOf(ward), { people: 12, days: 0, every: arm === "treated" ? 9 : 3 });
      }
    }
    await press(page, "Stop").first().click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Stop" }).click();
    await page.getByText("It is stopped, and written into the audit.").waitFor(patient);
    await close(page);
    await page.getByText(/per 100 sessions against the wards held out/).waitFor(patient);
    await page.getByText(/95 % interval/).waitFor(patient);
    await page.locator("summary", { hasText: "Wards of this trial" }).click();
    expect(await violations(page)).toEqual([]);
    await picture(page, "nudges-trial");
    expect(complaints.filter((line) => !/status of 40[14]/.test(line))).toEqual([]);
  });

  it("decides what follows a behaviour", async () => {
    const { page } = officer;
    await press(page, "Change").first().click();
    await page.getByLabel("What follows").selectOption("everywhere");
    await page.getByLabel("Lesson").selectOption("unlocked-workstations");
    await picture(page, "nudges-change");
    await press(page, "Save").click();
    await page.getByText("The site does so from now on.", { exact: false }).waitFor(patient);
    await close(page);
    expect((await fleet.nudging.store.programme())?.answers["left-unlocked"]).toEqual({
      mode: "everywhere",
      template: "phone-goes-along",
      lesson: "unlocked-workstations",
      lessonAfter: 3,
    });
  });

  it("gives a lesson to a ward and to a person, and takes one back", async () => {
    const { page } = officer;
    await page.getByRole("link", { name: "Training" }).click();
    await page.getByRole("heading", { name: "Training", level: 1 }).waitFor(patient);
    await page.getByText("Nobody has a lesson to read.", { exact: false }).waitFor(patient);
    await press(page, "Give a lesson").click();
    await page.getByLabel("To", { exact: true }).selectOption("ward");
    await page.getByLabel("Ward", { exact: true }).selectOption("Cardiology");
    await press(page, "Give it").click();
    await page.getByText("Screens that stay open waits for Ward Cardiology.").waitFor(patient);
    await close(page);
    await press(page, "Give a lesson").click();
    await page.getByLabel("To", { exact: true }).selectOption("person");
    await page.getByLabel("Staff id").fill("w1-p3");
    await press(page, "Give it").click();
    await page.getByText("Screens that stay open waits for w1-p3.").waitFor(patient);
    await close(page);
    const row = page.getByRole("row", { name: /w1-p3/ });
    await row.waitFor(patient);
    expect(await violations(page)).toEqual([]);
    await picture(page, "training");
    await row.getByRole("button", { name: "Take back" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Take back" }).click();
    await page.getByText("It is no longer offered.").waitFor(patient);
    await close(page);
    await row.getByText("Taken back").waitFor(patient);
  });
});

describe("a viewer", () => {
  it("reads both pages in Italian and Greek, and is offered nothing to change", async () => {
    const id = crypto.randomUUID();
    await fleet.auth.invitations.invite(id, {
      kind: "invitation",
      login: "vera",
      name: "Vera",
      role: "viewer",
      by: "machine",
    });
    const { secret } = await fleet.auth.invitations.link(id, "machine");
    const url = `${new URL(fleet.url).origin}/#invitation=${secret}`;
    const { page, context } = await openPerson(browser, { url, language: "it", width: 1440 });
    try {
      await page.locator("form button[type=submit]").click();
      await page.getByRole("link", { name: "Promemoria" }).click(patient);
      await page.getByRole("row", { name: /Intensive care/ }).waitFor(patient);
      await page.getByText("Meno di 10 persone: non mostrato").waitFor(patient);
      expect(await page.getByRole("button", { name: /Inizia una prova|Cambia/ }).count()).toBe(0);
      await picture(page, "nudges-viewer");
      await page.getByRole("link", { name: "Formazione" }).click();
      await page.getByRole("heading", { name: "Password che valgono" }).waitFor(patient);
      expect(await page.getByRole("button", { name: "Dai una lezione" }).count()).toBe(0);
      expect(await violations(page)).toEqual([]);
      await page.locator("label[lang=el]").click();
      await page.getByRole("heading", { name: "Κωδικοί που αξίζουν" }).waitFor(patient);
      expect(await violations(page)).toEqual([]);
    } finally {
      await context.close();
    }
  });
});
