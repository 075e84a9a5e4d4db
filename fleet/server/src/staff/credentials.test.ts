import { readFile } from "node:fs/promises";
import { days, hours, milliseconds, seconds } from "@wardkey/protocol";
import { identifierWindow } from "@wardkey/protocol/credential";
import { HolderTable } from "@wardkey/protocol/fleet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StaffBench } from "./testing/staff-bench.js";

let bench: StaffBench;
beforeEach(async () => {
  bench = await StaffBench.open();
});
afterEach(() => bench.close());

const inTable = async (staffId: string): Promise<boolean> =>
  HolderTable.parse((await bench.staff.table.current()).bytes).holder(staffId) !== null;

/** What a kiosk would notice: on the deny-list, in the table. */
const seen = async (staffId: string): Promise<[boolean, boolean]> => [
  bench.denied.has(staffId),
  await inTable(staffId),
];
const ON = [false, true];
const OFF = [true, false];

describe("a credential", () => {
  it("is dead at once when it is revoked: deny-list, table and keys; and stays so until a new enrolment", async () => {
    const staffId = await bench.enrol();
    expect(await seen(staffId)).toEqual(ON);
    expect(await bench.staff.credentials.revoke(staffId, "misuse", "admin-1")).toEqual({ outcome: "done" });
    expect(await seen(staffId)).toEqual(OFF);
    expect((await bench.person(staffId)).credential).toMatchObject({ epoch: 1, live: false });
    expect(await bench.staff.credentials.resume(staffId, "admin-1")).toMatchObject({ code: "staff-not-suspended" });
    expect(await bench.staff.credentials.readmit(staffId, "admin-1")).toEqual({ outcome: "done" });
    expect(await seen(staffId)).toEqual(OFF);
    await bench.enrol({ staffId, purpose: "renewal" });
    bench.pass(seconds(10));
    await bench.staff.upkeep();
    expect(await seen(staffId)).toEqual(ON);
    expect(bench.kinds()).toContain("credential.revoked");
  });

  it("is kept while its person is suspended, and back when that is resumed", async () => {
    const staffId = await bench.enrol();
    await bench.staff.credentials.suspend(staffId, "investigation", "admin-1");
    expect(await seen(staffId)).toEqual(OFF);
    expect((await bench.person(staffId)).credential).toMatchObject({ epoch: 1, live: true });
    await bench.staff.credentials.resume(staffId, "admin-1");
    expect(await seen(staffId)).toEqual(ON);
    expect(bench.bans).toEqual([`ban ${staffId}`, `lift ${staffId}`]);
  });

  it("goes on being denied when a suspension ends but something else stands against the person", async () => {
    const staffId = await bench.enrol();
    await bench.staff.credentials.reportLost(staffId, "first-operator");
    await bench.staff.credentials.suspend(staffId, "investigation", "admin-1");
    await bench.staff.credentials.resume(staffId, "admin-1");
    expect(await seen(staffId)).toEqual(OFF);
  });

  it("is told to the deny-list again and again until that worked, also after a restart", async () => {
    const staffId = await bench.enrol();
    bench.bansWork = false;
    expect(await bench.staff.credentials.revoke(staffId, "misuse", "admin-1")).toEqual({ outcome: "done" });
    await bench.restart();
    await bench.staff.upkeep();
    expect(bench.bans).toEqual([]);
    bench.bansWork = true;
    await bench.staff.upkeep();
    await bench.staff.upkeep();
    expect(bench.bans).toEqual([`ban ${staffId}`]);
  });

  it("leaves the deny-list once it has ended anyway, so that the list stays short; its person stays out", async () => {
    const [gone, revoked, agency] = [
      await bench.enrol({ givenName: "Gone" }),
      await bench.enrol({ givenName: "Revoked" }),
      await bench.add("Agency", { employment: "agency", endsAt: bench.now + days(1) }),
    ];
    await bench.enrol({ staffId: agency, givenName: "Agency" });
    await bench.staff.credentials.leave(gone, "admin-1");
    await bench.staff.credentials.revoke(revoked, "misuse", "admin-1");
    const after = async (time: number): Promise<string[]> => {
      bench.pass(days(time));
      await bench.staff.upkeep();
      await bench.staff.upkeep();
      return [...bench.denied].sort();
    };
    expect(await after(1)).toEqual([agency, gone, revoked].sort());
    expect(await after(5)).toEqual([gone, revoked].sort());
    expect(await after(362)).toEqual([gone, revoked].sort());
    expect(await after(2)).toEqual([]);
    const standings = [];
    for (const staffId of [gone, revoked, agency])
      standings.push((await bench.staff.directory.person(staffId))?.standing);
    expect(standings).toEqual(["erased", "denied", "ended"]);
    expect(await inTable(revoked)).toBe(false);
  });

  it("is not issued when the audit cannot tell of it", async () => {
    let works = true;
    await bench.restart({
      record: async () => {
        if (!works) throw new Error("the audit's disk is full");
      },
    });
    const grant = await bench.grant();
    works = false;
    await expect(bench.issue(grant)).rejects.toThrow("the audit's disk is full");
    expect(await bench.staff.people()).toEqual([]);
  });

  it("leaves the table and its keys when it expires", async () => {
    const staffId = await bench.enrol();
    bench.pass(days(365));
    expect(await inTable(staffId)).toBe(false);
    await bench.staff.upkeep();
    expect((await bench.person(staffId)).credential).toMatchObject({ live: false });
    expect(bench.recorded.at(-1)).toEqual({ kind: "credential.expired", body: { staffId, epoch: 1 } });
  });

  it("has one epoch alive: the old one's keys live until the new credential is issued", async () => {
    const staffId = await bench.enrol();
    const grant = await bench.grant({ staffId, purpose: "renewal" });
    const before = HolderTable.parse((await bench.staff.table.current()).bytes).holder(staffId);
    expect([before?.epoch, before?.templateKey(1)?.length, before?.templateKey(2)]).toEqual([1, 32, null]);
    await bench.issue(grant);
    const now = HolderTable.parse((await bench.staff.table.current()).bytes).holder(staffId);
    expect([now?.epoch, now?.templateKey(1), now?.templateKey(2)]).toEqual([2, null, grant.templateKey]);
  });
});

