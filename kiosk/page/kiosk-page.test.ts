import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { LANGUAGES, type Language } from "@wardkey/ui";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BuiltPage, buildPage } from "./testing/built-page.js";
import { SimulatedAgent } from "./testing/simulated-agent.js";
import { BASE, ENROLMENTS, NOW, QR, SESSIONS } from "./testing/views.js";
import { CATALOGUES } from "./words.js";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

let built: BuiltPage;
let browser: Browser;
let agent: SimulatedAgent;
let context: BrowserContext | null = null;
let complaints: string[] = [];

beforeAll(async () => {
  built = await buildPage();
  browser = await chromium.launch({
    executablePath: process.env["WARDKEY_CHROMIUM"] ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
    ],
  });
});

afterAll(async () => {
  await browser?.close();
  await built?.remove();
});

beforeEach(async () => {
  complaints = [];
  agent = new SimulatedAgent(built.directory, BASE);
  await agent.start();
});

afterEach(async () => {
  await context?.close();
  context = null;
  await agent.stop();
});

async function open(options: { language?: Language; camera?: boolean; url?: string } = {}): Promise<Page> {
  context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: options.language ?? "en",
    reducedMotion: "reduce",
    permissions: options.camera === false ? [] : ["camera"],
  });
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(options.url ?? agent.pageUrl);
  await page.waitForSelector("[data-state]:not([data-state=down])");
  return page;
}

/** The catalogue's sentence, with its values filled in. */
function says(language: Language, key: keyof typeof CATALOGUES.en, values: Record<string, string> = {}): string {
  return CATALOGUES[language][key].replaceAll(/\{\{(\w+)\}\}/g, (_whole, name: string) => values[name] ?? "");
}

async function axeFindings(page: Page): Promise<string[]> {
  const source = await readFile(axe, "utf8");
  // The debugger's own evaluation is not bound by the page's content policy.
  await page.evaluate(source);
  return page.evaluate(async () => {
    const run = (globalThis as unknown as { axe: { run: () => Promise<{ violations: AxeViolation[] }> } }).axe.run;
    const { violations } = await run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
}

interface AxeViolation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
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
    const page = await open({ language });
    for (const [name, key, values] of lines) {
      agent.show({ session: sessionOf(name), now: NOW });
      const line = says(language, key, values);
      await page.getByRole("heading", { level: 1, name: line, exact: true }).waitFor();
      if (name !== "identifying") expect(await page.getByRole("status").textContent()).toBe(line);
    }
    agent.show({ session: sessionOf("leaving"), now: NOW });
    await page.getByRole("button", { name: says(language, "leaving.stay"), exact: true }).waitFor();
    expect(await page.getByRole("status").textContent()).toBe(says(language, "leaving.announce"));
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
    expect(complaints).toEqual([]);
  });

  it("passes axe, in light and in dark", async () => {
    const page = await open();
    const findings: Record<string, string[]> = {};
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      for (const name of ["locked", "near", "identifying", "unlocked", "leaving", "refused", "degraded-camera"]) {
        agent.show({ session: sessionOf(name), now: NOW });
        await page.waitForSelector(`[data-state="${sessionOf(name).state}"]`);
        const found = await axeFindings(page);
        if (found.length > 0) findings[`${name} ${colorScheme}`] = found;
      }
    }
    expect(findings).toEqual({});
  });

  it.each([
    [1280, 800],
    [1920, 1080],
    [800, 480],
  ])("fits a screen of %d by %d with a large line and targets for gloves", async (width, height) => {
    const page = await open();
    await page.setViewportSize({ width, height });
    for (const name of ["locked", "identifying", "refused", "degraded-camera"]) {
      agent.show({ session: sessionOf(name), now: NOW });
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
    const page = await open();
    agent.show({ session: sessionOf("unlocked"), now: NOW });
    await page.getByText("Unlocked since 13:50").waitFor();
    await page.getByText("12:07", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Lock now" }).press("Enter");

    await expect.poll(() => agent.heard("lock-now")).toEqual([{ type: "lock-now" }]);
  });

  it("is kept by a touch anywhere while it is about to lock", async () => {
    const page = await open();
    agent.show({ session: sessionOf("leaving"), now: NOW });
    await page.getByRole("button", { name: "Keep it open" }).waitFor();
    await page.mouse.click(30, 760);

    await expect.poll(() => agent.heard("stay")).toEqual([{ type: "stay" }]);
  });

  it("tells of activity at most once a second", async () => {
    const page = await open();
    const from = performance.now();
    for (let move = 0; move < 40; move++) await page.mouse.move(200 + move, 200);
    const seconds = Math.ceil((performance.now() - from) / 1_000);
    await expect.poll(() => agent.heard("activity").length).toBeGreaterThan(0);
    expect(agent.heard("activity").length).toBeLessThanOrEqual(seconds);
  });

  it("is covered while the agent is not heard, and is back by itself", async () => {
    const page = await open();
    agent.show({ session: sessionOf("unlocked"), now: NOW });
    await page.getByRole("button", { name: "Lock now" }).waitFor();
    await agent.stop();
    await page.getByRole("heading", { name: "This screen lost its kiosk" }).waitFor();
    expect(await page.getByText("Anna").count()).toBe(0);

    await agent.start();
    await page.getByRole("button", { name: "Lock now" }).waitFor();
  });
});

