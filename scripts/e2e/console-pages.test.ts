import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { ConsoleSite } from "./test-support/console-site.js";

const SCRIPT = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>';
const DEVICES = 60;
let site: ConsoleSite;

vi.setConfig({ testTimeout: 90_000 });

beforeAll(async () => {
  site = await ConsoleSite.start();
  for (let number = 1; number <= DEVICES; number += 1) await add(`kiosk-${String(number).padStart(3, "0")}`);
}, 120_000);
afterAll(() => site?.remove());
afterEach(() => site.leave());

const add = (id: string, name = `Name of ${id}`): Promise<unknown> =>
  site.fleet.machines.devices.registry.add({ id, name, ward: "Ward 3B", kind: "kiosk", tags: [] }, "machine");

const rows = (page: Page) => page.locator(".list-table tbody tr");

describe("an administrator", () => {
  it("lets a device in by a ticket, finds it again by its address, and moves it", async () => {
    const admin = await site.enter({ role: "administrator" });
    const { page, complaints } = admin;
    await page.getByRole("link", { name: "Devices", exact: true }).click();
    await admin.heading("Devices").waitFor();
    await admin.button("Add a device").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Id", { exact: true }).fill("Bed 7");
    await dialog.getByText("Small letters, digits and hyphens alone").waitFor();
    await dialog.getByLabel("Id", { exact: true }).fill("bed-7");
    await dialog.getByLabel("Name", { exact: true }).fill("Bed 7");
    await dialog.getByLabel("Ward").fill("ICU");
    await admin.button("Make its ticket").click();
    await page.getByRole("img", { name: "Ticket of bed-7 as a QR code" }).waitFor();
    expect(await admin.violations()).toEqual([]);
    const saved = page.waitForEvent("download");
    await admin.button("Save as a file").click();
    const ticket: unknown = JSON.parse(readFileSync(await (await saved).path(), "utf8"));
    expect(ticket).toMatchObject({ v: 1, site: "st-mary", device: "bed-7", profile: "kiosk" });
    await admin.button("I have it").click();
    await admin.visit("#/devices?ward=ICU");
    await rows(page).getByRole("link", { name: "Bed 7" }).click();
    await admin.heading("Bed 7").waitFor();
    await admin.button("Rename or move").click();
    await page.getByRole("dialog").getByLabel("Ward").fill("Ward 3B");
    await admin.button("Keep").click();
    await page.getByText("It is now Bed 7 in Ward 3B.").waitFor();
    await admin.button("Close").last().click();
    expect(complaints).toEqual([]);
  });

  it("walks through a long list by page, order and filter, each in the address, and exports all of it", async () => {
    const admin = await site.enter({ role: "administrator" });
    const { page } = admin;
    await admin.visit("#/devices?search=kiosk-0");
    await page.getByText(`1–50 of ${DEVICES}`).waitFor();
    await admin.button("Next").click();
    await page.getByText(`51–${DEVICES} of ${DEVICES}`).waitFor();
    expect(page.url()).toContain("#/devices?search=kiosk-0&from=50");
    await admin.button("Name").click();
    await expect.poll(() => rows(page).first().innerText()).toContain("kiosk-060");
    await page.reload();
    await expect.poll(() => rows(page).first().innerText()).toContain("kiosk-060");
    const saved = page.waitForEvent("download");
    await admin.button("Export CSV").click();
    const lines = readFileSync(await (await saved).path(), "utf8").split("\r\n");
    expect([lines.length, lines[0]]).toEqual([DEVICES + 2, "Name,Ward,Kind,Health,Standing,Policy,Last heard"]);
    await page.getByRole("searchbox").fill("nobody-is-called-this");
    await page.getByText("Nothing matches these filters.").waitFor();
    await admin.button("Clear filters").click();
    await page.getByText(/^1–50 of/).waitFor();
  });

  it("sees what changes at the site without asking", async () => {
    const admin = await site.enter({ role: "administrator" });
    const { page } = admin;
    await admin.visit("#/devices?search=late-comer");
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByText("Nothing matches these filters.").waitFor();
    await add("late-comer");
    await rows(page).getByRole("link", { name: "Name of late-comer" }).waitFor();
  });

  it("keeps what it showed while the site is out of reach, says so, and comes back by itself", async () => {
    const admin = await site.enter({ role: "administrator" });
    const { page } = admin;
    await admin.visit("#/devices?search=kiosk-001");
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
    const admin = await site.enter({ role: "administrator" });
    const { page } = admin;
    await admin.visit("#/people");
    await admin.button("Add a person").click();
    await page.getByLabel("Given name").fill("Maria");
    await page.getByLabel("Family name").fill("Verdi");
    await admin.button("Add").click();
    await page.getByText("Maria Verdi is in the records.").waitFor();
    await page.getByRole("alertdialog").getByRole("link").click();
    await admin.heading("Maria Verdi").waitFor();
    await admin.button("Make a card").click();
    await admin.button("Make a card").last().click();
    const code = await page.getByLabel("Code of the card").inputValue();
    expect(code).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/);
    await admin.button("Close").last().click();
    await admin.visit("#/settings");
    await admin.button("Appoint").click();
    await page.getByLabel("Staff id").fill("maria-verdi");
    await admin.button("Appoint").last().click();
    expect(await page.getByLabel("Code of maria-verdi").inputValue()).not.toBe("");
    await admin.button("Close").last().click();
    await page.getByRole("row", { name: /maria-verdi/ }).waitFor();
  });
});

