import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FromPhonePage, PhoneView } from "@wardkey/protocol/phone";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ENROLLED, FRESH, VIEWS } from "../testing/views.js";
import { type PageServer, startPageServer } from "./index.js";

const TOKEN = "t".repeat(43);
const CODE = "WK1.hKxsbG9uZ2NvZGU";
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const pageRoot = fileURLToPath(new URL("../../page", import.meta.url));

/** Builds the page as a release does: under the test runner Vite would take React's development version. */
async function buildPage(outDir: string): Promise<void> {
  const before = process.env["NODE_ENV"];
  process.env["NODE_ENV"] = "production";
  try {
    const configFile = join(pageRoot, "vite.config.ts");
    await build({ configFile, logLevel: "error", build: { outDir, emptyOutDir: true } });
  } finally {
    process.env["NODE_ENV"] = before;
  }
}

describe("the phone's page", () => {
  let built: string;
  let browser: Browser;
  let server: PageServer;
  let context: BrowserContext | null = null;
  let shown: PhoneView;
  let asked: FromPhonePage[];
  let complaints: string[];

  beforeAll(async () => {
    built = await mkdtemp(join(tmpdir(), "wardkey-phone-page-"));
    await buildPage(built);
    browser = await chromium.launch({
      executablePath: process.env["WARDKEY_CHROMIUM"] ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(built, { recursive: true, force: true });
  });

  beforeEach(async () => {
    asked = [];
    complaints = [];
    shown = FRESH;
    server = await startPageServer({
      port: 0,
      pageDir: built,
      token: TOKEN,
      report: (code) => complaints.push(code),
      commands: {
        view: () => shown,
        async perform(command) {
          asked.push(command);
          return command.type === "enrol" && command.qr === "nonsense" ? "offer-malformed" : null;
        },
      },
    });
  });
  afterEach(async () => {
    await context?.close();
    context = null;
    await server.stop();
  });

  function show(view: PhoneView): void {
    shown = view;
    server.changed();
  }

  async function open(
    view: PhoneView,
    options: { width?: number; locale?: string; fragment?: string; scheme?: "dark" | "light" } = {},
  ): Promise<Page> {
    shown = view;
    context = await browser.newContext({
      viewport: { width: options.width ?? 390, height: 844 },
      locale: options.locale ?? "en",
      timezoneId: "UTC",
      reducedMotion: "reduce",
      colorScheme: options.scheme ?? "light",
    });
    const page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(`${server.url}#token=${TOKEN}${options.fragment ?? ""}`);
    await page.locator(".phone").waitFor();
    return page;
  }

  async function findings(page: Page): Promise<unknown> {
    // The debugger's own evaluation is not bound by the page's content policy.
    await page.evaluate(await readFile(axe, "utf8"));
    return page.evaluate(
      "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))",
    );
  }

  for (const scheme of ["light", "dark"] as const) {
    it(`has nothing for axe to find in any state, ${scheme}`, async () => {
      const page = await open(FRESH, { scheme });
      const found: Record<string, unknown> = {};
      for (const [name, view] of Object.entries(VIEWS)) {
        show(view);
        await page.waitForTimeout(120);
        found[name] = await findings(page);
      }
      show(ENROLLED);
      for (const tab of ["History", "My template"]) {
        await page.getByRole("button", { name: tab, exact: true }).click();
        found[tab] = await findings(page);
      }
      expect({
        found: Object.fromEntries(Object.entries(found).filter(([, list]) => JSON.stringify(list) !== "[]")),
        complaints,
      }).toEqual({ found: {}, complaints: [] });
    });
  }

  it("joins a kiosk whose code was pasted, and says what was wrong with another", async () => {
    const page = await open(FRESH);
    await page.getByLabel("The kiosk’s code").fill("nonsense");
    await page.getByRole("button", { name: "Join this kiosk" }).click();
    await page.getByText("That is not a kiosk’s code.").waitFor();
    await page.getByLabel("The kiosk’s code").fill(` ${CODE} `);
    await page.keyboard.press("Enter");
    await expect.poll(() => asked.at(-1)).toEqual({ type: "enrol", qr: CODE });
  });

  it("joins at once with a code that came with its own token", async () => {
    const page = await open(FRESH, { fragment: `&enrol=${CODE}` });
    await expect.poll(() => asked).toEqual([{ type: "enrol", qr: CODE }]);
    expect(await page.evaluate("location.hash")).toBe("");
    await page.evaluate(`location.hash = "token=${TOKEN}&enrol=${CODE}2"`);
    await expect.poll(() => asked.at(-1)).toEqual({ type: "enrol", qr: `${CODE}2` });
    expect(await page.evaluate("location.hash")).toBe("");
  });

  for (const [whose, fragment] of [
    ["no token", `enrol=${CODE}`],
    ["a token of its own", `token=${"x".repeat(43)}&enrol=${CODE}`],
  ]) {
    it(`asks its owner about a code that another page sent along with ${whose}`, async () => {
      const page = await open(FRESH);
      await page.evaluate(`location.hash = "${fragment}"`);
      await page.getByText("A kiosk has sent its code").waitFor();
      expect({ asked, code: await page.getByLabel("The kiosk’s code").inputValue() }).toEqual({
        asked: [],
        code: CODE,
      });
      await page.getByRole("button", { name: "Join this kiosk" }).click();
      await expect.poll(() => asked).toEqual([{ type: "enrol", qr: CODE }]);
    });
  }

  it("says that it is ready, over the credential that came", async () => {
    const page = await open(VIEWS.done);
    await page.getByText("This phone is ready").waitFor();
    await page.getByRole("heading", { name: "Anna Papadopoulou" }).waitFor();
    await page.getByRole("button", { name: "Good" }).click();
    await expect.poll(() => asked).toEqual([{ type: "enrol-cancel" }]);
  });

  it("shows the six digits large and lets its owner stop", async () => {
    const page = await open(VIEWS.compare);
    expect((await page.locator(".digits").textContent())?.replaceAll(/\s/g, "")).toBe("530943");
    await page.getByRole("button", { name: "They differ" }).click();
    await expect.poll(() => asked).toEqual([{ type: "enrol-cancel" }]);
  });

  it("changes how it answers by keyboard alone", async () => {
    const page = await open(ENROLLED);
    await page.getByRole("radio", { name: /Hands-free/ }).focus();
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => asked).toEqual([{ type: "set-consent", mode: "B" }]);
  });

  it("makes a refusal stand out in the history", async () => {
    const page = await open(ENROLLED);
    await page.getByRole("button", { name: "History", exact: true }).click();
    await page.getByText("An unknown reader asked at 03:03 and got nothing").waitFor();
    expect(await page.locator("[data-outcome=refused]").count()).toBe(2);
  });

  it("says what follows before it deletes, and deletes only then", async () => {
    const page = await open(ENROLLED);
    await page.getByRole("button", { name: "My template", exact: true }).click();
    await page.getByRole("button", { name: "Delete my template" }).click();
    await page.getByText("No kiosk will let you in until you enrol again").waitFor();
    await page.getByRole("button", { name: "Keep it" }).click();
    expect(asked).toEqual([]);
    await page.getByRole("button", { name: "Delete my template" }).click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await expect.poll(() => asked).toEqual([{ type: "delete-template" }]);
  });

  it("asks its owner, and takes Escape for a no", async () => {
    const page = await open(VIEWS.biometric);
    await page.getByRole("button", { name: "Fingerprint (simulated)" }).click();
    await expect.poll(() => asked).toEqual([{ type: "answer", id: "p", granted: true }]);
    await page.keyboard.press("Escape");
    await expect.poll(() => asked.at(-1)).toEqual({ type: "answer", id: "p", granted: false });
  });

  it("walks through the room by keyboard", async () => {
    const page = await open(ENROLLED);
    await page.getByRole("slider", { name: "Distance from the kiosk" }).focus();
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => asked).toEqual([{ type: "move", distance: 2.3 }]);
    await page.getByRole("switch", { name: "In the pocket" }).focus();
    await page.keyboard.press("Space");
    await expect.poll(() => asked.at(-1)).toEqual({ type: "pocket", on: false });
  });

  it("shows no room on a real radio", async () => {
    const page = await open(VIEWS.bluetooth);
    expect(await page.getByRole("complementary").count()).toBe(0);
  });

  for (const [locale, word] of [
    ["it", "Visibile alle postazioni"],
    ["el", "Ορατό στους σταθμούς"],
  ] as const) {
    it(`speaks ${locale}, and nothing is cut at 390 px`, async () => {
      const page = await open(ENROLLED, { locale });
      await page.getByText(word).waitFor();
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    });
  }

  it("has no target smaller than 44 px", async () => {
    const page = await open(ENROLLED);
    const small = await page.evaluate(
      "[...document.querySelectorAll('button, .wk-choice, .wk-switch, .wk-language, input[type=text]')].map((e) => [e.textContent, e.getBoundingClientRect()]).filter(([, { width, height }]) => width > 0 && (width < 44 || height < 44)).map(([text]) => text)",
    );
    expect(small).toEqual([]);
  });

  it("works on after a reload, with the token out of the address", async () => {
    const page = await open(ENROLLED);
    expect(page.url()).toBe(server.url);
    await page.reload();
    await page.getByText("Anna Papadopoulou").waitFor();
  });
});
