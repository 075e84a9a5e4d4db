import { hours } from "@wardkey/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { csvRows } from "./adapters/csv-rows.js";
import type { ApplyOutcome, PlanView } from "./app/imports.js";
import { chunksOf } from "./testing/bytes.js";
import { StaffBench } from "./testing/staff-bench.js";

let bench: StaffBench;
beforeEach(async () => {
  bench = await StaffBench.open();
});
afterEach(() => bench.close());

const HEAD = "hrId,givenName,familyName,role,wards,employment,endsAt\n";

async function plan(rows: string, source = "hr"): Promise<PlanView> {
  const planned = await bench.staff.imports.plan(
    csvRows(chunksOf(HEAD + rows, 1_000)),
    { source, timeZone: "Europe/Rome" },
    "admin-1",
  );
  if (planned.outcome !== "planned") throw new Error(planned.code);
  return planned.plan;
}

const apply = (id: string, acceptLeavers = false): Promise<ApplyOutcome> =>
  bench.staff.imports.apply(id, { acceptLeavers }, "admin-1");

async function imported(rows: string, acceptLeavers = false): Promise<void> {
  const applied = await apply((await plan(rows)).id, acceptLeavers);
  if (applied.outcome !== "applied") throw new Error(applied.code);
}

const ROWS = "1,Anna,Rossi,nurse,Ward 3B;Ward 4,staff,\n2,Bo,Bianchi,doctor,Ward 4,agency,2026-12-31\n";

