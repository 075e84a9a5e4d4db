import { hours, minutes, seconds, WardkeyError } from "@wardkey/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NO_TEMPLATE_DIGEST } from "./app/enrolment.js";
import { newPhone } from "./testing/new-phone.js";
import { quickHasher } from "./testing/quick-hasher.js";
import { FILE_CODE, StaffBench } from "./testing/staff-bench.js";

let bench: StaffBench;
beforeEach(async () => {
  bench = await StaffBench.open();
});
afterEach(() => bench.close());

const codeOf = (answer: { ok: boolean; code?: string }): string => (answer.ok ? "ok" : (answer.code ?? "?"));

describe("an enrolment under another's name (threats row 22)", () => {
  it("is refused to an operator who would enrol themself", async () => {
    const { staffId, code } = await bench.operator("Olga");
    const own = { staffId, operatorCode: code, givenName: "Olga" };
    expect(codeOf(await bench.begin(own))).toBe("operator-own-enrolment");
    expect(codeOf(await bench.begin({ ...own, operatorCode: FILE_CODE }))).toBe("ok");
  });

  it("is refused for who already holds a credential, unless a renewal or a replacement is meant", async () => {
    const staffId = await bench.enrol();
    expect(codeOf(await bench.begin({ staffId }))).toBe("credential-active");
    expect(codeOf(await bench.begin({ staffId, purpose: "first" }))).toBe("credential-active");
    expect((await bench.grant({ staffId, purpose: "renewal" })).epoch).toBe(2);
    const nobody = await bench.add("Bea");
    expect(codeOf(await bench.begin({ staffId: nobody, givenName: "Bea", purpose: "renewal" }))).toBe(
      "credential-none",
    );
    expect(codeOf(await bench.begin({ purpose: "replacement" }))).toBe("staff-unknown");
  });

  it("is refused for a phone's key that is already somebody's, also after that credential ended", async () => {
    const { holderPublicKey } = newPhone();
    const first = await bench.grant();
    expect(codeOf(await bench.issue(first, { holderPublicKey }))).toBe("ok");
    const second = await bench.grant({ givenName: "Eva" });
    expect(codeOf(await bench.issue(second, { holderPublicKey }))).toBe("holder-key-known");
    await bench.staff.credentials.revoke(first.staffId, "by-hand", "admin-1");
    const third = await bench.grant({ givenName: "Eva" });
    expect(codeOf(await bench.issue(third, { holderPublicKey }))).toBe("holder-key-known");
  });

  it("is refused to an operator without the right, and of another ward", async () => {
    const bo = await bench.operator("Bo");
    const other = await bench.operator("Cy", ["Ward 9"]);
    const own = await bench.operator("Di", ["Ward 3B"]);
    const anna = { staffId: await bench.add("Anna") };
    expect(codeOf(await bench.begin({ ...anna, operatorCode: other.code }))).toBe("operator-other-ward");
    expect(codeOf(await bench.begin({ operatorCode: other.code, givenName: "Somebody" }))).toBe("operator-other-ward");
    expect(codeOf(await bench.begin({ ...anna, operatorCode: own.code }))).toBe("ok");
    expect(codeOf(await bench.begin({ ...anna, operatorCode: bo.code }))).toBe("ok");
    await bench.staff.credentials.suspend(bo.staffId, "by-hand", "admin-1");
    expect(codeOf(await bench.begin({ ...anna, operatorCode: bo.code }))).toBe("operator-without-right");
    await bench.staff.operators.dismiss(own.staffId, "admin-1");
    expect(codeOf(await bench.begin({ ...anna, operatorCode: own.code }))).toBe("operator-code-wrong");
  });

  it("is refused with a grant that has expired, was used, was begun again, or is another kiosk's", async () => {
    const late = await bench.grant();
    bench.pass(minutes(2));
    expect(codeOf(await bench.issue(late))).toBe("enrolment-expired");
    const grant = await bench.grant();
    expect(codeOf(await bench.issue(grant, {}, "bed-8"))).toBe("enrolment-unknown");
    expect(codeOf(await bench.issue(grant))).toBe("ok");
    expect(codeOf(await bench.issue(grant))).toBe("enrolment-used");
    const replaced = await bench.grant({ staffId: grant.staffId, purpose: "renewal" });
    await bench.grant({ staffId: grant.staffId, purpose: "renewal" });
    expect(codeOf(await bench.issue(replaced))).toBe("enrolment-unknown");
  });

  it("is refused for a name that is not the record's, and for a new name where the personnel office names the people", async () => {
    const staffId = await bench.add("Ελένη", { familyName: "Παπαδοπούλου" });
    expect(staffId).toBe("eleni-papadopoulou");
    const named = { staffId, givenName: "Eva", familyName: "Παπαδοπούλου" };
    expect(codeOf(await bench.begin(named))).toBe("name-differs");
    expect(codeOf(await bench.begin({ ...named, givenName: "ΕΛΕΝΗ" }))).toBe("ok");
    await importPeople("hrId,givenName,familyName\n1,Maria,Bianchi\n");
    expect(codeOf(await bench.begin({ givenName: "Maria", familyName: "Bianchi" }))).toBe("staff-record-required");
    const chosen = { staffId: "maria-bianchi", givenName: "Maria", familyName: "Bianchi" };
    expect(codeOf(await bench.begin(chosen))).toBe("ok");
  });

  it("is refused for who was suspended, revoked, has left or whose time is over", async () => {
    const ask = async (staffId: string): Promise<string> => codeOf(await bench.begin({ staffId }));
    const { credentials } = bench.staff;
    const suspended = await bench.add("Anna");
    await credentials.suspend(suspended, "investigation", "admin-1");
    const revoked = await bench.add("Anna");
    await credentials.revoke(revoked, "misuse", "admin-1");
    const left = await bench.add("Anna");
    await credentials.leave(left, "admin-1");
    const agency = await bench.add("Anna", { employment: "agency", endsAt: bench.now + hours(8) });
    bench.pass(hours(8));
    expect([await ask(suspended), await ask(revoked), await ask(left), await ask(agency), await ask("nobody")]).toEqual(
      ["staff-suspended", "staff-denied", "staff-left", "staff-ended", "staff-unknown"],
    );
  });

  it("is refused as well by way of a badge, a PIN or a code: for oneself, and for another ward", async () => {
    const { staffId, code } = await bench.operator("Olga", ["Ward 3B"]);
    const stranger = await bench.add("Cy", { wards: ["Ward 9"] });
    const badge = { kind: "desfire", uid: "04a1b2c3" } as const;
    const give = (whose: string) =>
      bench.staff.giveWay("bed-7", { give: "badge", staffId: whose, operatorCode: code, badge, pin: "739154" });
    expect(codeOf(await give(staffId))).toBe("operator-own-enrolment");
    expect(codeOf(await give(stranger))).toBe("operator-other-ward");
    expect(codeOf(await give("nobody"))).toBe("staff-unknown");
    expect(codeOf(await give(await bench.add("Di")))).toBe("ok");
    expect(bench.recorded.filter(({ kind }) => kind === "enrolment.refused")).toMatchObject([
      { body: { by: staffId, staffId, reason: "operator-own-enrolment" } },
      { body: { by: staffId, staffId: stranger, reason: "operator-other-ward" } },
    ]);
  });

  it("ends with a grant when the person was revoked between grant and credential", async () => {
    const staffId = await bench.enrol();
    const grant = await bench.grant({ staffId, purpose: "renewal" });
    await bench.staff.credentials.revoke(staffId, "misuse", "admin-1");
    expect(codeOf(await bench.issue(grant))).toBe("enrolment-unknown");
  });

  it("ends as well when the person was suspended meanwhile, and the suspension outlives the attempt", async () => {
    const staffId = await bench.enrol();
    await bench.staff.credentials.reportLost(staffId, "first-operator");
    const grant = await bench.grant({ staffId, purpose: "replacement" });
    await bench.staff.credentials.suspend(staffId, "investigation", "admin-1");
    expect(codeOf(await bench.issue(grant))).toBe("enrolment-superseded");
    expect([...bench.denied]).toEqual([staffId]);
    expect((await bench.person(staffId)).credential?.epoch).toBe(1);
  });

  it("needs a second operator where the policy says so, and not the same one twice", async () => {
    await bench.restart({ rules: { secondOperator: true } });
    const olga = await bench.operator("Olga");
    const anna = { staffId: await bench.add("Anna") };
    expect(codeOf(await bench.begin(anna))).toBe("second-operator-required");
    expect(codeOf(await bench.begin({ ...anna, secondOperatorCode: FILE_CODE }))).toBe("second-operator-same");
    expect(codeOf(await bench.begin({ ...anna, secondOperatorCode: "12-zzzz" }))).toBe("operator-code-wrong");
    const own = { staffId: olga.staffId, givenName: "Olga", secondOperatorCode: olga.code };
    expect(codeOf(await bench.begin(own))).toBe("operator-own-enrolment");
    const grant = await bench.grant({ ...anna, secondOperatorCode: olga.code });
    expect([grant.operator, grant.secondOperator]).toEqual(["first-operator", olga.staffId]);
    const code = { give: "code", staffId: anna.staffId, operatorCode: FILE_CODE } as const;
    expect(codeOf(await bench.staff.giveWay("bed-7", code))).toBe("second-operator-required");
    expect(codeOf(await bench.staff.giveWay("bed-7", { ...code, secondOperatorCode: olga.code }))).toBe("ok");
  });

  it("needs the consent to the text in force, and leaves a record of it", async () => {
    await bench.restart({ rules: { consentText: "v2" } });
    expect(codeOf(await bench.begin())).toBe("consent-missing");
    expect(codeOf(await bench.begin({ consent: "v1" }))).toBe("consent-missing");
    const staffId = await bench.enrol({ consent: "v2" });
    expect(bench.recorded.at(-1)).toEqual({
      kind: "consent.given",
      body: { staffId, by: "first-operator", purpose: "face" },
    });
    expect(await bench.staff.consents.of(staffId)).toMatchObject([
      { purpose: "face", text: "v2", kiosk: "bed-7", givenTo: "first-operator", givenAt: bench.now, withdrawnAt: null },
    ]);
    expect(codeOf(await bench.begin({ way: "phone-pin", givenName: "Bo" }))).toBe("ok");
  });

  it("names in the audit who supervised, and who was refused", async () => {
    const { code, staffId: olga } = await bench.operator("Olga");
    bench.recorded.length = 0;
    const staffId = await bench.enrol({ operatorCode: code });
    await bench.begin({ staffId, operatorCode: code });
    const second = null;
    expect(bench.recorded).toEqual([
      { kind: "enrolment.begun", body: { staffId, kiosk: "bed-7", by: olga, second, purpose: "first" } },
      { kind: "credential.issued", body: { staffId, kiosk: "bed-7", by: olga, second, epoch: 1, purpose: "first" } },
      { kind: "enrolment.refused", body: { kiosk: "bed-7", by: olga, staffId, reason: "credential-active" } },
    ]);
  });

  it("lets no template ride along without a face, nor a face without one", async () => {
    const without = await bench.grant({ way: "phone-pin" });
    expect(without.templateKey).toHaveLength(0);
    expect(codeOf(await bench.issue(without))).toBe("template-digest-refused");
    expect(codeOf(await bench.issue(without, { templateDigest: NO_TEMPLATE_DIGEST }))).toBe("ok");
    const face = await bench.grant({ givenName: "Eva" });
    expect(codeOf(await bench.issue(face, { templateDigest: NO_TEMPLATE_DIGEST }))).toBe("template-digest-refused");
  });
});