describe("agency staff", () => {
  it("are cut at their moment: the credential ends there by itself, the table and the deny-list follow", async () => {
    const end = bench.now + hours(8);
    const staffId = await bench.add("Anna", { employment: "agency", endsAt: end });
    const grant = await bench.grant({ staffId });
    const issued = await bench.issue(grant);
    const credential: unknown = issued.ok && JSON.parse(new TextDecoder().decode(issued.credential));
    expect(credential).toMatchObject({ staffId, expiresAt: end });
    bench.pass(milliseconds(hours(8) - 1));
    await bench.staff.upkeep();
    expect(await seen(staffId)).toEqual(ON);
    bench.pass(milliseconds(1));
    expect(await inTable(staffId)).toBe(false);
    await bench.staff.upkeep();
    expect(await seen(staffId)).toEqual(OFF);
    expect(bench.kinds()).toContain("staff.ended");
    expect((await bench.person(staffId)).credential).toMatchObject({ live: false });
  });

  it("are cut at once when their end is moved to before now, and need a new enrolment when it is moved back", async () => {
    const staffId = await bench.add("Anna", { employment: "agency", endsAt: bench.now + days(30) });
    await bench.enrol({ staffId });
    await bench.staff.directory.change(staffId, { endsAt: bench.now }, "admin-1");
    await bench.staff.upkeep();
    expect(await seen(staffId)).toEqual(OFF);
    await bench.staff.directory.change(staffId, { endsAt: bench.now - hours(1) }, "admin-1");
    await bench.staff.credentials.settleBans();
    expect(bench.bans).toEqual([`ban ${staffId}`]);
    await bench.staff.directory.change(staffId, { endsAt: bench.now + days(1) }, "admin-1");
    await bench.staff.upkeep();
    expect(await seen(staffId)).toEqual([false, false]);
    await bench.enrol({ staffId, purpose: "renewal" });
    expect(await seen(staffId)).toEqual(ON);
  });

  it("cannot be kept without an end", async () => {
    const facts = { givenName: "Anna", familyName: "", role: "nurse", wards: [], hrId: null, endsAt: null };
    const added = await bench.staff.directory.add({ ...facts, employment: "agency" }, "admin-1");
    expect(added).toEqual({ outcome: "refused", code: "employment-without-end" });
  });
});

