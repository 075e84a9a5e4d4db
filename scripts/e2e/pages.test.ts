import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Hospital, startHospital } from "../src/hospital/hospital.js";
import { type KioskBrowser, openKiosk } from "../src/shift/browser.js";
import { makeSceneVideos, type SceneName } from "../src/shift/scenes.js";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "wardkey-pages-"));
let hospital: Hospital;
let browser: KioskBrowser;
let kiosk: Page;
let phone: Page;
let status: Page;
let videos: Record<SceneName, string>;

beforeAll(async () => {
  videos = await makeSceneVideos(["enrol", "tap"], folder, () => {});
  hospital = await startHospital({
    dataDir: join(folder, "hospital"),
    ports: { kiosk: 0, phone: 0, site: 0, devices: 0, mqtt: 0 },
    profile: "demo",
    camera: { kind: "page" },
    seed: 1,
  });
  const kioskUrl = `${hospital.kiosk.pageUrl}&phone=${encodeURIComponent(hospital.phone.pageUrl)}`;
  browser = await openKiosk({ pageUrl: kioskUrl, videoFile: videos.enrol, folder });
  kiosk = browser.page;
  status = await kiosk.context().newPage();
  await status.goto(hospital.site.pageUrl);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await hospital?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Rules of WCAG 2 A and AA that the page breaks. */
async function violations(page: Page): Promise<string[]> {
  // evaluate() runs outside the page's own policy; a script tag would be refused by it.
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } };
    return (await axe.run()).violations.map(({ id }) => id);
  });
}

const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { name, level: 1 });

describe("a visitor at the three screens", () => {
  it("is asked to walk up, in a profile that says what it is", async () => {
    await heading(kiosk, "Walk up to unlock").waitFor();
    await kiosk.getByText("Demonstration").waitFor();
    await kiosk.getByText(/not attested/).waitFor();
    expect(await violations(kiosk)).toEqual([]);
  });

  it("enrols with operator code, hand-over, six digits on both screens and the camera", async () => {
    await kiosk.getByRole("button", { name: "Enrol someone" }).click();
    await kiosk.getByLabel("Operator code").fill(hospital.operatorCode);
    await kiosk.getByLabel("Given name").fill("Anna");
    await kiosk.getByLabel("Family name").fill("Rossi");
    await kiosk.getByRole("button", { name: "Begin" }).click();
    await heading(kiosk, "Scan with the phone").waitFor();
    expect(await violations(kiosk)).toEqual([]);
    const opened = kiosk.context().waitForEvent("page");
    await kiosk.getByText("Hand it to the demo phone").click();
    phone = await opened;

    await heading(kiosk, "Same digits on the phone?").waitFor();
    const shown = ((await kiosk.getByRole("main").textContent()) ?? "").replace(/\s/g, "").match(/\d{6}/)?.[0];
    expect(shown).toMatch(/^\d{6}$/);
    await expect
      .poll(async () => ((await phone.locator("body").textContent()) ?? "").replace(/\s/g, ""))
      .toContain(shown);
    await kiosk.getByRole("button", { name: "They agree" }).click();
    await heading(kiosk, /Anna/).waitFor({ timeout: 30_000 });
    await kiosk.getByRole("button", { name: "Done" }).click();
    await phone.getByText("anna-rossi").waitFor();
    expect(await violations(phone)).toEqual([]);
  }, 90_000);

  it("slides the phone away and back, and is let in by name", async () => {
    const slider = phone.getByRole("slider");
    await slider.focus();
    await slider.press("End");
    await heading(kiosk, "Walk up to unlock").waitFor({ timeout: 20_000 });
    // Who was just enrolled is not let in by surprise: they go away and walk up.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    await browser.stand(videos.tap);
    await slider.focus();
    await slider.press("Home");
    await kiosk.getByRole("button", { name: "Lock now" }).waitFor({ timeout: 20_000 });
    await kiosk.getByText(/Anna/).first().waitFor();
    expect(await violations(kiosk)).toEqual([]);
    await slider.press("End");
    await heading(kiosk, "Walk up to unlock").waitFor({ timeout: 20_000 });
    await kiosk.getByText(/the phone went away|no longer heard/).waitFor();
  }, 60_000);

  it("shows kiosk, person and journal on the site's status page", async () => {
    await status.getByText("Workstation 1").first().waitFor();
    await status.getByText(/Anna/).first().waitFor();
    expect(await violations(status)).toEqual([]);
  });

  it("refuses a wrong operator code in words", async () => {
    await kiosk.getByRole("button", { name: "Enrol someone" }).click();
    await kiosk.getByLabel("Operator code").fill("000000");
    await kiosk.getByLabel("Given name").fill("Mallory");
    await kiosk.getByRole("button", { name: "Begin" }).click();
    await kiosk
      .getByText(/operator code/i)
      .nth(1)
      .waitFor();
    await kiosk.getByRole("button", { name: "Cancel" }).click();
  });

  it("shows the release on the phone, and deletes the template after asking", async () => {
    await phone.getByRole("button", { name: "History" }).click();
    await phone.getByText("Workstation 1").first().waitFor();
    await phone.getByRole("button", { name: "My template" }).click();
    await phone.getByRole("button", { name: /delete/i }).click();
    const dialog = phone.getByRole("dialog").or(phone.getByRole("alertdialog"));
    await dialog.getByRole("button", { name: /delete/i }).click();
    await phone.getByRole("button", { name: "Home" }).click();
    await expect.poll(() => phone.getByText("anna-rossi").count()).toBe(0);
  });

  it("wrote no errors on the kiosk's console", () => {
    // Chromium's own note on a frame that was under way when a page was left.
    expect(browser.errors.filter((line) => !line.startsWith("A VideoFrame was garbage collected"))).toEqual([]);
  });
});
