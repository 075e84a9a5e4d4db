import { chromium } from "playwright-core";
import { chromiumArguments, findChromium } from "../shift/browser.js";
import { summary, type Timed } from "./queries.js";

const USABLE_WITHIN_MS = 30_000;

/**
 * From the address to a page that can be worked with, each time in a browser that knows nothing: the overview's heading is
 * there, it asks for nothing that it does not show yet, and its first figure is painted. Milliseconds.
 */
export async function timeFirstPage(input: { url: string; cookie: string; turns: number }): Promise<Timed> {
  const [name = "", value = ""] = input.cookie.split("=");
  const times: number[] = [];
  for (let turn = 0; input.turns > 0 && turn <= input.turns; turn += 1) {
    const browser = await chromium.launch({ executablePath: findChromium(), args: [...chromiumArguments] });
    try {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB" });
      await context.addCookies([{ name, value, url: input.url }]);
      const page = await context.newPage();
      // The browser's own start is not the page's.
      await page.goto("about:blank");
      const from = performance.now();
      await page.goto(`${input.url}#/overview`, { waitUntil: "commit" });
      await page.locator("main h1").waitFor({ timeout: USABLE_WITHIN_MS });
      await page.locator(".tile-value").first().waitFor({ timeout: USABLE_WITHIN_MS });
      await page.waitForFunction(`document.querySelector('[aria-busy="true"]') === null`);
      if (turn > 0) times.push(performance.now() - from);
    } finally {
      await browser.close();
    }
  }
  return summary(times);
}