describe("a lost phone", () => {
  it("is off at once, is replaced under supervision, and the old one never comes back", async () => {
    const staffId = await bench.enrol();
    const old = await bench.person(staffId);
    await bench.staff.credentials.reportLost(staffId, "first-operator");
    expect(await seen(staffId)).toEqual(OFF);
    expect((await bench.person(staffId)).deniedAt).toBeNull();
    const grant = await bench.grant({ staffId, purpose: "replacement" });
    await bench.issue(grant);
    expect((await bench.person(staffId)).credential?.epoch).toBe((old.credential?.epoch ?? 0) + 1);
    // Kiosks get the table without the old phone before the deny-list lets go.
    expect(await seen(staffId)).toEqual([true, true]);
    bench.pass(seconds(10));
    await bench.staff.upkeep();
    expect(await seen(staffId)).toEqual(ON);
    const table = HolderTable.parse((await bench.staff.table.current()).bytes);
    expect(table.holder(staffId)?.templateKey(1)).toBeNull();
    expect(table.firstWindow).toBeLessThanOrEqual(identifierWindow(bench.now));
  });

  it("leaves its person badge and PIN, or a code, in the meantime", async () => {
    const staffId = await bench.enrol();
    await bench.staff.credentials.reportLost(staffId, "first-operator");
    const made = await bench.staff.ways.issueCode(staffId, "first-operator");
    const way = await bench.staff.ways.identify("bed-7", { way: "code", code: made.ok ? made.code : "" });
    expect(way).toEqual({ ok: true, who: { staffId, displayName: "Anna", role: "staff", way: "code", weak: false } });
  });
});

describe("a leaver", () => {
  it("is dead at once, kept for the audit, and erased when the retention ends", async () => {
    await bench.restart({ rules: { leaverRetention: days(30) } });
    const staffId = await bench.add("Wilhelmina", { hrId: "4711" });
    await bench.enrol({ staffId, givenName: "Wilhelmina" });
    await bench.staff.ways.setPin(staffId, "739154", "admin-1");
    await bench.staff.credentials.leave(staffId, "admin-1");
    expect(await seen(staffId)).toEqual(OFF);
    expect(await bench.staff.ways.has(staffId)).toEqual({ badges: 0, pin: false });
    expect(await bench.person(staffId)).toMatchObject({ givenName: "Wilhelmina", leftAt: bench.now });
    bench.pass(milliseconds(days(30) - 1));
    await bench.staff.upkeep();
    expect((await bench.person(staffId)).givenName).toBe("Wilhelmina");
    bench.pass(milliseconds(1));
    await bench.staff.upkeep();
    expect(await bench.person(staffId)).toMatchObject({
      givenName: "",
      familyName: "",
      role: "",
      wards: [],
      hrId: null,
      credential: { epoch: 1, live: false },
      erasedAt: bench.now,
    });
    expect(bench.recorded.at(-1)).toEqual({ kind: "staff.erased", body: { staffId, by: "fleet" } });
    expect(await bench.staff.people()).toEqual([]);
    // Their id is nobody else's, ever.
    expect(await bench.add("Wilhelmina")).toBe(`${staffId}-2`);
  });

  it("leaves no byte of their name or keys in the database's file", async () => {
    if (bench.target.kind !== "sqlite") return;
    await bench.restart({ rules: { leaverRetention: days(1) } });
    const staffId = await bench.add("Zx", { familyName: "Canaletto", hrId: "HR-CANARY-1" });
    await bench.enrol({ staffId, givenName: "Zx", familyName: "Canaletto" });
    const sealed = (await bench.database("wallets").where({ staff_id: staffId }).first("sealed_eid_key"))
      .sealed_eid_key;
    const { path } = bench.target;
    const holds = async (): Promise<boolean[]> => {
      await bench.database.raw("pragma wal_checkpoint(truncate)");
      const bytes = await readFile(path);
      return [bytes.includes("Canaletto"), bytes.includes("HR-CANARY-1"), bytes.includes(sealed)];
    };
    expect(await holds()).toEqual([true, true, true]);
    await bench.staff.credentials.leave(staffId, "admin-1");
    expect(await holds()).toEqual([true, true, false]);
    bench.pass(days(1));
    await bench.staff.upkeep();
    expect(await holds()).toEqual([false, false, false]);
  });
});

it("does by itself what time ends, and stops doing it", async () => {
  await bench.add("Anna", { employment: "agency", endsAt: bench.now + hours(1) });
  bench.pass(hours(1));
  const cut = new Promise<void>((resolve) => bench.staff.onChanged(resolve));
  bench.staff.start();
  await cut;
  await bench.staff.stop();
  expect(bench.kinds()).toContain("staff.ended");
});