describe("a wave of operator codes at one kiosk", () => {
  it("is stopped whoever is guessed at: guesses that are sent together count one by one", async () => {
    const asked = Array.from({ length: 8 }, (_, at) => bench.begin({ operatorCode: `${at + 1}-0000-0000` }));
    const codes = (await Promise.all(asked)).map(codeOf).sort();
    expect(codes).toEqual([...Array(5).fill("operator-code-locked"), ...Array(3).fill("operator-code-wrong")]);
    expect(await bench.begin()).toEqual({ ok: false, code: "operator-code-locked", retryAfter: seconds(30) });
    expect(codeOf(await bench.begin({}, "bed-8"))).toBe("ok");
    bench.pass(seconds(30));
    expect(codeOf(await bench.begin())).toBe("ok");
    expect(codeOf(await bench.begin({ operatorCode: "wrong" }))).toBe("operator-code-wrong");
    expect(codeOf(await bench.begin())).toBe("ok");
  });
});

describe("a personal operator code", () => {
  it("backs off for the operator guessed at, at whichever kiosk, also across a restart", async () => {
    const { code } = await bench.operator("Olga");
    const wrong = `${code.split("-", 1)[0]}-0000-0000-0000-0`;
    for (const kiosk of ["bed-1", "bed-2", "bed-3"]) {
      expect(codeOf(await bench.begin({ operatorCode: wrong }, kiosk))).toBe("operator-code-wrong");
    }
    await bench.restart();
    const locked = await bench.begin({ operatorCode: code }, "bed-4");
    expect(locked).toEqual({ ok: false, code: "operator-code-locked", retryAfter: seconds(30) });
    // Nobody else waits for it.
    expect(codeOf(await bench.begin({}, "bed-4"))).toBe("ok");
    bench.pass(seconds(30));
    expect(codeOf(await bench.begin({ operatorCode: code, givenName: "Eva" }, "bed-4"))).toBe("ok");
  });

  it("ends when another is made for the same person", async () => {
    const { staffId, code } = await bench.operator("Olga");
    const again = await bench.staff.operators.appoint(staffId, null, "admin-1");
    expect(codeOf(await bench.begin({ operatorCode: code }))).toBe("operator-code-wrong");
    expect(again.outcome === "appointed" && codeOf(await bench.begin({ operatorCode: again.code }))).toBe("ok");
  });

  it("asks to wait when too many codes are being checked", async () => {
    const { code } = await bench.operator("Olga");
    const busy = (): never => {
      throw new WardkeyError("hasher-busy", "too many");
    };
    await bench.restart({ hasher: { ...quickHasher(), verify: async () => busy() } });
    expect(await bench.begin({ operatorCode: code })).toEqual({
      ok: false,
      code: "operator-code-locked",
      retryAfter: seconds(1),
    });
  });

  it("is read as it is spoken: case, spaces and look-alikes do not matter", async () => {
    const { code } = await bench.operator("Olga");
    const [number = "", ...groups] = code.split("-");
    const spoken = `${number}-${groups.join(" ").toUpperCase().replace(/0/g, "O").replace(/1/g, "I")}`;
    expect(codeOf(await bench.begin({ operatorCode: spoken }))).toBe("ok");
  });
});

async function importPeople(csv: string): Promise<void> {
  const { csvRows } = await import("./adapters/csv-rows.js");
  async function* file(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(csv);
  }
  const planned = await bench.staff.imports.plan(csvRows(file()), { source: "hr", timeZone: "UTC" }, "admin-1");
  if (planned.outcome !== "planned") throw new Error(planned.code);
  await bench.staff.imports.apply(planned.plan.id, { acceptLeavers: false }, "admin-1");
}
