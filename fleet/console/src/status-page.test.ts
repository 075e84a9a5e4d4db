import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { LANGUAGES, type Language } from "@wardkey/ui";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BuiltPage, buildPage } from "./testing/built-page.js";
import { DAY, kioskOf, MORNING, NOW, overviewOf, personOf } from "./testing/overviews.js";
import { SimulatedSite } from "./testing/simulated-site.js";
import { CATALOGUES } from "./words.js";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

let built: BuiltPage;
let browser: Browser;
let site: SimulatedSite;
let context: BrowserContext | null = null;
let complaints: string[] = [];

beforeAll(async () => {
  built = await buildPage();
  browser = await chromium.launch({
    executablePath: process.env["WARDKEY_CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
});

afterAll(async () => {
  await browser?.close();
  await built?.remove();
});

beforeEach(async () => {
  complaints = [];
  site = new SimulatedSite(built.directory, overviewOf({ journal: MORNING }));
  await site.start();
});

afterEach(async () => {
  await context?.close();
  context = null;
  await site.stop();
});

async function open(options: { language?: Language; dark?: boolean; url?: string } = {}): Promise<Page> {
  context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: options.language ?? "en",
    timezoneId: "UTC",
    colorScheme: options.dark === true ? "dark" : "light",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(options.url ?? site.pageUrl);
  await page.waitForSelector("h1");
  return page;
}

async function axeFindings(page: Page): Promise<string[]> {
  // The debugger's own evaluation is not bound by the page's content policy.
  await page.evaluate(await readFile(axe, "utf8"));
  return page.evaluate(async () => {
    const found = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await found.axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
}

describe("the status page", () => {
  it("says that care is running, who may tap in and what happened last", async () => {
    const page = await open();
    await page.getByRole("heading", { level: 1, name: "Care is running" }).waitFor();
    expect(await page.locator(".tile-value").allInnerTexts()).toEqual(["1 of 1", "1 of 1", "12", "1 of 1"]);
    for (const words of ["Bed 7", "Ward 3B", "Demo", "Locked", "working", "whole, 12 entries"]) {
      await page.locator(".kiosk").getByText(words, { exact: true }).waitFor();
    }
    expect(await page.getByRole("row").nth(1).textContent()).toContain("Anna Rossi");
    expect(await page.locator(".entry-what").allInnerTexts()).toEqual([
      "Locked",
      "Unlocked for Anna Rossi",
      "Tap refused",
      "Agent started",
    ]);
    expect(await page.locator(".entry-about").nth(1).textContent()).toBe(
      "Bed 7 · #11 · with a mask · camera not attested · 640 ms",
    );
    expect(await page.locator(".entry-time").first().textContent()).toBe("14:02:07");
    expect(complaints).toEqual([]);
  });

  it("follows what changes at the site", async () => {
    const page = await open();
    await page.getByText("Locked", { exact: true }).first().waitFor();
    site.overview = overviewOf({ kiosks: [kioskOf({ state: "unlocked" })] });
    await page.locator(".kiosk-state", { hasText: "Unlocked" }).waitFor();
  });

  it("puts what needs a person first", async () => {
    site.overview = overviewOf({
      kiosks: [kioskOf({ chainValid: false }), kioskOf({ id: "icu-2", name: "ICU 2", lastSeenAt: NOW - DAY })],
      people: [personOf({ credential: "expired" })],
      journal: [{ kiosk: "icu-2", seq: 1, at: NOW, kind: "security.alert", body: { reason: "rogue-kiosk" } }],
    });
    const page = await open();
    await page.getByRole("heading", { level: 1, name: "4 things need you" }).waitFor();
    expect(await page.locator(".concerns .wk-notice-title").allInnerTexts()).toEqual([
      "The journal of Bed 7 does not continue as it should: an entry was changed, cut or forked.",
      "ICU 2 raised an alarm: Security alert",
      "ICU 2 was last heard yesterday.",
      "The credential of Anna Rossi has ended.",
    ]);
  });

  it("teaches while there is nothing yet", async () => {
    site.overview = overviewOf({ kiosks: [], people: [] });
    const page = await open();
    await page.getByRole("heading", { level: 1, name: "Ready for the first kiosk" }).waitFor();
    expect(await page.locator(".nothing").allInnerTexts()).toEqual([
      CATALOGUES.en["kiosks.empty"],
      CATALOGUES.en["people.empty"],
      CATALOGUES.en["journal.empty"],
    ]);
    expect(await axeFindings(page)).toEqual([]);
  });

  it("says when the site does not answer, keeps what it knew, and comes back by itself", async () => {
    const page = await open();
    await page.getByRole("heading", { name: "Care is running" }).waitFor();
    site.failure = { status: 503, body: "{}" };
    await page.getByText("Connection lost. Trying again…").waitFor();
    await page.getByText(/What follows was true/).waitFor();
    expect(await page.locator(".kiosk").count()).toBe(1);
    site.failure = { status: 200, body: '{"v":2}' };
    await page.getByText("This page does not understand the answer it got. Reload it.").waitFor();
    site.failure = null;
    await page.getByText("Updated").waitFor();
  });

  it("asks for its key when it was opened without one or with an old one, and keeps a good one over a reload", async () => {
    const page = await open({ url: site.url });
    await page.getByText("This page needs its key").waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await context?.close();
    const old = await open({ url: `${site.url}#token=old` });
    await old.getByText("This page needs its key").waitFor();
    await context?.close();
    const good = await open();
    await good.getByRole("heading", { name: "Care is running" }).waitFor();
    expect(good.url()).toBe(site.url);
    await good.reload();
    await good.getByRole("heading", { name: "Care is running" }).waitFor();
  });

  it("shows a script in any name as the text that it is", async () => {
    const script = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>';
    site.overview = overviewOf({
      site: { ...overviewOf().site, name: script },
      kiosks: [kioskOf({ name: script, ward: script, chainValid: false })],
      people: [personOf({ name: script, enrolledAt: script, credential: "expired" })],
      journal: [
        { kiosk: script, seq: 1, at: NOW, kind: script, body: { reason: script } },
        { kiosk: "bed-7", seq: 2, at: NOW, kind: "tap.refused", body: { reason: script } },
        { kiosk: "bed-7", seq: 3, at: NOW, kind: "session.unlocked", body: { staffId: script } },
      ],
    });
    const page = await open();
    await page.getByRole("heading", { level: 1, name: "2 things need you" }).waitFor();
    expect(await page.locator(".kiosk h3").textContent()).toBe(script);
    expect(await page.locator("main img, main script").count()).toBe(0);
    expect(await page.evaluate(() => "ran" in window)).toBe(false);
    expect(complaints).toEqual([]);
  });

  for (const language of LANGUAGES) {
    it(`speaks ${language}, in light and dark, without an accessibility finding`, async () => {
      for (const dark of [false, true]) {
        const page = await open({ language, dark });
        await page.getByRole("heading", { level: 1, name: CATALOGUES[language]["calm.line"] }).waitFor();
        expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
        expect(await axeFindings(page)).toEqual([]);
        await context?.close();
      }
      expect(complaints).toEqual([]);
    });
  }
});
