import { hours, minutes } from "@wardkey/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newKey, requestFor } from "./testing/test-device.js";
import { TestPki } from "./testing/test-pki.js";

let site: TestPki;
beforeEach(async () => {
  site = await TestPki.opened();
});
afterEach(() => site.remove());

async function enrolled(device: string): Promise<Uint8Array> {
  const token = await site.token(device);
  const made = await site.pki.est.enrol({ device, token, profile: "kiosk", request: requestFor(device, newKey()) });
  if (!made.ok) throw new Error(made.code);
  return made.certificate;
}
const admission = async (certificate: Uint8Array): Promise<string> => {
  const admitted = await site.pki.admit({ certificate, resumed: false });
  return admitted.ok ? admitted.device : admitted.code;
};

/** The site as of an hour before `forgets` was called, an hour later. */
async function restored(): Promise<void> {
  const from = site.clock.now() - hours(1);
  site.clock.move(hours(1));
  const to = site.clock.now();
  await site.close();
  for (const table of ["certificates", "tickets"]) await site.database(table).where("issued_at", ">", from).delete();
  await site.open({ lost: () => [{ from, to }] });
  site.clock.move(minutes(5));
}

describe("an identity that the site issued and forgot by a restore", () => {
  it("is found again, once", async () => {
    const certificate = await enrolled("bed-7");
    await restored();
    expect([await admission(certificate), await admission(certificate)]).toEqual(["bed-7", "bed-7"]);
    expect(await site.pki.certificatesOf("bed-7")).toHaveLength(1);
  });

  it("stays forgotten from the moment that somebody replaces the device, before the new one has enrolled", async () => {
    const stolen = await enrolled("bed-7");
    await restored();
    await site.pki.deny({ device: "bed-7" });
    const replaced = await site.pki.issueTicket({ device: "bed-7", profile: "kiosk", ttl: hours(1), replace: true });
    expect(replaced.ok).toBe(true);
    expect(await admission(stolen)).toBe("certificate-unknown");
    expect(
      await site.pki.est.renew({
        peer: { certificate: stolen },
        profile: "kiosk",
        request: requestFor("bed-7", newKey()),
      }),
    ).toEqual({ ok: false, code: "certificate-unknown" });
  });
});
