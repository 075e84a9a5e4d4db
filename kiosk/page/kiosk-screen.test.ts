import { LANGUAGES, type Language } from "@wardkey/ui";
import { describe, expect, it } from "vitest";
import { benchOfThisFile } from "./testing/bench-of-this-file.js";
import { sessionOf } from "./testing/kiosk-bench.js";
import { NOW } from "./testing/views.js";
import { CATALOGUES } from "./words.js";

const bench = benchOfThisFile();

/** The catalogue's sentence, with its values filled in. */
function says(language: Language, key: keyof typeof CATALOGUES.en, values: Record<string, string> = {}): string {
  return CATALOGUES[language][key].replaceAll(/\{\{(\w+)\}\}/g, (_whole, name: string) => values[name] ?? "");
}

describe("each state", () => {
  const lines = [
    ["locked", "locked.line", {}],
    ["near", "near.line", {}],
    ["identifying", "identifying.line", {}],
    ["greeting", "greeting.afternoon", { name: "Anna" }],
    ["refused", "refused.line", {}],
    ["degraded-camera", "degraded.camera-unavailable.line", {}],
    ["degraded-unattested", "degraded.camera-unattested.line", {}],
    ["degraded-journal", "degraded.journal-unavailable.line", {}],
    ["degraded-lease", "degraded.lease-expired.line", {}],
    ["degraded-radio", "degraded.radio-unavailable.line", {}],
  ] as const;

  it.each(LANGUAGES)("says its line in %s and announces it once", async (language) => {
    const page = await bench.open({ language });
    for (const [name, key, values] of lines) {
      bench.agent.show({ session: sessionOf(name), now: NOW });
      const line = says(language, key, values);
      await page.getByRole("heading", { level: 1, name: line, exact: true }).waitFor();
      if (name !== "identifying") expect(await page.getByRole("status").textContent()).toBe(line);
    }
    bench.agent.show({ session: sessionOf("leaving"), now: NOW });
    await page.getByRole("button", { name: says(language, "leaving.stay"), exact: true }).waitFor();
    expect(await page.getByRole("status").textContent()).toBe(says(language, "leaving.announce"));
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
    expect(bench.complaints).toEqual([]);
  });

  it.each([
    [1280, 800],
    [1920, 1080],
    [800, 480],
  ])("fits a screen of %d by %d with a large line and targets for gloves", async (width, height) => {
    const page = await bench.open();
    await page.setViewportSize({ width, height });
    for (const name of ["locked", "identifying", "refused", "degraded-camera"]) {
      bench.agent.show({ session: sessionOf(name), now: NOW });
      await page.waitForSelector(`[data-state="${sessionOf(name).state}"]`);
      const measured = await page.evaluate(() => {
        const words = document.querySelector(".kiosk-words");
        const small = [...document.querySelectorAll("button, .wk-language")]
          .map((target) => target.getBoundingClientRect())
          .filter(({ width: across, height: tall }) => across < 55.9 || tall < 55.9);
        return {
          line: Number.parseFloat(getComputedStyle(document.querySelector(".line") ?? document.body).fontSize),
          scrolls: document.documentElement.scrollWidth > innerWidth,
          cut: words !== null && words.scrollHeight > words.clientHeight,
          small: small.length,
        };
      });
      expect({ name, ...measured, line: measured.line >= 48 }).toEqual({
        name,
        line: true,
        scrolls: false,
        cut: false,
        small: 0,
      });
    }
  });
});

describe("a session", () => {
  it("shows who is in and since when, and locks at a key", async () => {
    const page = await bench.open();
    bench.agent.show({ session: sessionOf("unlocked"), now: NOW });
    await page.getByText("Unlocked since 13:50").waitFor();
    await page.getByText("12:07", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Lock now" }).press("Enter");

    await expect.poll(() => bench.agent.heard("lock-now")).toEqual([{ type: "lock-now" }]);
  });

  it("is kept by a touch anywhere while it is about to lock", async () => {
    const page = await bench.open();
    bench.agent.show({ session: sessionOf("leaving"), now: NOW });
    await page.getByRole("button", { name: "Keep it open" }).waitFor();
    await page.mouse.click(30, 760);

    await expect.poll(() => bench.agent.heard("stay")).toEqual([{ type: "stay" }]);
  });

  it("tells of activity at most once a second", async () => {
    const page = await bench.open();
    const from = performance.now();
    for (let move = 0; move < 40; move++) await page.mouse.move(200 + move, 200);
    const seconds = Math.ceil((performance.now() - from) / 1_000);
    await expect.poll(() => bench.agent.heard("activity").length).toBeGreaterThan(0);
    expect(bench.agent.heard("activity").length).toBeLessThanOrEqual(seconds);
  });

  it("is covered while the agent is not heard, and is back by itself", async () => {
    const page = await bench.open();
    bench.agent.show({ session: sessionOf("unlocked"), now: NOW });
    await page.getByRole("button", { name: "Lock now" }).waitFor();
    await bench.agent.stop();
    await page.getByRole("heading", { name: "This screen lost its kiosk" }).waitFor();
    expect(await page.getByText("Anna").count()).toBe(0);

    await bench.agent.start();
    await page.getByRole("button", { name: "Lock now" }).waitFor();
  });
});

describe("the page's token", () => {
  it("leaves the address and survives a reload", async () => {
    const page = await bench.open();
    expect(page.url()).toBe(bench.agent.url);
    await page.reload();
    await page.waitForSelector('[data-state="locked"]');

    expect(bench.agent.heard("hello")).toEqual([
      { type: "hello", token: bench.agent.token },
      { type: "hello", token: bench.agent.token },
    ]);
  });

  it("that is wrong ends in words, not in tries without end", async () => {
    const page = await bench.visit(`${bench.agent.url}#token=wrong`);
    await page.getByRole("heading", { name: "This page is out of date" }).waitFor();

    expect(bench.agent.heard("hello")).toEqual([{ type: "hello", token: "wrong" }]);
  });
});

describe("a hostile name", () => {
  it.each(["<img src=x onerror=alert(1)>", "$t(refused.help)", "{{seconds}}", "x".repeat(80)])(
    "%s is shown as text",
    async (name) => {
      const page = await bench.open();
      const device = { id: "kiosk", name, ward: name };
      bench.agent.show({ session: { state: "unlocked", name, since: NOW + 60_000, until: null }, now: NOW, device });
      await page.getByRole("heading", { level: 1, name: `Good afternoon, ${name}`, exact: true }).waitFor();
      expect(await page.locator("img").count()).toBe(0);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      expect(bench.complaints).toEqual([]);
    },
  );
});
