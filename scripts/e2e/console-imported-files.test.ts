import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { projectRoot } from "../src/project-root.js";
import { ConsoleSite } from "./test-support/console-site.js";
import { expectTextAlone, payload } from "./test-support/payload.js";
import type { PersonAtBrowser } from "./test-support/person.js";

const Plan = z.object({ id: z.uuid() });

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let site: ConsoleSite;

beforeAll(async () => {
  site = await ConsoleSite.start({ wards: ["Cardiology"] });
});
afterAll(() => site?.remove());
afterEach(() => site.leave());

const component = (mark: string, more: object = {}): object => ({
  ...{ type: "device", name: payload(mark), "bom-ref": payload(`ref-${mark}`) },
  ...more,
});
const BOM = {
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  metadata: { component: component("root", { version: payload("version") }) },
  components: [component("part", { properties: [{ name: payload("property"), value: payload("value") }] })],
  services: [component("service")],
  dependencies: [{ ref: payload("ref-root"), dependsOn: [payload("ref-part"), payload("ref-service")] }],
  vulnerabilities: [{ id: "CVE-2026-3001", ratings: [{ score: 9 }], affects: [{ ref: payload("ref-part") }] }],
};
const WITH_A_SCRIPT_FOR_A_CVE = { ...BOM, vulnerabilities: [{ id: payload("cve"), affects: [] }] };

const LINE = `CVE-2026-3002,7.5,0.5,${payload("ref-service")}\n`;
const FILES = [
  ["sbom.json", "inventory", JSON.stringify(BOM), null],
  ["sbom.json", "inventory", JSON.stringify(WITH_A_SCRIPT_FOR_A_CVE), "Line 1: no CVE id"],
  ["scan.csv", "vulnerabilities", `cve,cvss,epss,assets\n${LINE}`, null],
  ["scan.csv", "vulnerabilities", `cve,cvss,epss,assets\n${payload("cve")},,,\n${LINE}`, "Line 2: no CVE id"],
  ["list.json", "vulnerabilities", JSON.stringify([{ cve: "CVE-2026-3003", assets: [payload("ref-part")] }]), null],
  ["list.json", "vulnerabilities", JSON.stringify([{ cve: payload("cve") }]), "Line 1: no CVE id"],
] as const;

async function take(officer: PersonAtBrowser, [name, what, text, fault]: (typeof FILES)[number]): Promise<void> {
  const { page } = officer;
  await page.getByLabel("What it holds").selectOption(what);
  const mimeType = name.endsWith(".csv") ? "text/csv" : "application/json";
  await page.getByLabel("File", { exact: true }).setInputFiles({ name, mimeType, buffer: Buffer.from(text) });
  await officer.button("Look what would change").click();
  if (fault === null) {
    await page.getByText("Nothing has changed yet.", { exact: false }).waitFor();
    await officer.button("Take it in").click();
    await page.getByText("Taken in; the picture is drawn anew.").waitFor();
  } else {
    await page.getByText(fault).waitFor();
    expect(await officer.button("Take it in").isDisabled()).toBe(true);
  }
  await expectTextAlone(officer);
}

describe("a payload in every field of an imported file", () => {
  it("is text wherever risk shows it, or the row is refused with a code", async () => {
    const officer = await site.enter({ role: "security-officer" });
    const { page, complaints } = officer;
    complaints.length = 0;
    await officer.visit("#/risk/imports");
    for (const file of FILES) await take(officer, file);
    const sources = page.getByRole("row", { name: /sbom|scan|list/ });
    expect(await sources.count()).toBe(3);

    for (const id of ["ref-root", "ref-part"]) {
      await officer.visit("#/risk");
      await page.getByText(payload("part")).first().waitFor();
      await expectTextAlone(officer);
      await officer.visit(`#/risk/${encodeURIComponent(`device:${payload(id)}`)}`);
      await officer.heading(/^<img src=x onerror/).waitFor();
      await expectTextAlone(officer);
    }
    await page.getByText("CVE-2026-3001").first().waitFor();
    await page.getByText("CVE-2026-3003").first().waitFor();
    expect(complaints).toEqual([]);
  });

  it("of people is text, and a number of theirs that is a script is refused with its code", async () => {
    const administrator = await site.enter({ role: "administrator" });
    const { page, complaints } = administrator;
    complaints.length = 0;
    const path = "/v1/staff/imports/csv?source=office";
    const header = "hrId,givenName,familyName,role,wards,employment\n";
    const row = ["given", "family", "role", "ward"].map(payload).join(",");
    const refused = await administrator.sends(path, "text/csv", `${header}${payload("id")},${row},staff\n`);
    expect(refused).toMatchObject({ faults: [{ line: 2, code: "row-hr-id-invalid", field: "hrId" }], adds: 0 });
    const formula = await administrator.sends(path, "text/csv", `${header}h-7,"=cmd|' /C calc'!A0",,,,staff\n`);
    expect(formula).toMatchObject({ faults: [{ line: 2, code: "row-formula", field: "givenName" }], adds: 0 });
    const column = await administrator.sends(path, "text/csv", `${payload("column")}\nx\n`);
    expect(column).toMatchObject({ code: "csv-header-missing" });

    const plan = await administrator.sends(path, "text/csv", `${header}h-7,${row},staff\n`);
    expect(plan).toMatchObject({ faults: [], adds: 1, shown: { adds: [expect.stringMatching(/^[a-z0-9-]+$/)] } });
    const { id } = Plan.parse(plan);
    expect(await administrator.asks("POST", `/v1/staff/imports/${id}/apply`, {})).toBeNull();
    const [{ staffId } = { staffId: "" }] = (await site.fleet.staff.directory.find({ search: "onerror", limit: 1 }))
      .people;
    for (const address of ["#/people?search=onerror", `#/people/${staffId}`] as const) {
      await administrator.visit(address);
      for (const mark of ["given", "role"]) await page.getByText(payload(mark), { exact: false }).first().waitFor();
      await expectTextAlone(administrator);
    }
    expect(complaints).toEqual([]);
  });

  it("of peripheral profiles is refused with its code, or is a name that no page shows", async () => {
    const officer = await site.enter({ role: "security-officer" });
    const { page, complaints } = officer;
    complaints.length = 0;
    const file = join(projectRoot, "firmware-profiles/profiles/dcttech-usbrelay-1.json");
    const relay: object = JSON.parse(readFileSync(file, "utf8"));
    const propose = (profile: object, retired: readonly string[] = []): Promise<string | null> =>
      officer.asks("POST", "/v1/peripherals/profiles", { profiles: [profile], retired });
    for (const wrong of [
      { id: payload("id") },
      { kind: payload("kind") },
      { [payload("key")]: 1 },
      { usb: payload("") },
    ]) {
      expect(await propose({ ...relay, ...wrong })).toBe("profiles-unreadable");
    }
    expect(await propose(relay, [payload("id")])).toBe("malformed");
    expect(await propose({ ...relay, id: "ours", name: payload("name"), quirks: [payload("quirk")] })).toBeNull();
    await officer.visit("#/approvals");
    await officer.button("Approve with a passkey").waitFor();
    expect(await page.getByText("onerror").count()).toBe(0);
    await expectTextAlone(officer);
    expect(complaints).toEqual([]);
  });
});
