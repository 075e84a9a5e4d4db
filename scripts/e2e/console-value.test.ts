import { join } from "node:path";
import { startAssumptions } from "@wardkey/protocol/value";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ConsoleSite } from "./test-support/console-site.js";
import type { PersonAtBrowser } from "./test-support/person.js";
import { measuredTaps } from "./test-support/ward-journals.js";

const WARDS = ["Cardiology", "Emergency", "Maternity", "Surgery"];
const patient = { timeout: 20_000 };

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let site: ConsoleSite;
let operator: PersonAtBrowser;

beforeAll(async () => {
  site = await ConsoleSite.start({ siteName: "St Mary (simulated)", wards: WARDS });
  for (const place of WARDS.keys()) site.fleet.figures.note(`bed-${place}`, measuredTaps(place));
  operator = await site.enter({ role: "operator", name: "Ada Rossi", login: "ada", width: 1440 });
  await operator.page.getByRole("link", { name: "Value" }).click();
  await operator.heading("Value").waitFor();
});
afterAll(() => site?.remove());

const field = (page: Page, name: string) => page.getByRole("textbox", { name, exact: true });
const BEFORE = "Signing in before, with name and password";

describe("the value page", () => {
  it("shows what was measured and what it is worth, to every eye and by every means", async () => {
    const { page } = operator;
    await page.getByRole("row", { name: /Surgery/ }).waitFor();
    await page.getByText("given back in 14 measured days").waitFor();
    expect(await operator.violations()).toEqual([]);
    await operator.picture("value");
    await page.getByRole("link", { name: /given back in 14 measured days/ }).click();
    await page.waitForURL(/wards\.sort=hours/);
    await page.getByRole("row", { name: /Surgery/ }).waitFor();
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await operator.violations()).toEqual([]);
    await page.emulateMedia({ colorScheme: "light" });
  });

  it("tries a number at once, says what is wrong with one, and keeps it only when told", async () => {
    const { page } = operator;
    const tile = page.locator(".value-tiles .tile-value").first();
    const before = await tile.textContent();
    await field(page, `${BEFORE}: High`).fill("5");
    await page.getByText("From low over likely to high.").waitFor();
    expect(await tile.textContent()).toBe(before);
    await field(page, `${BEFORE}: High`).fill("400");
    await page.getByText("You are trying numbers of your own").waitFor();
    await vi.waitFor(async () => expect(await tile.textContent()).not.toBe(before), patient);
    expect((await site.fleet.records.audit.newest(50)).map(({ kind }) => kind)).not.toContain(
      "value.assumptions-changed",
    );
    await operator.button("Keep for everybody").click();
    await page.getByText("Kept, and written into the audit.").waitFor();
    const kinds = (await site.fleet.records.audit.newest(50)).map(({ kind }) => kind);
    expect(kinds).toContain("value.assumptions-changed");
  });

  it("loses nothing when somebody else keeps other numbers meanwhile", async () => {
    const { page } = operator;
    await field(page, `${BEFORE}: Low`).fill("9");
    const theirs = { ...startAssumptions(), loginBefore: { low: 11, likely: 12, high: 13 } };
    // As another browser of the same person, by the page's own session.
    const status = await page.evaluate(async (assumptions) => {
      const body = JSON.stringify({ version: 1, assumptions });
      const headers = { "content-type": "application/json" };
      return (await fetch("v1/value/assumptions", { method: "PUT", headers, body })).status;
    }, theirs);
    expect(status).toBe(200);
    await page.getByText("Somebody else kept other numbers meanwhile").waitFor();
    expect(await field(page, `${BEFORE}: Low`).inputValue()).toBe("9");
    await operator.picture("value-overtaken");
    await operator.button("Show theirs").click();
    await vi.waitFor(async () => expect(await field(page, `${BEFORE}: Low`).inputValue()).toBe("11"), patient);
  });

  it("prints as a report: what was found, without what is pressed", async () => {
    const { page } = operator;
    await page.emulateMedia({ media: "print" });
    expect(await page.getByText(/^Report of St Mary \(simulated\), measured from/).isVisible()).toBe(true);
    expect(await operator.button("Print the report").isVisible()).toBe(false);
    expect(await page.getByRole("link", { name: "Overview" }).isVisible()).toBe(false);
    const into = process.env["WARDKEY_PICTURES"];
    if (into !== undefined) await page.pdf({ path: join(into, "value.pdf"), format: "A4" });
    await page.emulateMedia({ media: "screen" });
    expect(operator.complaints).toEqual([]);
  });
});
