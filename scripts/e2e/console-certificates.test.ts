import { X509Certificate } from "node:crypto";
import { hours } from "@wardkey/protocol";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { enrolAll } from "../src/fleet-bench/enrol.js";
import { pemOf } from "../src/m2m/site-https.js";
import { violations } from "./test-support/axe.js";
import { ConsoleSite } from "./test-support/console-site.js";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let site: ConsoleSite;
let identity: X509Certificate;

beforeAll(async () => {
  site = await ConsoleSite.start({ wards: ["ICU"] });
  const { machines, rootCertificate } = site.fleet;
  const of = { device: "bed-0", profile: "kiosk", ttl: hours(1) } as const;
  const issued = await machines.pki.issueTicket(of);
  if (!issued.ok) throw new Error(issued.code);
  await enrolAll([issued.ticket], pemOf(rootCertificate));
  const [logged] = (await machines.pki.certificatesOf("bed-0")).filter(({ usage }) => usage === "identity");
  identity = new X509Certificate(logged?.der ?? new Uint8Array(0));
});
afterAll(() => site?.remove());
afterEach(() => site.leave());

const LOOKS = [
  { language: "en", dark: false, width: 1440, words: ["Certificates", "in force", "Fingerprint (SHA-256)"] },
  { language: "it", dark: true, width: 1024, words: ["Certificati", "in vigore", "Impronta (SHA-256)"] },
  { language: "el", dark: false, width: 400, words: ["Πιστοποιητικά", "σε ισχύ", "Αποτύπωμα (SHA-256)"] },
] as const;

describe("a device's certificates", () => {
  it.each(LOOKS)("are shown with all that a machine is compared by, in %j", async ({ words, ...look }) => {
    const viewer = await site.enter({ role: "viewer", ...look });
    await viewer.visit("#/devices/bed-0");
    const [title, state, fingerprint] = words;
    const card = viewer.page.getByRole("region", { name: title, exact: true });
    const newest = card.locator("details[open]");
    await newest.getByText(fingerprint).waitFor();
    const said = await newest.innerText();
    const serial = (identity.serialNumber.match(/../g) ?? []).join(":");
    for (const part of [state, serial, identity.fingerprint256, "CN=bed-0", "EC P-256"]) expect(said).toContain(part);
    expect(said).toContain(identity.issuer.split("\n").join(", "));
    expect(await violations(viewer.page)).toEqual([]);
  });

  it("are denied with their device", async () => {
    const viewer = await site.enter({ role: "viewer" });
    await site.fleet.machines.devices.denials.deny({ device: "bed-0", by: "anna", reason: "stolen" });
    await viewer.visit("#/devices/bed-0");
    const card = viewer.page.getByRole("region", { name: "Certificates", exact: true });
    await card.getByText("denied", { exact: true }).first().waitFor();
    expect(await card.getByText("in force", { exact: true }).count()).toBe(0);
  });
});