describe("an import", () => {
  it("gives nobody's record to a newcomer of the same name whose enrolment is under way", async () => {
    const grant = await bench.grant({ givenName: "Anna", familyName: "Rossi" });
    expect(grant.staffId).toBe("anna-rossi");
    await imported(ROWS);
    expect(await bench.issue(grant)).toEqual({ ok: false, code: "enrolment-unknown" });
    expect(await bench.person("anna-rossi")).toMatchObject({ hrId: "1", credential: null });
  });

  it("shows what it would do, and does it once, whole", async () => {
    const planned = await plan(ROWS);
    expect(planned).toMatchObject({ adds: 2, changes: 0, leavers: 0, faultCount: 0 });
    expect(planned.shown.adds).toEqual(["anna-rossi", "bo-bianchi"]);
    expect(await bench.staff.people()).toEqual([]);
    expect(await apply(planned.id)).toEqual({ outcome: "applied", adds: 2, changes: 0, leavers: 0 });
    expect(await bench.person("bo-bianchi")).toMatchObject({
      hrId: "2",
      role: "doctor",
      wards: ["Ward 4"],
      employment: "agency",
      endsAt: Date.parse("2027-01-01T00:00:00+01:00"),
      source: "hr",
    });
    expect((await bench.person("anna-rossi")).wards).toEqual(["Ward 3B", "Ward 4"]);
    expect(await apply(planned.id)).toEqual({ outcome: "refused", code: "import-applied-before" });
    expect(bench.recorded.at(-1)).toEqual({
      kind: "staff.imported",
      body: { by: "admin-1", source: "hr", adds: 2, changes: 0, leavers: 0 },
    });
  });

  it("finds nothing to do the second time, and tells what changed the third", async () => {
    await imported(ROWS);
    expect(await plan(ROWS)).toMatchObject({ adds: 0, changes: 0, unchanged: 2, leavers: 0 });
    const changed = await plan(ROWS.replace("nurse", "head nurse").replace("Ward 3B;", "").replace("Rossi", "Verdi"));
    expect(changed.shown.changes).toEqual([{ staffId: "anna-rossi", changed: ["family-name", "role", "wards"] }]);
    await apply(changed.id);
    expect(await bench.person("anna-rossi")).toMatchObject({
      familyName: "Verdi",
      role: "head nurse",
      wards: ["Ward 4"],
    });
    expect((await bench.staff.directory.find({ search: "verdi", limit: 9 })).total).toBe(1);
  });

  it("applies nothing while one row is wrong, and names each of them by line and code", async () => {
    const wrong = [
      "1,Anna,Rossi,nurse,,staff,",
      "1,Anna,Rossi,nurse,,staff,",
      ",Bo,Bianchi,,,,",
      "3,,Bianchi,,,,",
      "4,=HYPERLINK(1),Bianchi,,,,",
      "5,@SUM,Bianchi,,,,",
      '6,"Ca\u202erlo",Bianchi,,,,',
      "7,Carlo,Bianchi,,,pirate,",
      "8,Carlo,Bianchi,,,agency,",
      "9,Carlo,Bianchi,,,agency,31/12/2026",
      `10,${"x".repeat(41)},Bianchi,,,,`,
      "11,Carlo,Bianchi",
      "12 13,Carlo,Bianchi,,,,",
      "14,Carlo,Bianchi,,+1;Ward,,",
    ];
    const planned = await plan(`${wrong.join("\n")}\n`);
    expect(planned.faults.map(({ line, code, field }) => [line, code, field])).toEqual([
      [3, "row-hr-id-twice", "hrId"],
      [4, "row-value-missing", "hrId"],
      [5, "row-value-missing", "givenName"],
      [6, "row-formula", "givenName"],
      [7, "row-formula", "givenName"],
      [8, "row-control-character", "givenName"],
      [9, "row-employment-unknown", "employment"],
      [10, "row-end-missing", "endsAt"],
      [11, "row-end-invalid", "endsAt"],
      [12, "row-too-long", "givenName"],
      [13, "row-columns", null],
      [14, "row-hr-id-invalid", "hrId"],
      [15, "row-formula", "wards"],
    ]);
    expect(await apply(planned.id)).toEqual({ outcome: "refused", code: "import-has-faults" });
    expect(await bench.staff.people()).toEqual([]);
  });

  it("lets who is absent leave: dead at once, unless more than a tenth would", async () => {
    const row = (at: number): string => `${at},Person${at},Rossi,nurse,,staff,\n`;
    const twenty = Array.from({ length: 20 }, (_, at) => row(at));
    await imported(twenty.join(""));
    await bench.enrol({ staffId: "person0-rossi", givenName: "Person0" });
    expect(await plan(twenty.slice(3).join(""))).toMatchObject({ leavers: 3, leaversGuarded: true });
    const tooMany = await plan(twenty.slice(3).join(""));
    expect(await apply(tooMany.id)).toEqual({ outcome: "refused", code: "import-too-many-leavers" });
    await imported(twenty.slice(2).join(""));
    expect([...bench.denied]).toEqual(["person0-rossi", "person1-rossi"]);
    expect(await bench.person("person0-rossi")).toMatchObject({ standing: "left", credential: { live: false } });
    await imported(twenty.slice(10).join(""), true);
    expect((await bench.staff.directory.find({ standing: "active", limit: 1 })).total).toBe(10);
    expect(bench.kinds().filter((kind) => kind === "staff.left")).toHaveLength(10);
  });

  it("takes back who comes back, off until a new enrolment", async () => {
    await imported(ROWS);
    await bench.enrol({ staffId: "anna-rossi" });
    await imported(ROWS.split("\n").slice(1).join("\n"), true);
    expect((await bench.person("anna-rossi")).leftAt).not.toBeNull();
    const back = await plan(ROWS);
    expect(back.shown.changes).toEqual([{ staffId: "anna-rossi", changed: ["came-back"] }]);
    await apply(back.id);
    expect(await bench.person("anna-rossi")).toMatchObject({ standing: "active", leftAt: null, eraseAfter: null });
    expect(bench.denied.has("anna-rossi")).toBe(true);
    await bench.enrol({ staffId: "anna-rossi", purpose: "renewal" });
    bench.pass(hours(1));
    await bench.staff.upkeep();
    expect(bench.denied.has("anna-rossi")).toBe(false);
  });

  it("never touches who another import or somebody by hand keeps", async () => {
    await bench.add("Hand");
    await imported(ROWS);
    expect(await plan("9,Xenia,Verdi,,,,\n", "labs")).toMatchObject({ adds: 1, leavers: 0 });
    const stolen = await plan("1,Anna,Rossi,,,,\n", "labs");
    expect(stolen.faults).toEqual([{ line: 2, code: "row-of-another-source", field: "hrId" }]);
  });

  it("takes over who was added by hand with their personnel number, and points at namesakes without one", async () => {
    const linked = await bench.add("Anna", { hrId: "1" });
    const namesake = await bench.add("Bo", { familyName: "Bianchi" });
    const planned = await plan(ROWS);
    expect(planned.shown.changes.map(({ staffId }) => staffId)).toEqual([linked]);
    expect([planned.shown.adds, planned.sameName]).toEqual([["bo-bianchi-2"], [{ line: 3, staffId: namesake }]]);
  });

  it("is refused when people changed since it was planned, when it is old, and when nobody knows it", async () => {
    const stale = await plan(ROWS);
    await bench.add("Somebody");
    expect(await apply(stale.id)).toEqual({ outcome: "refused", code: "import-stale" });
    const old = await plan(ROWS);
    bench.pass(hours(1));
    expect(await apply(old.id)).toEqual({ outcome: "refused", code: "import-expired" });
    expect(await apply("3f1c2d4e-1111-4222-8333-444455556666")).toEqual({ outcome: "refused", code: "import-unknown" });
    await bench.staff.upkeep();
    expect(await bench.database("import_plans").select("id")).toEqual([]);
    expect(await apply((await plan(ROWS)).id)).toMatchObject({ outcome: "applied" });
  });

  it("needs a name of its own, a time zone and somebody in it", async () => {
    const ask = async (source: string, timeZone: string, rows = ROWS): Promise<string> => {
      const planned = await bench.staff.imports.plan(csvRows(chunksOf(HEAD + rows)), { source, timeZone }, "admin-1");
      return planned.outcome === "refused" ? planned.code : "planned";
    };
    expect([
      await ask("kiosk", "UTC"),
      await ask("HR Office", "UTC"),
      await ask("hr", "Mars/Olympus"),
      await ask("hr", "UTC", ""),
    ]).toEqual(["import-source-invalid", "import-source-invalid", "import-time-zone-unknown", "import-empty"]);
  });

  it("takes twenty thousand people, and finds and pages through them", { timeout: 60_000 }, async () => {
    const names = ["Anna", "Ελένη", "Bo", "Юлия", "José", "Müller", "Chloé", "Giorgos", "Maria", "Ivo"];
    const rows = Array.from(
      { length: 20_000 },
      (_, at) => `HR${at},${names[at % 10]},Family${at % 400},nurse,Ward ${at % 40},staff,\n`,
    );
    await imported(rows.join(""));
    const { directory } = bench.staff;
    const found = await directory.find({ search: "eleni family31", ward: "Ward 31", limit: 100 });
    expect([found.total, found.people[0]?.givenName]).toEqual([100, "Ελένη"]);
    expect((await directory.find({ search: "HR19999", limit: 5 })).people).toMatchObject([{ hrId: "HR19999" }]);
    const ids: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = await directory.find({ ward: "Ward 7", standing: "active", limit: 200, after });
      ids.push(...page.people.map((person) => person.staffId));
      if (page.next === null) break;
      after = page.next;
    }
    expect([ids.length, new Set(ids).size]).toEqual([500, 500]);
    expect(await plan(rows.join(""))).toMatchObject({ adds: 0, changes: 0, unchanged: 20_000, leavers: 0 });
  });
});
