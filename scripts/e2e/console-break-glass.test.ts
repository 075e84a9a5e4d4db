import { readCard } from "@wardkey/protocol/fleet";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { SimulatedKiosk } from "../src/demo-fleet/simulated-kiosk.js";
import { ConsoleSite } from "./test-support/console-site.js";
import { connectKiosk, emergencyOf } from "./test-support/kiosk-on-the-broker.js";

const RECORD = { role: "nurse", wards: [], employment: "staff", hrId: null, endsAt: null } as const;

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let site: ConsoleSite;
let kiosk: SimulatedKiosk;
let session: string;
let card: string;

beforeAll(async () => {
  site = await ConsoleSite.start();
  await site.fleet.staff.directory.add({ givenName: "Anna", familyName: "Rossi", ...RECORD }, "machine");
  kiosk = await connectKiosk(site.fleet, { id: "bed-7", name: "Bed 7", ward: "Ward 3B" });
});
afterAll(async () => {
  await kiosk?.stop();
  await site?.remove();
});
afterEach(() => site.leave());

describe("an emergency that a kiosk journals over the broker", () => {
  it("is by a card that an operator made", async () => {
    const operator = await site.enter({ role: "operator", login: "otto" });
    const { page } = operator;
    await operator.visit("#/people/anna-rossi");
    await operator.button("Make a card").click();
    await operator.button("Make a card").last().click();
    card = readCard(await page.getByLabel("Code of the card").inputValue())?.card ?? "";
    await operator.button("Close").last().click();
    await page.getByRole("row", { name: new RegExp(`${card}.*good`) }).waitFor();
  });

  it("is before a security officer's eyes without their asking, and uses the card up", async () => {
    const officer = await site.enter({ role: "security-officer", login: "olga" });
    const { page, complaints } = officer;
    complaints.length = 0;
    await officer.visit("#/break-glass?state=waits");
    await page.getByText("Nothing matches these filters.").waitFor();
    await page.getByText("Live", { exact: true }).waitFor();

    const emergency = emergencyOf("anna-rossi", card);
    session = emergency.session;
    await kiosk.journal(emergency.entries);
    const row = page.getByRole("row", { name: /anna-rossi/ });
    await row.getByRole("link", { name: "bed-7" }).waitFor();
    await row.getByText("lasted 4", { exact: false }).waitFor();
    await row.getByText(`emergency card · workstation · card ${card}`).waitFor();
    expect(await officer.violations()).toEqual([]);
    await officer.picture("break-glass");

    await officer.visit("#/people/anna-rossi");
    await page.getByRole("row", { name: new RegExp(`${card}.*used`) }).waitFor();
    expect(complaints).toEqual([]);
  });

  it("is shown to an operator, whom neither the page nor the site lets review it", async () => {
    const operator = await site.enter({ role: "operator" });
    await operator.visit("#/break-glass?state=waits");
    await operator.page.getByRole("row", { name: /anna-rossi/ }).waitFor();
    expect(await operator.page.getByRole("button", { name: /justified/i }).count()).toBe(0);
    const path = `/v1/break-glass/${session}/review`;
    expect(await operator.asks("POST", path, { outcome: "justified" })).toBe("access-refused");
  });

  it("is reviewed once, by name, and stands so in the audit beside what the kiosk journaled", async () => {
    const officer = await site.enter({ role: "security-officer", login: "oskar", name: "Oskar" });
    const { page, complaints } = officer;
    complaints.length = 0;
    await officer.visit("#/break-glass?state=waits");
    await page
      .getByRole("row", { name: /anna-rossi/ })
      .getByRole("button", { name: "Justified", exact: true })
      .click();
    await page.getByText(/^anna-rossi at bed-7/).waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Justified", exact: true }).click();
    await page.getByText("Kept. The review is now: justified.").waitFor();
    await officer.button("Close").last().click();
    await page.getByText("Nothing matches these filters.").waitFor();
    await officer.visit("#/break-glass?state=justified");
    const row = page.getByRole("row", { name: /anna-rossi/ });
    await row.getByText("oskar", { exact: true }).waitFor();
    expect(await row.getByRole("button").count()).toBe(0);

    await officer.visit("#/audit?kinds=break-glass.*");
    const reviewed = page.getByRole("row", { name: /break-glass\.reviewed/ });
    await reviewed.getByText(/by oskar · outcome justified/).waitFor();
    await page
      .getByRole("row", { name: /break-glass\.opened/ })
      .getByRole("link", { name: "bed-7" })
      .waitFor();
    await reviewed.getByRole("link").first().click();
    await page.getByRole("dialog").getByText(session).waitFor();
    expect(complaints).toEqual([]);
    const path = `/v1/break-glass/${session}/review`;
    expect(await officer.asks("POST", path, { outcome: "unjustified" })).toBe("emergency-reviewed");
    expect(await site.fleet.records.audit.chain("bed-7")).toMatchObject({ seq: 2, valid: true });
  });
});
