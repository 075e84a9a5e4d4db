import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WardkeyError } from "@wardkey/protocol";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { runFleetDemo } from "./demo-fleet/run-fleet.js";
import { chromiumArguments, findChromium } from "./shift/browser.js";

const KIOSKS = 60;
const VIEWPORT = { width: 1280, height: 800 } as const;
/** Five days of journals are read in first. */
const FILLED_WITHIN_MS = 900_000;
/** Lists and charts have asked and drawn. */
const DRAWN_WITHIN_MS = 2_500;

interface Shot {
  readonly name: string;
  readonly address: string;
  readonly dark?: boolean;
  /** Goes on from the page to what is shown: a row's own page. */
  readonly follow?: string;
}

const SHOTS: readonly Shot[] = [
  { name: "overview", address: "overview" },
  { name: "overview-dark", address: "overview", dark: true },
  { name: "devices", address: "devices?sort=health" },
  { name: "device", address: "devices?state=enrolled", follow: ".list-table tbody a" },
  { name: "people", address: "people" },
  { name: "person", address: "people?standing=active", follow: ".list-table tbody a" },
  { name: "break-glass", address: "break-glass" },
  { name: "policy", address: "policy" },
  { name: "rollout", address: "rollout" },
  { name: "audit", address: "audit" },
  { name: "risk", address: "risk" },
  { name: "nudges", address: "nudges" },
  { name: "training", address: "training" },
  { name: "value", address: "value" },
  { name: "settings-dark", address: "settings", dark: true },
];

/** Photographs the console's pages before a simulated fleet, as `console-<name>.png` in `folder`. */
export async function takeConsolePictures(folder: string): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), "wardkey-console-pictures-"));
  const over = once();
  const filled = once();
  let told = "";
  const demo = runFleetDemo({
    dataDir,
    kiosks: KIOSKS,
    ports: { console: 0, devices: 0, mqtt: 0 },
    seed: 1,
    say: (line) => {
      told += `${line}\n`;
      if (line.includes("from now on it is live")) filled.now();
    },
    until: over.promise,
  });
  try {
    await Promise.race([filled.promise, demo, late(FILLED_WITHIN_MS)]);
    await photograph(setUpLinkIn(told), folder);
  } finally {
    over.now();
    await demo;
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function photograph(setUpLink: string, folder: string): Promise<void> {
  const browser = await chromium.launch({ executablePath: findChromium(), args: [...chromiumArguments] });
  try {
    const first = await browser.newContext({ viewport: VIEWPORT, locale: "en" });
    const session = await comeIn(first, setUpLink);
    for (const shot of SHOTS) {
      const context = await browser.newContext({
        viewport: VIEWPORT,
        locale: "en",
        storageState: session,
        colorScheme: shot.dark === true ? "dark" : "light",
        reducedMotion: "reduce",
      });
      const page = await context.newPage();
      await go(page, `${new URL(setUpLink).origin}/#/${shot.address}`, shot.follow);
      await page.screenshot({ path: join(folder, `console-${shot.name}.png`) });
      await context.close();
    }
  } finally {
    await browser.close();
  }
}

/** With a simulated authenticator: the session is all that is kept of it. */
async function comeIn(context: BrowserContext, setUpLink: string): ReturnType<BrowserContext["storageState"]> {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      ...{ protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
  await page.goto(setUpLink);
  await page.getByLabel("Your name").fill("Anna Rossi");
  await page.getByLabel("Sign-in name").fill("anna");
  await page.keyboard.press("Enter");
  await page.locator("nav.places").waitFor();
  return context.storageState();
}

async function go(page: Page, address: string, follow: string | undefined): Promise<void> {
  await page.goto(address);
  await page.getByRole("heading", { level: 1 }).waitFor();
  if (follow !== undefined) await page.locator(follow).first().click();
  await page.waitForTimeout(DRAWN_WITHIN_MS);
}

function once(): { readonly promise: Promise<void>; readonly now: () => void } {
  let now = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    now = settle;
  });
  return { promise, now: () => now() };
}

function setUpLinkIn(told: string): string {
  const [, link] = /First admin\s+(\S+)/.exec(told) ?? [];
  if (link === undefined)
    throw new WardkeyError("start-failed", "the simulated fleet told no link of a first administrator");
  return link;
}

function late(milliseconds: number): Promise<never> {
  return new Promise((_settle, fail) => {
    const timer = setTimeout(
      () => fail(new WardkeyError("timed-out", "the simulated fleet did not fill up")),
      milliseconds,
    );
    timer.unref();
  });
}
