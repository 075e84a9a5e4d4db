import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fleet } from "@wardkey/fleet-server";
import { startQuietFleet } from "@wardkey/fleet-server/testing/fleet";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { projectRoot } from "../src/project-root.js";
import { chromiumArguments, findChromium } from "../src/shift/browser.js";
import { violations } from "./test-support/axe.js";
import { openPerson, type PersonAtBrowser } from "./test-support/person.js";

const SCRIPT = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>';
const DEVICES = 60;
const folder = mkdtempSync(join(tmpdir(), "wardkey-console-pages-"));
let browser: Browser;
let fleet: Fleet;
let people: PersonAtBrowser[] = [];

vi.setConfig({ testTimeout: 90_000 });

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: findChromium(), headless: true, args: [...chromiumArguments] });
  fleet = await startQuietFleet(folder, { consolePageDir: join(projectRoot, "fleet/console/dist/page") });
  for (let number = 1; number <= DEVICES; number += 1) await add(`kiosk-${String(number).padStart(3, "0")}`);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await fleet?.stop();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(async () => {
  for (const person of people) await person.context.close();
  people = [];
});

const add = (id: string, name = `Name of ${id}`): Promise<unknown> =>
  fleet.machines.devices.registry.add({ id, name, ward: "Ward 3B", kind: "kiosk", tags: [] }, "machine");

async function as(
  role: "administrator" | "security-officer" | "operator" | "viewer",
  options: { language?: string; dark?: boolean } = {},
): Promise<PersonAtBrowser> {
  const id = crypto.randomUUID();
  const login = `${role}-${id.slice(0, 8)}`;
  await fleet.auth.invitations.invite(id, { kind: "invitation", login, name: login, role, by: "machine" });
  const { secret } = await fleet.auth.invitations.link(id, "machine");
  const person = await openPerson(browser, { url: `${fleet.url}#invitation=${secret}`, ...options });
  people.push(person);
  await person.page.locator("form button[type=submit]").click();
  await person.page.locator(".side-site").waitFor();
  return person;
}

