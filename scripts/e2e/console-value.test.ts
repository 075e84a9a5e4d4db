import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startQuietFleet } from "@wardkey/fleet-server/testing/fleet";
import { startAssumptions } from "@wardkey/protocol/value";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { projectRoot } from "../src/project-root.js";
import { chromiumArguments, findChromium } from "../src/shift/browser.js";
import { openPerson, type PersonAtBrowser } from "./test-support/person.js";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const DAY_MS = 86_400_000;
const WARDS = ["Cardiology", "Emergency", "Maternity", "Surgery"];
const patient = { timeout: 20_000 };

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let folder: string;
let fleet: Awaited<ReturnType<typeof startQuietFleet>>;
let browser: Browser;
let operator: PersonAtBrowser;

/** Simulated: a fortnight of taps on every ward, quicker on one than on the next. */
function measure(ward: number): void {
  const events = Array.from({ length: 14 * 60 }, (_, turn) => {
    const at = Date.now() - DAY_MS * 14 + Math.floor(turn / 60) * DAY_MS + turn * 1_000;
    const body = { session: crypto.randomUUID(), staffId: `w${ward}`, ms: 500 + 200 * ward + (turn % 9) * 30 };
    return { seq: turn + 1, at, kind: "session.unlocked", body };
  });
  const wrong = { seq: events.length + 1, at: Date.now(), kind: "session.lock-disputed", body: {} };
  fleet.figures.note(`bed-${ward}`, [...events, wrong]);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "wardkey-value-"));
  fleet = await startQuietFleet(folder, {
    siteName: "St Mary (simulated)",
    consolePageDir: process.env["WARDKEY_CONSOLE_PAGE"] ?? join(projectRoot, "fleet/console/dist/page"),
    tickets: WARDS.map((ward, place) => ({
      ...{ device: `bed-${place}`, profile: "kiosk" as const, name: `Bed ${place}`, ward },
      file: join(folder, `bed-${place}.json`),
    })),
  });
  for (const place of WARDS.keys()) measure(place);
  browser = await chromium.launch({ executablePath: findChromium(), headless: true, args: [...chromiumArguments] });
  operator = await openPerson(browser, { url: String(fleet.setupUrl), width: 1440 });
  await operator.page.getByLabel("Your name").fill("Ada Rossi");
  await operator.page.getByLabel("Sign-in name").fill("ada");
  await operator.page.keyboard.press("Enter");
  await operator.page.getByRole("link", { name: "Value" }).click();
  await operator.page.getByRole("heading", { name: "Value", level: 1 }).waitFor(patient);
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

const field = (page: Page, name: string) => page.getByRole("textbox", { name, exact: true });
const BEFORE = "Signing in before, with name and password";
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

describe("the value page", () => {
  it("shows what was measured and what it is worth, to every eye and by every means", async () => {
    const { page } = operator;
    await page.getByRole("row", { name: /Surgery/ }).waitFor(patient);
    await page.getByText("given back in 14 measured days").waitFor(patient);
    expect(await violations(page)).toEqual([]);
    await picture(page, "value");
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "light" });
  });

  it("tries a number at once, says what is wrong with one, and keeps it only when told", async () => {
    const { page } = operator;
    const tile = page.locator(".value-tiles .tile-value").first();
    const before = await tile.textContent();
    await field(page, `${BEFORE}: High`).fill("5");
    await page.getByText("From low over likely to high.").waitFor(patient);
    expect(await tile.textContent()).toBe(before);
    await field(page, `${BEFORE}: High`).fill("400");
    await page.getByText("You are trying numbers of your own").waitFor(patient);
    await vi.waitFor(async () => expect(await tile.textContent()).not.toBe(before), patient);
    expect((await fleet.records.audit.newest(50)).map(({ kind }) => kind)).not.toContain("value.assumptions-changed");
    await press(page, "Keep for everybody").click();
    await page.getByText("Kept, and written into the audit.").waitFor(patient);
    const kinds = (await fleet.records.audit.newest(50)).map(({ kind }) => kind);
    expect(kinds).toContain("value.assumptions-changed");
  });

  it("loses nothing when somebody else keeps other numbers meanwhile", async () => {
    const { page } = operator;
    await field(page, `${BEFORE}: Low`).fill("9");
    const theirs = { ...startAssumptions(), loginBefore: { low: 11, likely: 12, high: 13 } };
    // As another browser of the same person, by the page's own session.
    const status = await page.evaluate(async (assumptions) => {
      const body = JSON.stringify({ version: 1, assumptions });
      const headers = { "content-type": "application/json" };
      return (await fetch("v1/value/assumptions", { method: "PUT", headers, body })).status;
    }, theirs);
    expect(status).toBe(200);
    await page.getByText("Somebody else kept other numbers meanwhile").waitFor(patient);
    expect(await field(page, `${BEFORE}: Low`).inputValue()).toBe("9");
    await picture(page, "value-overtaken");
    await press(page, "Show theirs").click();
    await vi.waitFor(async () => expect(await field(page, `${BEFORE}: Low`).inputValue()).toBe("11"), patient);
  });

  it("prints as a report: what was found, without what is pressed", async () => {
    const { page } = operator;
    await page.emulateMedia({ media: "print" });
    expect(await page.getByText(/^Report of St Mary \(simulated\), measured from/).isVisible()).toBe(true);
    expect(await press(page, "Print the report").isVisible()).toBe(false);
    expect(await page.getByRole("link", { name: "Overview" }).isVisible()).toBe(false);
    const into = process.env["WARDKEY_PICTURES"];
    if (into !== undefined) await page.pdf({ path: join(into, "value.pdf"), format: "A4" });
    await page.emulateMedia({ media: "screen" });
    expect(operator.complaints).toEqual([]);
  });
});
