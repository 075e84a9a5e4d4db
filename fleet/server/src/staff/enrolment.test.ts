import { days, minutes } from "@wardkey/protocol";
import { identifierWindow, rotatingIdentifier } from "@wardkey/protocol/credential";
import { HolderTable } from "@wardkey/protocol/fleet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NO_TEMPLATE_DIGEST } from "./app/enrolment.js";
import { newPhone } from "./testing/new-phone.js";
import { StaffBench } from "./testing/staff-bench.js";

let bench: StaffBench;
beforeEach(async () => {
  bench = await StaffBench.open();
});
afterEach(() => bench.close());

describe("a supervised enrolment", () => {
  it("gives a grant of two minutes, and a credential that binds person, phone and template", async () => {
    const grant = await bench.grant();
    expect(grant).toMatchObject({
      staffId: "anna-rossi",
      epoch: 1,
      expiresAt: bench.now + minutes(2),
      purpose: "first",
    });
    expect(grant.templateKey).toHaveLength(32);
    const phone = newPhone();
    const issued = await bench.staff.enrolments.issue("bed-7", grant.id, phone);
    const credential: unknown = issued.ok && JSON.parse(new TextDecoder().decode(issued.credential));
    const bytes = (text: string): object => Buffer.from(text, "base64url").toJSON();
    expect(credential).toEqual({
      staffId: "anna-rossi",
      name: "Anna",
      holderKey: bytes(phone.holderPublicKey),
      templateDigest: bytes(phone.templateDigest),
      epoch: 1,
      issuedAt: bench.now,
      expiresAt: bench.now + days(365),
    });
  });

  it("puts the phone's identifiers and template key into the next table", async () => {
    const grant = await bench.grant();
    const issued = await bench.issue(grant);
    const eidKey = issued.ok ? issued.eidKey : new Uint8Array();
    const table = HolderTable.parse(await bench.staff.holderTable(bench.now + days(1)));
    for (const ahead of [-1, 0, 1, 50, 96, 97]) {
      const window = identifierWindow(bench.now) + ahead;
      const found = table.find(rotatingIdentifier({ eidKey, site: "st-mary", window }), window);
      expect([ahead, found?.holder.staffId, found?.window]).toEqual([ahead, "anna-rossi", window]);
      expect(found?.holder.templateKey(1)).toEqual(grant.templateKey);
    }
  });

  it("keeps how good the views were with the credential, where there is a face and the kiosk says so", async () => {
    const qualities: unknown[] = [];
    for (const [quality, way] of [[73], [undefined], [73, "phone-pin"]] as const) {
      const grant = await bench.grant({ givenName: "Eva", ...(way === undefined ? {} : { way }) });
      await bench.issue(grant, {
        ...(quality === undefined ? {} : { quality }),
        ...(way === undefined ? {} : { templateDigest: NO_TEMPLATE_DIGEST }),
      });
      qualities.push((await bench.person(grant.staffId)).credential?.quality);
    }
    expect(qualities).toEqual([73, null, null]);
  });

  it("gives one credential when the kiosk asks three times at once", async () => {
    const grant = await bench.grant();
    const answers = await Promise.all([1, 2, 3].map(() => bench.issue(grant)));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    const codes = answers.flatMap((answer) => (answer.ok ? [] : [answer.code]));
    expect(codes).toEqual(["enrolment-used", "enrolment-used"]);
  });

  it("makes two people of one name two people, also while both enrol", async () => {
    const [first, second] = [await bench.grant(), await bench.grant()];
    expect([first.staffId, second.staffId]).toEqual(["anna-rossi", "anna-rossi-2"]);
    const together = await Promise.all([1, 2, 3].map(() => bench.grant({ givenName: "Eva" })));
    expect(together.map(({ staffId }) => staffId).sort()).toEqual(["eva-rossi", "eva-rossi-2", "eva-rossi-3"]);
    await bench.issue(second);
    expect((await bench.staff.people()).map(({ staffId }) => staffId)).toEqual(["anna-rossi-2"]);
  });

  it("renews with a new epoch: the old phone leaves the table when the new one is there", async () => {
    const staffId = await bench.enrol();
    const grant = await bench.grant({ staffId, purpose: "renewal" });
    const epoch = async (): Promise<number | undefined> =>
      HolderTable.parse((await bench.staff.table.current()).bytes).holder(staffId)?.epoch;
    expect([grant.epoch, await epoch()]).toEqual([2, 1]);
    await bench.issue(grant);
    expect(await epoch()).toBe(2);
    expect(bench.recorded.at(-1)).toMatchObject({ kind: "credential.issued", body: { epoch: 2, purpose: "renewal" } });
  });

  it("takes no key that is none", async () => {
    expect(await bench.issue(await bench.grant(), { holderPublicKey: "AAAA" })).toEqual({
      ok: false,
      code: "holder-key-invalid",
    });
  });
});