async function visit(page: Page, address: string): Promise<void> {
  await page.goto(`${fleet.url}${address}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
}

const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { name, level: 1 });
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const rows = (page: Page) => page.locator(".list-table tbody tr");

describe("an administrator", () => {
  it("lets a device in by a ticket, finds it again by its address, and moves it", async () => {
    const { page, complaints } = await as("administrator");
    await page.getByRole("link", { name: "Devices", exact: true }).click();
    await heading(page, "Devices").waitFor();
    await button(page, "Add a device").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Id", { exact: true }).fill("Bed 7");
    await dialog.getByText("Small letters, digits and hyphens alone").waitFor();
    await dialog.getByLabel("Id", { exact: true }).fill("bed-7");
    await dialog.getByLabel("Name", { exact: true }).fill("Bed 7");
    await dialog.getByLabel("Ward").fill("ICU");
    await button(page, "Make its ticket").click();
    await page.getByRole("img", { name: "Ticket of bed-7 as a QR code" }).waitFor();
    expect(await violations(page)).toEqual([]);
    const saved = page.waitForEvent("download");
    await button(page, "Save as a file").click();
    const ticket: unknown = JSON.parse(readFileSync(await (await saved).path(), "utf8"));
    expect(ticket).toMatchObject({ v: 1, site: "st-mary", device: "bed-7", profile: "kiosk" });
    await button(page, "I have it").click();
    await visit(page, "#/devices?ward=ICU");
    await rows(page).getByRole("link", { name: "Bed 7" }).click();
    await heading(page, "Bed 7").waitFor();
    await button(page, "Rename or move").click();
    await page.getByRole("dialog").getByLabel("Ward").fill("Ward 3B");
    await button(page, "Keep").click();
    await page.getByText("It is now Bed 7 in Ward 3B.").waitFor();
    await button(page, "Close").last().click();
    expect(complaints).toEqual([]);
  });

  it("walks through a long list by page, order and filter, each in the address, and exports all of it", async () => {
    const { page } = await as("administrator");
    await visit(page, "#/devices?search=kiosk-0");
    await page.getByText(`1–50 of ${DEVICES}`).waitFor();
    await button(page, "Next").click();
    await page.getByText(`51–${DEVICES} of ${DEVICES}`).waitFor();
    expect(page.url()).toContain("#/devices?search=kiosk-0&from=50");
    await button(page, "Name").click();
    await expect.poll(() => rows(page).first().innerText()).toContain("kiosk-060");
    await page.reload();
    await expect.poll(() => rows(page).first().innerText()).toContain("kiosk-060");
    const saved = page.waitForEvent("download");
    await button(page, "Export CSV").click();
    const lines = readFileSync(await (await saved).path(), "utf8").split("\r\n");
    expect([lines.length, lines[0]]).toEqual([DEVICES + 2, "Name,Ward,Kind,Health,Standing,Policy,Last heard"]);
    await page.getByRole("searchbox").fill("nobody-is-called-this");
    await page.getByText("Nothing matches these filters.").waitFor();
    await button(page, "Clear filters").click();
    await page.getByText(/^1–50 of/).waitFor();
  });

  it("sees what changes at the site without asking", async () => {
    const { page } = await as("administrator");
    await visit(page, "#/devices?search=late-comer");
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByText("Nothing matches these filters.").waitFor();
    await add("late-comer");
    await rows(page).getByRole("link", { name: "Name of late-comer" }).waitFor();
  });

  it("keeps what it showed while the site is out of reach, says so, and comes back by itself", async () => {
    const { page } = await as("administrator");
    await visit(page, "#/devices?search=kiosk-001");
    await rows(page).first().waitFor();
    await page.route(/v1\/(devices|live)/, (route) => route.abort());
    // A page that was hidden opens its line anew.
    await page.evaluate(`Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
      document.dispatchEvent(new Event("visibilitychange"));
      delete document.hidden;
      document.dispatchEvent(new Event("visibilitychange"));`);
    await page.getByText("Connection lost", { exact: true }).waitFor();
    await page.getByText("The site does not answer. Try again.").first().waitFor();
    expect(await rows(page).count()).toBe(1);
    await page.unroute(/v1\/(devices|live)/);
    await page.getByText("Live", { exact: true }).waitFor();
    await expect.poll(() => page.getByText("The site does not answer. Try again.").count()).toBe(0);
  });

  it("adds a person, gives them a card, and appoints them as operator", async () => {
    const { page } = await as("administrator");
    await visit(page, "#/people");
    await button(page, "Add a person").click();
    await page.getByLabel("Given name").fill("Maria");
    await page.getByLabel("Family name").fill("Verdi");
    await button(page, "Add").click();
    await page.getByText("Maria Verdi is in the records.").waitFor();
    await page.getByRole("alertdialog").getByRole("link").click();
    await heading(page, "Maria Verdi").waitFor();
    await button(page, "Make a card").click();
    await button(page, "Make a card").last().click();
    const code = await page.getByLabel("Code of the card").inputValue();
    expect(code).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/);
    await button(page, "Close").last().click();
    await visit(page, "#/settings");
    await button(page, "Appoint").click();
    await page.getByLabel("Staff id").fill("maria-verdi");
    await button(page, "Appoint").last().click();
    expect(await page.getByLabel("Code of maria-verdi").inputValue()).not.toBe("");
    await button(page, "Close").last().click();
    await page.getByRole("row", { name: /maria-verdi/ }).waitFor();
  });
});

describe("a security officer", () => {
  it("suspends and resumes a person, told what it touches before and what it did after", async () => {
    await fleet.staff.directory.add(
      {
        givenName: "Bruno",
        familyName: "Neri",
        role: "nurse",
        wards: [],
        employment: "staff",
        hrId: null,
        endsAt: null,
      },
      "machine",
    );
    const { page } = await as("security-officer");
    await visit(page, "#/people/bruno-neri");
    await button(page, "Suspend").click();
    await page.getByText("Bruno Neri cannot come in anywhere until resumed").waitFor();
    await button(page, "Suspend").last().click();
    await page.getByText("Bruno Neri is now: suspended.").waitFor();
    await button(page, "Close").last().click();
    await button(page, "Resume").click();
    await button(page, "Resume").last().click();
    await page.getByText("Bruno Neri is now: active.").waitFor();
  });

  it("reviews an emergency that the site tells of, once", async () => {
    const { page } = await as("security-officer");
    const emergency = {
      ...{ session: "5f0c9a8e-0000-4000-8000-000000000001", kiosk: "kiosk-001", staffId: "anna", second: null },
      ...{ reason: "patient-in-danger", operation: "unlock-workstation", means: "code", card: "7F3K", minutes: 30 },
      ...{ leaseEnded: true, openedAt: Date.now() - 600_000, closedAt: Date.now() - 300_000, closedBecause: "idle" },
      ...{ reused: false, review: "security-officer", reviewBy: Date.now() + 3_600_000, overdue: false, state: "open" },
    };
    const reviewed = { ...emergency, state: "justified", votes: [{ by: "me", outcome: "justified", at: Date.now() }] };
    let shown: object = { ...emergency, votes: [] };
    // A simulated answer: a kiosk that breaks its glass needs a broker, a camera and a card.
    await page.route(/v1\/break-glass/, async (route) => {
      if (route.request().method() === "GET") return route.fulfill({ json: { emergencies: [shown] } });
      expect(route.request().postDataJSON()).toEqual({ outcome: "justified" });
      shown = reviewed;
      return route.fulfill({ json: reviewed });
    });
    await visit(page, "#/break-glass?state=waits");
    await page.getByText("a patient in danger").waitFor();
    expect(await violations(page)).toEqual([]);
    await button(page, "Justified").click();
    await page.getByText(/^anna at kiosk-001/).waitFor();
    await button(page, "Justified").last().click();
    await page.getByText("Kept. The review is now: justified.").waitFor();
    await button(page, "Close").last().click();
    await page.getByText("Nothing matches these filters.").waitFor();
  });
});

describe("a viewer", () => {
  it("sees every list and is offered nothing that the role does not reach", async () => {
    const { page } = await as("viewer");
    for (const [address, title] of [
      ["#/overview", "Overview"],
      ["#/devices", "Devices"],
      ["#/devices/kiosk-001", "Name of kiosk-001"],
      ["#/people", "People"],
      ["#/settings", "Settings"],
    ] as const) {
      await visit(page, address);
      await heading(page, title).waitFor();
      expect(await page.locator(".page-actions button, .row-actions button, .act-stop").count()).toBe(0);
    }
    expect(await page.getByRole("link", { name: /Break-glass|Administrators/ }).count()).toBe(0);
    await visit(page, "#/break-glass");
    await page.getByText("Your role does not allow this.").waitFor();
  });

  it("who goes astray is told so", async () => {
    const { page } = await as("viewer");
    await visit(page, "#/nowhere/at/all");
    await heading(page, "There is no such page").waitFor();
    await page.getByRole("main").getByRole("link", { name: "Overview" }).click();
    await heading(page, "Overview").waitFor();
  });
});

describe("by keyboard", () => {
  it("skips to the content, and each page begins at its heading", async () => {
    const { page } = await as("viewer");
    await visit(page, "#/devices");
    await page.getByRole("link", { name: "People", exact: true }).press("Enter");
    await heading(page, "People").waitFor();
    expect(await page.evaluate("document.activeElement?.textContent")).toBe("People");
    await page.getByRole("radio", { name: "Dark" }).press("Space");
    expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
    await page.reload();
    await heading(page, "People").waitFor();
    expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
    await button(page, "Skip to the content").press("Enter");
    expect(await page.evaluate("document.activeElement?.tagName")).toBe("MAIN");
  });
});

describe("a payload in every field (row 20)", () => {
  it("is text on every page", async () => {
    await add("payload", SCRIPT.slice(0, 80));
    const { page, complaints } = await as("administrator");
    for (const address of [`#/devices?search=${encodeURIComponent("<img")}`, "#/devices/payload"]) {
      await visit(page, address);
      await page.getByText("onerror").first().waitFor();
      expect(await page.locator("img:not(.status-mark), #root script").count()).toBe(0);
    }
    expect(await page.evaluate("'ran' in window")).toBe(false);
    expect(complaints).toEqual([]);
  });
});

describe("in each language, light and dark", () => {
  for (const [language, dark] of [
    ["en", true],
    ["it", false],
    ["el", true],
  ] as const) {
    it(`has no accessibility finding in ${language}, ${dark ? "dark" : "light"}`, async () => {
      const { page } = await as("administrator", { language, dark });
      for (const place of ["overview", "devices", "devices/kiosk-001", "people", "break-glass", "settings"]) {
        await visit(page, `#/${place}`);
        expect([place, await violations(page)]).toEqual([place, []]);
      }
    });
  }
});
