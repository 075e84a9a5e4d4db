import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { SessionView } from "@wardkey/protocol/screen";
import type { Language } from "@wardkey/ui";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { type BuiltPage, buildPage } from "./built-page.js";
import { SimulatedAgent } from "./simulated-agent.js";
import { BASE, SESSIONS } from "./views.js";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

export interface OpenOptions {
  readonly language?: Language;
  readonly camera?: boolean;
  readonly url?: string;
  /** What is put into the page before its own scripts run. */
  readonly before?: (page: Page) => Promise<unknown>;
}

/** The built page in Chromium before a simulated agent: a new agent and a new profile for each test. */
export class KioskBench {
  #built: BuiltPage | null = null;
  #browser: Browser | null = null;
  #agent: SimulatedAgent | null = null;
  #context: BrowserContext | null = null;
  #complaints: string[] = [];

  static async start(): Promise<KioskBench> {
    const bench = new KioskBench();
    await bench.start();
    return bench;
  }

  /** Builds the page and opens the browser. */
  async start(): Promise<void> {
    this.#built = await buildPage();
    this.#browser = await chromium.launch({
      executablePath: process.env["WARDKEY_CHROMIUM"] ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
      ],
    });
  }

  get agent(): SimulatedAgent {
    if (this.#agent === null) throw new Error("no test has begun");
    return this.#agent;
  }

  /** What the page wrote on the console as a warning or an error, or threw, since the test began. */
  get complaints(): string[] {
    return this.#complaints;
  }

  async begin(): Promise<void> {
    this.#complaints = [];
    if (this.#built === null) throw new Error("the bench was not started");
    this.#agent = new SimulatedAgent(this.#built.directory, BASE);
    await this.#agent.start();
  }

  async end(): Promise<void> {
    await this.#context?.close();
    this.#context = null;
    await this.#agent?.stop();
    this.#agent = null;
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    await this.#built?.remove();
  }

  /** A fresh tab at the page's address; waits for nothing. */
  async visit(url: string, options: OpenOptions = {}): Promise<Page> {
    if (this.#browser === null) throw new Error("the bench was not started");
    this.#context = await this.#browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: options.language ?? "en",
      reducedMotion: "reduce",
      permissions: options.camera === false ? [] : ["camera"],
    });
    const page = await this.#context.newPage();
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") this.#complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.#complaints.push(String(error)));
    page.on("dialog", (dialog) => this.#complaints.push(dialog.message()));
    await options.before?.(page);
    await page.goto(url);
    return page;
  }

  /** An empty tab beside the page, to lay pictures on. */
  async sheet(): Promise<Page> {
    if (this.#context === null) throw new Error("no page is open");
    return this.#context.newPage();
  }

  /** The same, once the first view is shown. */
  async open(options: OpenOptions = {}): Promise<Page> {
    const page = await this.visit(options.url ?? this.agent.pageUrl, options);
    await page.waitForSelector("[data-state]:not([data-state=down])");
    return page;
  }
}

interface AxeViolation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** WCAG 2.2 AA, what axe holds for good practice, the contrast of level AAA (7:1), and targets that are large enough. */
const AXE_OPTIONS = {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  rules: { "color-contrast-enhanced": { enabled: true }, "target-size": { enabled: true } },
};

/** What axe finds wrong with the page as it is now. */
export async function axeFindings(page: Page): Promise<string[]> {
  // The debugger's own evaluation is not bound by the page's content policy.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(await readFile(axe, "utf8"));
  return page.evaluate(async (options) => {
    const run = (globalThis as unknown as { axe: { run: (how: object) => Promise<{ violations: AxeViolation[] }> } })
      .axe.run;
    const { violations } = await run(options);
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  }, AXE_OPTIONS);
}

/** A session's view by the name of its picture. */
export function sessionOf(name: string): SessionView {
  const session = SESSIONS[name];
  if (session === undefined) throw new Error(`no view ${name}`);
  return session;
}
