import { join } from "node:path";
import type { Locator, Page, Request } from "playwright-core";
import { vi } from "vitest";
import { violations } from "./axe.js";

/** As long without a question or an answer: an answer that leads to another question has led to it by then. */
const QUIET_MS = 100;
const SETTLED_WITHIN_MS = 20_000;
/** Every page of the console, once somebody is in: what the browser shows at the door has another frame. */
const HEADING = ".content h1";

/** A page of the console, and what it still waits for. */
export class WatchedPage {
  readonly page: Page;
  readonly #asked = new Set<Request>();
  #changedAt = performance.now();

  constructor(page: Page) {
    this.page = page;
    const ended = (request: Request): void => {
      if (this.#asked.delete(request)) this.#changedAt = performance.now();
    };
    page.on("request", (request) => {
      // The line over which the site tells what changed stays open.
      if (request.resourceType() === "eventsource") return;
      this.#asked.add(request);
      this.#changedAt = performance.now();
    });
    page.on("requestfinished", ended);
    page.on("requestfailed", ended);
  }

  heading(name: string | RegExp): Locator {
    return this.page.getByRole("heading", { name, level: 1 });
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** Who is in goes to `#/…`, and sees that page with everything it asks for. */
  async visit(address: `#/${string}`): Promise<void> {
    const { page } = this;
    const here = new URL(page.url());
    // The page before has a heading too: until its place is taken, nobody has arrived.
    if (pathOf(here.hash) !== pathOf(address)) {
      await page.evaluate(`document.querySelectorAll("h1").forEach((heading) => { heading.dataset.left = ""; })`);
    }
    await page.goto(`${here.origin}/${address}`);
    this.#changedAt = performance.now();
    await page.locator(`${HEADING}:not([data-left])`).waitFor();
    await this.settled();
  }

  /** The page is in front of who came in. */
  async arrived(): Promise<void> {
    await this.page.locator(HEADING).waitFor();
    await this.settled();
  }

  /** Everything that the page asked for is there, and drawn. */
  async settled(): Promise<void> {
    const quiet = (): boolean => this.#asked.size === 0 && performance.now() - this.#changedAt >= QUIET_MS;
    const drawn = async (): Promise<boolean> => {
      if (!quiet()) return false;
      await this.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
      return quiet() && (await this.page.locator("[aria-busy=true]").count()) === 0;
    };
    await vi.waitUntil(drawn, { timeout: SETTLED_WITHIN_MS, interval: 20 });
  }

  /** What axe finds on the page as it is once everything is there: by every rule, or by `rules` alone. */
  async violations(rules: readonly string[] | null = null): Promise<string[]> {
    await this.settled();
    return violations(this.page, rules);
  }

  /** Nothing stands out at the side. */
  fits(): Promise<boolean> {
    return this.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth");
  }

  /** Kept for somebody to look at, where WARDKEY_PICTURES names a folder for them. */
  async picture(name: string): Promise<void> {
    const into = process.env["WARDKEY_PICTURES"];
    if (into === undefined) return;
    const { page } = this;
    const before = page.viewportSize() ?? { width: 1440, height: 900 };
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
    await page.setViewportSize(before);
  }
}

const pathOf = (hash: string): string => hash.replace(/\?.*$/, "");
