import { LANGUAGES } from "@wardkey/ui";
import { describe, expect, it } from "vitest";
import { benchOfThisFile } from "./testing/bench-of-this-file.js";
import { axeFindings, sessionOf } from "./testing/kiosk-bench.js";
import { NOW } from "./testing/views.js";
import { CATALOGUES } from "./words.js";

const bench = benchOfThisFile();

describe("a procedure", { timeout: 90_000 }, () => {
  it("is not offered where the policy allows none", async () => {
    const page = await bench.open();
    bench.agent.show({ session: sessionOf("unlocked"), now: NOW });
    await page.getByRole("button", { name: "Lock now" }).waitFor();
    expect(await page.getByRole("switch").count()).toBe(0);
  });

  it.each(LANGUAGES)("is begun and ended by a touch, with the time that it has left, in %s", async (language) => {
    const page = await bench.open({ language });
    const words = CATALOGUES[language];
    const toggle = page.getByRole("switch", { name: words["procedure.running"], exact: true });
    const touched = page.getByText(words["procedure.running"], { exact: true });
    bench.agent.show({ session: sessionOf("procedure-offered"), now: NOW });
    await toggle.waitFor({ state: "attached" });
    expect(await toggle.isChecked()).toBe(false);
    await touched.click();
    await expect.poll(() => bench.agent.heard("procedure")).toEqual([{ type: "procedure", running: true }]);

    bench.agent.show({ session: sessionOf("procedure-running"), now: NOW });
    await expect.poll(() => toggle.isChecked()).toBe(true);
    const left = (await page.locator(".bar-procedure-left").textContent()) ?? "";
    expect(left.replace(/17:[34]\d/, "{{left}}")).toBe(words["procedure.left"]);
    expect(await axeFindings(page)).toEqual([]);
    await touched.click();
    await expect.poll(() => bench.agent.heard("procedure").at(-1)).toEqual({ type: "procedure", running: false });
    expect(bench.complaints).toEqual([]);
  });

  it("is begun and ended by a key", async () => {
    const page = await bench.open();
    bench.agent.show({ session: sessionOf("procedure-offered"), now: NOW });
    const toggle = page.getByRole("switch", { name: "Procedure running" });
    await toggle.waitFor({ state: "attached" });
    await page.keyboard.press("Tab");
    expect(await toggle.evaluate((each) => each === document.activeElement)).toBe(true);
    await page.keyboard.press("Space");
    await expect.poll(() => bench.agent.heard("procedure")).toEqual([{ type: "procedure", running: true }]);
  });

  it("is shown as the agent says it, whatever was touched, and as over when its time is", async () => {
    const page = await bench.open();
    bench.agent.show({ session: sessionOf("procedure-offered"), now: NOW });
    await page.getByText("Procedure running").click();
    await expect.poll(() => bench.agent.heard("procedure").length).toBe(1);
    const toggle = page.getByRole("switch", { name: "Procedure running" });
    expect(await toggle.isChecked()).toBe(false);
    const procedure = { minutes: 20, until: NOW + 2_000 };
    bench.agent.show({ session: { ...sessionOf("unlocked"), procedure } as ReturnType<typeof sessionOf>, now: NOW });
    await expect.poll(() => toggle.isChecked()).toBe(true);
    await expect.poll(() => toggle.isChecked(), { timeout: 10_000 }).toBe(false);
  });

  it.each([1920, 1280, 800])("fits into the bar of a screen %d wide, large enough for gloves", async (width) => {
    const before = (page: import("playwright-core").Page) =>
      page.addInitScript(() => Object.assign(globalThis, { wardkeyShell: { posture: () => {} } }));
    const page = await bench.open({ language: "el", before });
    await page.setViewportSize({ width, height: 80 });
    for (const name of ["procedure-offered", "procedure-running"]) {
      bench.agent.show({ session: sessionOf(name), now: NOW, profile: "production" });
      await page.waitForSelector(`.bar-procedure[data-running="${name === "procedure-running"}"]`);
      const label = await page.locator(".bar-procedure label").boundingBox();
      const lock = await page.locator(".bar-lock").boundingBox();
      expect({ name, tall: (label?.height ?? 0) >= 55.9 }).toEqual({ name, tall: true });
      expect((lock?.x ?? 0) + (lock?.width ?? 0)).toBeLessThanOrEqual(width);
      const fits = await page.evaluate(() => {
        const { scrollWidth, scrollHeight } = document.documentElement;
        return scrollWidth <= innerWidth && scrollHeight <= innerHeight;
      });
      expect({ name, fits }).toEqual({ name, fits: true });
    }
  });
});
