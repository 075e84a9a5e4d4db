import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { days } from "@wardkey/protocol";
import { verifyCredential } from "@wardkey/protocol/credential";
import { EnrolmentBegin, HolderTable } from "@wardkey/protocol/fleet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Fleet } from "../fleet.js";
import { TestFleet } from "../testing/test-fleet.js";
import type { Grant } from "./app/ports.js";
import { newPhone } from "./testing/new-phone.js";

let site: TestFleet;
let fleet: Fleet;
beforeEach(async () => {
  site = await TestFleet.make();
  fleet = await site.start();
});
afterEach(() => site.remove());

const operatorCode = async (): Promise<string> => (await readFile(join(site.folder, "operator-code"), "utf8")).trim();

async function begin(givenName: string, familyName: string): Promise<Grant> {
  const asked = { operatorCode: await operatorCode(), givenName, familyName };
  const begun = await fleet.staff.enrolments.begin("bed-7", EnrolmentBegin.parse(asked));
  if (!begun.ok) throw new Error(begun.code);
  return begun.grant;
}

const onDenyList = (): readonly string[] => fleet.machines.pki.denyList().holders;
const inTable = async (): Promise<number> => HolderTable.parse((await fleet.staff.table.current()).bytes).size;

describe("people in the running fleet server", () => {
  it("get a credential that verifies under the site's root until its last day", async () => {
    const grant = await begin("Anna", "Rossi");
    const phone = newPhone();
    const issued = await fleet.staff.enrolments.issue("bed-7", grant.id, phone);
    if (!issued.ok) throw new Error(issued.code);
    const verified = verifyCredential(issued.credential, fleet.machines.pki.trust(), site.clock.now());
    expect(verified).toMatchObject({
      ok: true,
      credential: { site: "st-mary", staffId: "anna-rossi", name: "Anna", epoch: 1 },
    });
    const life = verified.ok ? verified.credential.expiresAt - verified.credential.issuedAt : 0;
    expect(life).toBe(days(365));
  });

  it("are on the deny-list and out of the table once revoked, with a higher epoch; suspended, until resumed", async () => {
    const grant = await begin("Anna", "Rossi");
    await fleet.staff.enrolments.issue("bed-7", grant.id, newPhone());
    const { credentials } = fleet.staff;
    const epoch = fleet.machines.pki.denyEpoch();
    expect([onDenyList(), await inTable()]).toEqual([[], 1]);
    await credentials.suspend("anna-rossi", "investigation", "admin-1");
    expect([onDenyList(), await inTable()]).toEqual([["anna-rossi"], 0]);
    await credentials.resume("anna-rossi", "admin-1");
    expect([onDenyList(), await inTable()]).toEqual([[], 1]);
    await credentials.revoke("anna-rossi", "misuse", "admin-1");
    expect([onDenyList(), await inTable()]).toEqual([["anna-rossi"], 0]);
    expect(fleet.machines.pki.denyEpoch()).toBeGreaterThan(epoch + 1);
  });

  it("leave neither keys, codes nor names in logs, nor keys in the clear in the database", async () => {
    const grant = await begin("Canaria", "Canaletto");
    const phone = newPhone();
    const issued = await fleet.staff.enrolments.issue("bed-7", grant.id, phone);
    if (!issued.ok) throw new Error(issued.code);
    const code = await operatorCode();
    const made = await fleet.staff.ways.issueCode("canaria-canaletto", "first-operator");
    await fleet.staff.ways.setPin("canaria-canaletto", "739154", "first-operator");
    await site.stop();
    const log = site.logged.join("");
    const secrets = ["Canaria", "Canaletto", "739154", made.ok ? made.code : "?", code, phone.templateDigest];
    expect(log.length).toBeGreaterThan(0);
    expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
    const stored = await readFile(join(site.folder, "data", "site.db"));
    // The control: the search finds what is stored in the open.
    expect(stored.includes(Buffer.from(issued.credential))).toBe(true);
    expect([grant.templateKey, issued.eidKey].map((key) => stored.includes(Buffer.from(key)))).toEqual([false, false]);
  });
});