describe("the page's token", () => {
  it("leaves the address and survives a reload", async () => {
    const page = await open();
    expect(page.url()).toBe(agent.url);
    await page.reload();
    await page.waitForSelector('[data-state="locked"]');

    expect(agent.heard("hello")).toEqual([
      { type: "hello", token: agent.token },
      { type: "hello", token: agent.token },
    ]);
  });

  it("that is wrong ends in words, not in tries without end", async () => {
    context = await browser.newContext({ locale: "en" });
    const page = await context.newPage();
    await page.goto(`${agent.url}#token=wrong`);
    await page.getByRole("heading", { name: "This page is out of date" }).waitFor();

    expect(agent.heard("hello")).toEqual([{ type: "hello", token: "wrong" }]);
  });
});

describe("an enrolment", () => {
  it("can be done with the keyboard alone, and passes axe at each step", async () => {
    const page = await open();
    await page.getByRole("button", { name: "Enrol someone" }).press("Enter");
    await page.getByLabel("Operator code").waitFor();
    await page.keyboard.type("482915");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Anna");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Rossi");
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await expect
      .poll(() => agent.heard("enrol-begin"))
      .toEqual([{ type: "enrol-begin", operatorCode: "482915", givenName: "Anna", familyName: "Rossi" }]);

    agent.show({ enrolment: ENROLMENTS.offer, now: NOW });
    await page.getByRole("img", { name: "QR code for the phone" }).waitFor();
    expect(await page.getByLabel("Code as text").inputValue()).toBe(QR);
    expect(await axeFindings(page)).toEqual([]);

    agent.show({ enrolment: ENROLMENTS["compare-code"] });
    await page.getByRole("heading", { name: "Same digits on the phone?" }).waitFor();
    expect(await page.locator(".digits").textContent()).toBe("482915");
    expect(await axeFindings(page)).toEqual([]);
    // The focus is on the line: agreeing takes a key of its own, so that nobody agrees by holding Enter.
    await page.keyboard.press("Enter");
    expect(agent.heard("enrol-codes")).toEqual([]);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(() => agent.heard("enrol-codes")).toEqual([{ type: "enrol-codes", agree: true }]);

    agent.show({ enrolment: ENROLMENTS.capture, frames: "fast" });
    await page.getByRole("heading", { name: "Come closer" }).waitFor();
    await page.waitForFunction(() => (document.querySelector("video")?.videoWidth ?? 0) > 0);
    expect(await page.getByRole("progressbar", { name: "Pictures taken" }).getAttribute("aria-valuenow")).toBe("40");
    expect(await axeFindings(page)).toEqual([]);

    agent.show({ enrolment: ENROLMENTS.done, frames: "off" });
    await page.getByRole("heading", { name: "Anna Rossi is enrolled" }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(() => agent.heard("enrol-cancel")).toEqual([{ type: "enrol-cancel" }]);
    expect(complaints).toEqual([]);
  });

  it("hands the code to the demo's phone page in a window that is always the same", async () => {
    const phone = `${agent.url}phone.html#token=phone-token`;
    const page = await open({ url: `${agent.pageUrl}&phone=${encodeURIComponent(phone)}` });
    agent.show({ enrolment: ENROLMENTS.offer, now: NOW });
    const opened = page.waitForEvent("popup");
    await page.getByRole("button", { name: "Hand it to the demo phone" }).click();
    const popup = await opened;
    await popup.waitForURL(/phone\.html/);

    expect(popup.url()).toBe(`${agent.url}phone.html#token=phone-token&enrol=${encodeURIComponent(QR)}`);
    expect(await popup.evaluate(() => window.opener)).toBeNull();
    expect(page.url()).toBe(agent.url);
  });

  it.each([
    ["operator-code-wrong", "This operator code is not right."],
    ["operator-code-locked", "Too many tries. Wait a minute."],
    ["something-new", "That did not work (something-new)."],
  ])("says why it cannot begin: %s", async (code, words) => {
    const page = await open();
    await page.getByRole("button", { name: "Enrol someone" }).click();
    agent.refuse("enrol-begin", code);

    await page.getByText(words).waitFor();
  });

  it("says why it stopped and begins again", async () => {
    const page = await open();
    agent.show({ enrolment: ENROLMENTS.failed });
    await page.getByRole("main").getByText("The digits differed.", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Start again" }).click();
    agent.show({ enrolment: null });

    await page.getByLabel("Operator code").waitFor();
    expect(agent.heard("enrol-cancel")).toEqual([{ type: "enrol-cancel" }]);
  });
});

describe("the camera", () => {
  it("sends JPEG frames at the agent's pace and stops when told", async () => {
    await open();
    agent.show({ frames: "fast" });
    await expect.poll(() => agent.frames.length, { timeout: 10_000 }).toBeGreaterThan(4);
    expect(agent.heard("camera")).toEqual([{ type: "camera", state: "available" }]);
    expect(agent.frames.slice(0, 5).map(({ kind, sequence, start }) => ({ kind, sequence, start }))).toEqual(
      [1, 2, 3, 4, 5].map((sequence) => ({ kind: 1, sequence, start: "ffd8" })),
    );

    agent.show({ frames: "off" });
    await expect
      .poll(async () => {
        const before = agent.frames.length;
        await new Promise((resolve) => setTimeout(resolve, 300));
        return agent.frames.length - before;
      })
      .toBe(0);
    expect(complaints).toEqual([]);
  });

  it("that is denied is said in words here and told to the agent", async () => {
    const page = await open({ camera: false });
    await page.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    });
    await page.reload();
    agent.show({ frames: "slow" });
    await page.getByText("The camera is blocked.", { exact: false }).waitFor();

    await expect.poll(() => agent.heard("camera")).toEqual([{ type: "camera", state: "denied" }]);
  });

  it("of a browser is called unattested and its liveness not enforced, on every screen of the demo profile", async () => {
    const page = await open();
    for (const name of ["locked", "near", "unlocked", "refused"]) {
      agent.show({ session: sessionOf(name), now: NOW });
      await page.waitForSelector(`[data-state="${sessionOf(name).state}"]`);
      expect(await page.getByRole("complementary", { name: "Demonstration" }).textContent()).toBe(
        "Demonstrationbrowser camera, not attestedliveness 93%, shown and not enforced",
      );
    }
    agent.show({ profile: "production", session: sessionOf("locked") });
    await page.getByRole("complementary").waitFor({ state: "detached" });
  });
});

describe("a hostile name", () => {
  it.each(["<img src=x onerror=alert(1)>", "$t(refused.help)", "{{seconds}}", "x".repeat(80)])(
    "%s is shown as text",
    async (name) => {
      const page = await open();
      page.on("dialog", (dialog) => complaints.push(dialog.message()));
      const device = { id: "kiosk", name, ward: name };
      agent.show({ session: { state: "unlocked", name, since: NOW + 60_000 }, now: NOW, device });
      await page.getByRole("heading", { level: 1, name: `Good afternoon, ${name}`, exact: true }).waitFor();
      expect(await page.locator("img").count()).toBe(0);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      expect(complaints).toEqual([]);
    },
  );
});

function sessionOf(name: string) {
  const session = SESSIONS[name];
  if (session === undefined) throw new Error(`no view ${name}`);
  return session;
}
