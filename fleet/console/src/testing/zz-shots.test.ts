import { chromium } from "playwright-core";
import { it } from "vitest";
import { buildPage } from "./built-page.js";
import { SimulatedSite } from "./simulated-site.js";
import { DAY, kioskOf, MORNING, NOW, overviewOf, personOf } from "./overviews.js";
it("shoots", async () => {
  const built = await buildPage();
  const site = new SimulatedSite(built.directory, overviewOf({ journal: MORNING }));
  await site.start();
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
  for (const colorScheme of ["light", "dark"] as const) for (const [w,h] of [[1440,900],[800,1000]]) {
    const page = await browser.newPage({ viewport: { width: w!, height: h! }, colorScheme, locale: "en", reducedMotion: "reduce" });
    const shoot = async (name: string) => { await page.waitForTimeout(2300); await page.screenshot({ path: `/tmp/shots/console-${name}-${w}-${colorScheme}.png`, fullPage: true }); };
    site.overview = overviewOf({ journal: MORNING });
    await page.goto(site.pageUrl); await page.waitForSelector("h1"); await shoot("well");
    site.overview = overviewOf({ journal: MORNING, kiosks: [kioskOf({ state: "unlocked" }), kioskOf({ id: "bed-9", name: "Bed 9", lastSeenAt: NOW - 600_000, chainValid: false }), kioskOf({ id: "icu-1", name: "ICU 1", ward: "Intensive care", camera: "down", state: "degraded", statusExpiresAt: NOW - 5 })], people: [personOf(), personOf({ staffId: "b", name: "Maria Papadopoulou", credential: "expired", expiresAt: NOW - DAY }), personOf({ staffId: "c", name: "Luca Bianchi", credential: "none", expiresAt: null, enrolledAt: null })] });
    await shoot("troubled");
    site.overview = overviewOf({ kiosks: [], people: [], journal: [] }); if (w === 1440) await shoot("empty");
    await page.close();
  }
  await browser.close(); await site.stop(); await built.remove();
}, 120_000);
