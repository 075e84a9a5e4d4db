import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startQuietFleet } from "@wardkey/fleet-server/testing/fleet";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { projectRoot } from "../src/project-root.js";
import { chromiumArguments, findChromium } from "../src/shift/browser.js";
import { openPerson, type PersonAtBrowser } from "./test-support/person.js";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const patient = { timeout: 20_000 };
const PAYLOAD = "<img src=x onerror=alert(1)>";
const INVENTORY = `id,kind,name,zone,impact,exposure,connects
ehr,service,Patient records,,7,low,ehr-db
ehr-db,data,Records database,,10,none,
bed-0,device,Bed 0,Cardiology,5,medium,ehr
gateway,device,Remote access,DMZ,2,internet,ehr;imaging
imaging,service,${PAYLOAD},,4,none,ehr-db
`;

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let folder: string;
let fleet: Awaited<ReturnType<typeof startQuietFleet>>;
let browser: Browser;
let officer: PersonAtBrowser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "wardkey-risk-"));
  fleet = await startQuietFleet(folder, {
    consolePageDir: process.env["WARDKEY_CONSOLE_PAGE"] ?? join(projectRoot, "fleet/console/dist/page"),
    tickets: ["Cardiology", "Emergency", "Surgery"].map((ward, place) => ({
      ...{ device: `bed-${place}`, profile: "kiosk" as const, name: `Bed ${place}`, ward },
      file: join(folder, `bed-${place}.json`),
    })),
  });
  for (const place of [0, 1, 2]) await fleet.machines.devices.registry.act(`bed-${place}`, "enrol");
  await fleet.risks.risk.redraw();
  browser = await chromium.launch({ executablePath: findChromium(), headless: true, args: [...chromiumArguments] });
  officer = await openPerson(browser, { url: String(fleet.setupUrl), width: 1440 });
  await officer.page.getByLabel("Your name").fill("Olga Rossi");
  await officer.page.getByLabel("Sign-in name").fill("olga");
  await officer.page.keyboard.press("Enter");
  await officer.page.getByRole("link", { name: "Risk", exact: true }).waitFor(patient);
});
afterAll(async () => {
  await browser?.close();
  await fleet?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
}

/** Kept for somebody to look at, where a folder is named for them. */
async function picture(page: Page, name: string): Promise<void> {
  const into = process.env["WARDKEY_PICTURES"];
  if (into === undefined) return;
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
}

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

describe("a security officer", () => {
  it("takes an inventory in after a look at what it would change", async () => {
    const { page } = officer;
    await page.goto(`${new URL(fleet.url).origin}/#/risk/imports`);
    await page.getByRole("heading", { name: "Imports", level: 1 }).waitFor(patient);
    const wrong = { name: "CMDB.csv", mimeType: "text/csv", buffer: Buffer.from("id,kind\nx,spaceship\n") };
    await page.getByLabel("File", { exact: true }).setInputFiles(wrong);
    await press(page, "Look what would change").click();
    await page.getByText("Line 2: no known kind").waitFor(patient);
    expect(await press(page, "Take it in").isDisabled()).toBe(true);
    await page.getByLabel("File", { exact: true }).setInputFiles({ ...wrong, buffer: Buffer.from(INVENTORY) });
    await press(page, "Look what would change").click();
    await page.getByText("Nothing has changed yet.", { exact: false }).waitFor(patient);
    await press(page, "Take it in").click();
    await page.getByText("Taken in; the picture is drawn anew.").waitFor(patient);
    await page.getByRole("row", { name: /cmdb/ }).waitFor(patient);
    expect(await violations(page)).toEqual([]);
    await picture(page, "risk-imports");
  });

  it("sees why a device is at risk and how an attacker would go on, and lets it go", async () => {
    const { page, complaints } = officer;
    fleet.risks.risk.note("bed-0", [
      { seq: 1, at: Date.now(), kind: "camera.lost", body: { reason: "camera-injected" } },
      { seq: 2, at: Date.now(), kind: "policy.expired", body: { version: 1 } },
    ]);
    await page.getByRole("link", { name: "Risk", exact: true }).first().click();
    await page.getByRole("heading", { name: "Risk", level: 1 }).waitFor(patient);
    await page.getByRole("row", { name: /A picture before the camera/ }).waitFor(patient);
    await page.getByRole("button", { name: /To Records database/ }).click();
    await page.getByText(PAYLOAD).first().waitFor(patient);
    expect(await violations(page)).toEqual([]);
    await picture(page, "risk");

    const row = page.getByRole("row", { name: /A picture before the camera/ });
    await row.getByRole("link", { name: "bed-0" }).click();
    await page.getByRole("heading", { name: "Bed 0", level: 1 }).waitFor(patient);
    await page.getByText("Told by the journal (camera-injected)").waitFor(patient);
    expect(await violations(page)).toEqual([]);
    await picture(page, "risk-asset");

    await page.getByRole("link", { name: "Risk", exact: true }).first().click();
    await row.getByRole("button", { name: "Let go" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Let go" }).click();
    await page.getByText("is let go, and devices were told.", { exact: false }).waitFor(patient);
    await press(page, "Close").click();
    await row.waitFor({ ...patient, state: "detached" });
    expect(fleet.risks.risk.statements.of("bed-0")?.reasons).toEqual(["policy-lag"]);
    expect(complaints.filter((line) => !/status of 40[14]/.test(line))).toEqual([]);
  });
});

describe("a viewer", () => {
  it("reads it in Italian and Greek, and is offered nothing to change", async () => {
    const id = crypto.randomUUID();
    const invited = { kind: "invitation", login: "vera", name: "Vera", role: "viewer", by: "machine" } as const;
    await fleet.auth.invitations.invite(id, invited);
    const { secret } = await fleet.auth.invitations.link(id, "machine");
    const url = `${new URL(fleet.url).origin}/#invitation=${secret}`;
    const { page, context } = await openPerson(browser, { url, language: "it", width: 1440 });
    try {
      await page.locator("form button[type=submit]").click();
      await page.getByRole("link", { name: "Rischio", exact: true }).click(patient);
      await page.getByRole("row", { name: /Si tiene una politica vecchia/ }).waitFor(patient);
      expect(await page.getByRole("button", { name: "Lascia andare" }).count()).toBe(0);
      await page.getByRole("link", { name: "Importazioni" }).click();
      await page.getByRole("row", { name: /cmdb/ }).waitFor(patient);
      expect(await page.getByRole("button", { name: "Rimuovi" }).count()).toBe(0);
      await page.locator("label[lang=el]").click();
      await page.getByRole("heading", { name: "Εισαγωγές", level: 1 }).waitFor(patient);
      expect(await violations(page)).toEqual([]);
    } finally {
      await context.close();
    }
  });
});
