import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ConsoleSite } from "./test-support/console-site.js";
import type { PersonAtBrowser } from "./test-support/person.js";

const PAYLOAD = "<img src=x onerror=alert(1)>";
const INVENTORY = `id,kind,name,zone,impact,exposure,connects
ehr,service,Patient records,,7,low,ehr-db
ehr-db,data,Records database,,10,none,
bed-0,device,Bed 0,Cardiology,5,medium,ehr
gateway,device,Remote access,DMZ,2,internet,ehr;imaging
imaging,service,${PAYLOAD},,4,none,ehr-db
pat,person,Pat,,1,internet,notes
notes,data,Notes,,3,none,
`;

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let site: ConsoleSite;
let officer: PersonAtBrowser;

beforeAll(async () => {
  site = await ConsoleSite.start({ wards: ["Cardiology", "Emergency", "Surgery"] });
  const { machines, risks } = site.fleet;
  for (const place of [0, 1, 2]) await machines.devices.registry.act(`bed-${place}`, "enrol");
  await risks.risk.redraw();
  officer = await site.enter({ role: "security-officer", name: "Olga Rossi", login: "olga", width: 1440 });
});
afterAll(() => site?.remove());

describe("a security officer", () => {
  it("takes an inventory in after a look at what it would change", async () => {
    const { page } = officer;
    await officer.visit("#/risk/imports");
    await officer.heading("Imports").waitFor();
    const wrong = { name: "CMDB.csv", mimeType: "text/csv", buffer: Buffer.from("id,kind\nx,spaceship\n") };
    await page.getByLabel("File", { exact: true }).setInputFiles(wrong);
    await officer.button("Look what would change").click();
    await page.getByText("Line 2: no known kind").waitFor();
    expect(await officer.button("Take it in").isDisabled()).toBe(true);
    await page.getByLabel("File", { exact: true }).setInputFiles({ ...wrong, buffer: Buffer.from(INVENTORY) });
    await officer.button("Look what would change").click();
    await page.getByText("Nothing has changed yet.", { exact: false }).waitFor();
    await officer.button("Take it in").click();
    await page.getByText("Taken in; the picture is drawn anew.").waitFor();
    await page.getByRole("row", { name: /cmdb/ }).waitFor();
    expect(await officer.violations()).toEqual([]);
    await officer.picture("risk-imports");
  });

  it("sees why a device is at risk and how an attacker would go on, and lets it go", async () => {
    const { page, complaints } = officer;
    site.fleet.risks.risk.note("bed-0", [
      { seq: 1, at: Date.now(), kind: "camera.lost", body: { reason: "camera-injected" } },
      { seq: 2, at: Date.now(), kind: "policy.expired", body: { version: 1 } },
    ]);
    await page.getByRole("link", { name: "Risk", exact: true }).first().click();
    await officer.heading("Risk").waitFor();
    await page.getByRole("row", { name: /A picture before the camera/ }).waitFor();
    await page.getByRole("button", { name: /To Records database/ }).click();
    await page.getByText(PAYLOAD).first().waitFor();
    expect(await officer.violations()).toEqual([]);
    await officer.picture("risk");

    const row = page.getByRole("row", { name: /A picture before the camera/ });
    await row.getByRole("link", { name: "bed-0" }).click();
    await officer.heading("Bed 0").waitFor();
    await page.getByText("Told by the journal (camera-injected)").waitFor();
    expect(await officer.violations()).toEqual([]);
    await officer.picture("risk-asset");

    await page.getByRole("link", { name: "Risk", exact: true }).first().click();
    await row.getByRole("button", { name: "Let go" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Let go" }).click();
    await page.getByText("is let go, and devices were told.", { exact: false }).waitFor();
    await officer.button("Close").click();
    await row.waitFor({ state: "detached" });
    expect(site.fleet.risks.risk.statements.of("bed-0")?.reasons).toEqual(["policy-lag"]);
    expect(complaints.filter((line) => !/status of 40[14]/.test(line))).toEqual([]);
  });
});

describe("a viewer", () => {
  it("is told of nobody: neither whose suspicion it is nor who stands on a path", async () => {
    const at = Date.now();
    const unlocked = { kind: "session.unlocked", body: { staffId: "anna-rossi", session: "s" } };
    site.fleet.risks.risk.note("bed-1", [{ seq: 1, at: at - 1_000, ...unlocked }]);
    site.fleet.risks.risk.note("bed-2", [{ seq: 1, at, ...unlocked }]);
    const named = officer.page.getByRole("row", { name: /anna-rossi/ });
    await officer.visit("#/risk");
    await named.waitFor();
    const viewer = await site.enter({ login: "vito", name: "Vito", role: "viewer", width: 1440 });
    await viewer.visit("#/risk");
    await viewer.page.getByRole("row", { name: /One person at two places/ }).waitFor();
    await viewer.page.getByText("Somebody").first().waitFor();
    expect(await viewer.page.getByText("anna-rossi").count()).toBe(0);
    await viewer.page.getByLabel("Device", { exact: true }).waitFor();
    expect(await viewer.page.getByRole("option", { name: "Person", exact: true }).count()).toBe(0);
    expect(await viewer.violations()).toEqual([]);
  });

  it("reads it in Italian and Greek, and is offered nothing to change", async () => {
    const viewer = await site.enter({ login: "vera", name: "Vera", role: "viewer", language: "it", width: 1440 });
    const { page } = viewer;
    await page.getByRole("link", { name: "Rischio", exact: true }).click();
    await page.getByRole("row", { name: /Si tiene una politica vecchia/ }).waitFor();
    expect(await page.getByRole("button", { name: "Lascia andare" }).count()).toBe(0);
    await page.getByRole("link", { name: "Importazioni" }).click();
    await page.getByRole("row", { name: /cmdb/ }).waitFor();
    expect(await page.getByRole("button", { name: "Rimuovi" }).count()).toBe(0);
    await page.locator("label[lang=el]").click();
    await viewer.heading("Εισαγωγές").waitFor();
    expect(await viewer.violations()).toEqual([]);
  });
});