describe("a security officer", () => {
  it("suspends and resumes a person, told what it touches before and what it did after", async () => {
    await site.fleet.staff.directory.add(
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
    const officer = await site.enter({ role: "security-officer" });
    const { page } = officer;
    await officer.visit("#/people/bruno-neri");
    await officer.button("Suspend").click();
    await page.getByText("Bruno Neri cannot come in anywhere until resumed").waitFor();
    await officer.button("Suspend").last().click();
    await page.getByText("Bruno Neri is now: suspended.").waitFor();
    await officer.button("Close").last().click();
    await officer.button("Resume").click();
    await officer.button("Resume").last().click();
    await page.getByText("Bruno Neri is now: active.").waitFor();
  });
});

describe("a viewer", () => {
  it("sees every list and is offered nothing that the role does not reach", async () => {
    const viewer = await site.enter({ role: "viewer" });
    const { page } = viewer;
    for (const [address, title] of [
      ["#/overview", "Overview"],
      ["#/devices", "Devices"],
      ["#/devices/kiosk-001", "Name of kiosk-001"],
      ["#/people", "People"],
      ["#/settings", "Settings"],
    ] as const) {
      await viewer.visit(address);
      await viewer.heading(title).waitFor();
      expect(await page.locator(".page-actions button, .row-actions button, .act-stop").count()).toBe(0);
    }
    expect(await page.getByRole("link", { name: /Break-glass|Administrators/ }).count()).toBe(0);
    await viewer.visit("#/break-glass");
    await page.getByText("Your role does not allow this.").waitFor();
  });

  it("who goes astray is told so", async () => {
    const viewer = await site.enter({ role: "viewer" });
    const { page } = viewer;
    await viewer.visit("#/nowhere/at/all");
    await viewer.heading("There is no such page").waitFor();
    await page.getByRole("main").getByRole("link", { name: "Overview" }).click();
    await viewer.heading("Overview").waitFor();
  });
});

describe("by keyboard", () => {
  it("skips to the content, and each page begins at its heading", async () => {
    const viewer = await site.enter({ role: "viewer" });
    const { page } = viewer;
    await viewer.visit("#/devices");
    await page.getByRole("link", { name: "People", exact: true }).press("Enter");
    await viewer.heading("People").waitFor();
    expect(await page.evaluate("document.activeElement?.textContent")).toBe("People");
    await page.getByRole("radio", { name: "Dark" }).press("Space");
    expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
    await page.reload();
    await viewer.heading("People").waitFor();
    expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
    await viewer.button("Skip to the content").press("Enter");
    expect(await page.evaluate("document.activeElement?.tagName")).toBe("MAIN");
  });
});

describe("a payload in every field (row 20)", () => {
  it("is text on every page", async () => {
    await add("payload", SCRIPT.slice(0, 80));
    const admin = await site.enter({ role: "administrator" });
    const { page, complaints } = admin;
    for (const address of [`#/devices?search=${encodeURIComponent("<img")}`, "#/devices/payload"] as const) {
      await admin.visit(address);
      await page.getByText("onerror").first().waitFor();
      expect(await page.locator("img:not(.status-mark), #root script").count()).toBe(0);
    }
    expect(await page.evaluate("'ran' in window")).toBe(false);
    expect(complaints).toEqual([]);
  });
});
