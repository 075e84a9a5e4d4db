import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { minutes, seconds } from "@wardkey/protocol";
import { HolderTable } from "@wardkey/protocol/fleet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createArgon2Hasher } from "./adapters/argon2.js";
import { NO_TEMPLATE_DIGEST } from "./app/enrolment.js";
import { StaffBench } from "./testing/staff-bench.js";

let bench: StaffBench;
beforeEach(async () => {
  bench = await StaffBench.open();
});
afterEach(() => bench.close());

const PIN = "739154";
const badge = { kind: "desfire", uid: "04a1b2c3d4e5f6" } as const;

/** Somebody with a badge and a PIN, and no face. */
async function withBadge(): Promise<string> {
  const staffId = await bench.add("Anna");
  expect(await bench.staff.ways.enrolBadge(staffId, badge, "first-operator")).toEqual({ ok: true, weak: false });
  expect(await bench.staff.ways.setPin(staffId, PIN, "first-operator")).toEqual({ ok: true });
  return staffId;
}

const byBadge = (pin: string, kiosk = "bed-7", uid: string = badge.uid) =>
  bench.staff.ways.identify(kiosk, { way: "badge", badge: { ...badge, uid }, pin });

describe("a way without a face", () => {
  it("is a badge and a PIN", async () => {
    const staffId = await withBadge();
    expect(await byBadge(PIN)).toEqual({
      ok: true,
      who: { staffId, displayName: "Anna", role: "nurse", way: "badge", weak: false },
    });
    expect(bench.recorded.at(-1)).toEqual({
      kind: "identify.accepted",
      body: { staffId, kiosk: "bed-7", way: "badge" },
    });
  });

  it("is marked weak with a badge that anybody can copy", async () => {
    const staffId = await bench.add("Anna");
    const plain = { kind: "uid-only", uid: "04a1b2c3" } as const;
    expect(await bench.staff.ways.enrolBadge(staffId, plain, "first-operator")).toEqual({ ok: true, weak: true });
    await bench.staff.ways.setPin(staffId, PIN, "first-operator");
    const way = await bench.staff.ways.identify("bed-7", { way: "badge", badge: plain, pin: PIN });
    expect(way).toMatchObject({ ok: true, who: { staffId, weak: true } });
  });

  it("is a phone and a PIN: no template, no template key, yet known to kiosks", async () => {
    const grant = await bench.grant({ way: "phone-pin" });
    await bench.issue(grant, { templateDigest: NO_TEMPLATE_DIGEST });
    await bench.staff.ways.setPin(grant.staffId, PIN, "first-operator");
    const holder = HolderTable.parse((await bench.staff.table.current()).bytes).holder(grant.staffId);
    expect([holder?.face, holder?.templateKey(1)]).toEqual([false, null]);
    const asked = { way: "phone", staffId: grant.staffId, epoch: 1, pin: PIN } as const;
    expect(await bench.staff.ways.identify("bed-7", asked)).toMatchObject({ ok: true, who: { way: "phone" } });
    expect(await bench.staff.ways.identify("bed-7", { ...asked, epoch: 2 })).toMatchObject({
      code: "identify-refused",
    });
    await bench.staff.credentials.reportLost(grant.staffId, "first-operator");
    expect(await bench.staff.ways.identify("bed-7", asked)).toMatchObject({ code: "identify-refused" });
  });

  it("gives one refusal for an unknown badge, a wrong PIN and a person who may not come in", async () => {
    const staffId = await withBadge();
    const refused = { ok: false, code: "identify-refused" };
    expect(await byBadge(PIN, "bed-1", "04a1b2c3d4e5f7")).toEqual(refused);
    expect(await byBadge("739155", "bed-2")).toEqual(refused);
    await bench.staff.credentials.suspend(staffId, "investigation", "admin-1");
    expect(await byBadge(PIN, "bed-3")).toEqual(refused);
  });

  it("works as long for an unknown badge as for a known one: the slow hash runs once in each case", async () => {
    const staffId = await withBadge();
    const work: string[] = [];
    const counting = {
      hash: async () => "",
      verify: async () => work.push("slow") > 0,
      idle: async () => void work.push("slow"),
      stop: async () => {},
    };
    const { createWays } = await import("./app/ways.js");
    const store = bench.store();
    const ways = createWays({
      store,
      hasher: counting,
      nameOf: (value, purpose) => store.sealing.name(value, purpose),
      randomBytes: (size) => new Uint8Array(size),
      now: () => bench.now,
      record: async () => undefined,
    });
    expect(await ways.identify("bed-1", { way: "badge", badge, pin: PIN })).toMatchObject({ ok: true });
    expect(work.splice(0)).toEqual(["slow"]);
    await ways.identify("bed-2", { way: "badge", badge: { ...badge, uid: "00000000" }, pin: PIN });
    expect(work.splice(0)).toEqual(["slow"]);
    await ways.identify("bed-3", { way: "phone", staffId: "nobody", epoch: 1, pin: PIN });
    expect(work.splice(0)).toEqual(["slow"]);
    await ways.provesByPin("bed-4", staffId, PIN);
    expect(work).toEqual(["slow"]);
  });

  it("gives a badge to one person only, three to each, and takes one away", async () => {
    const staffId = await withBadge();
    const other = await bench.add("Bo");
    expect(await bench.staff.ways.enrolBadge(other, badge, "first-operator")).toEqual({
      ok: false,
      code: "badge-known",
    });
    bench.pass(seconds(1));
    for (const uid of ["04000001", "04000002"])
      await bench.staff.ways.enrolBadge(staffId, { ...badge, uid }, "first-operator");
    const fourth = await bench.staff.ways.enrolBadge(staffId, { ...badge, uid: "04000003" }, "first-operator");
    expect(fourth).toEqual({ ok: false, code: "badges-too-many" });
    const [first] = await bench.staff.ways.badgesOf(staffId);
    expect(await bench.staff.ways.removeBadge(staffId, first?.digest ?? "", "admin-1")).toBe(true);
    expect(await byBadge(PIN)).toMatchObject({ ok: false, code: "identify-refused" });
  });

  it("takes no PIN that somebody would try first", async () => {
    const staffId = await bench.add("Anna");
    const codes = [];
    for (const pin of ["12345", "000000", "123456", "987654", "121212", "123123", "112112", "abcdef"]) {
      const set = await bench.staff.ways.setPin(staffId, pin, "first-operator");
      codes.push(set.ok ? "ok" : set.code);
    }
    expect(codes).toEqual(["pin-malformed", ...Array(6).fill("pin-weak"), "pin-malformed"]);
  });

  it("never keeps a PIN, a badge's number or a code as it is", async () => {
    await bench.restart({ hasher: createArgon2Hasher({ pepper: randomBytes(32) }) });
    const staffId = await withBadge();
    const made = await bench.staff.ways.issueCode(staffId, "first-operator");
    const { code: operatorCode } = await bench.operator("Olga");
    if (bench.target.kind !== "sqlite") return;
    await bench.database.raw("pragma wal_checkpoint(truncate)");
    const bytes = (await readFile(bench.target.path)).toString("latin1").toUpperCase();
    const code = made.ok ? made.code : "?";
    const secrets = [
      PIN,
      badge.uid,
      code,
      code.replaceAll("-", ""),
      operatorCode,
      operatorCode.split("-").slice(1).join(""),
    ];
    // The control: the search finds what lies there in the open.
    expect(bytes).toContain("ARGON2ID$M=19456,T=2,P=1");
    expect(secrets.filter((secret) => bytes.includes(secret.toUpperCase()))).toEqual([]);
    expect(JSON.stringify(bench.recorded)).not.toMatch(new RegExp(secrets.join("|"), "i"));
  });
});

describe("a wave of guesses", () => {
  it("is stopped at the kiosk, whoever is guessed at", async () => {
    await withBadge();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, at) => byBadge(PIN, "bed-7", `0400${at.toString(16).padStart(4, "0")}`)),
    );
    const codes = outcomes.map((outcome) => (outcome.ok ? "ok" : outcome.code)).sort();
    expect(codes).toEqual([...Array(17).fill("identify-locked"), ...Array(3).fill("identify-refused")]);
    expect(await byBadge(PIN)).toEqual({ ok: false, code: "identify-locked", retryAfter: seconds(30) });
    expect(await byBadge(PIN, "bed-8")).toMatchObject({ ok: true });
  });

  it("is stopped for the badge at every kiosk, known or not, and a restart forgives nothing", async () => {
    await withBadge();
    for (const uid of [badge.uid, "04ffffff"]) {
      for (const kiosk of ["bed-1", "bed-2", "bed-3"]) await byBadge("739155", kiosk, uid);
    }
    await bench.restart();
    const locked = { ok: false, code: "identify-locked", retryAfter: seconds(30) };
    expect([await byBadge(PIN, "bed-8"), await byBadge(PIN, "bed-9", "04ffffff")]).toEqual([locked, locked]);
    bench.pass(seconds(30));
    expect(await byBadge(PIN, "bed-8")).toMatchObject({ ok: true });
  });

  it("costs more each time: ten wrong tries take more than half an hour", async () => {
    await withBadge();
    const begun = bench.now;
    for (let wrong = 0; wrong < 10; ) {
      const outcome = await byBadge("739155", `bed-${wrong}`);
      if (!outcome.ok && outcome.code === "identify-locked") bench.pass(seconds(30));
      else wrong += 1;
    }
    expect(bench.now - begun).toBeGreaterThan(minutes(30));
  });
});

describe("a one-time code", () => {
  it("has 128 bits, works once, and is read as it is spoken", async () => {
    const staffId = await bench.add("Anna");
    const made = await bench.staff.ways.issueCode(staffId, "first-operator");
    const code = made.ok ? made.code : "";
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{2}$/);
    const spoken = code.toLowerCase().replaceAll("-", " ").replaceAll("1", "l").replaceAll("0", "o");
    const asked = { way: "code", code: spoken } as const;
    expect(await bench.staff.ways.identify("bed-7", asked)).toMatchObject({ ok: true, who: { staffId, way: "code" } });
    expect(await bench.staff.ways.identify("bed-7", asked)).toEqual({ ok: false, code: "identify-refused" });
  });

  it("works once when it is typed at two kiosks in the same moment", async () => {
    const staffId = await bench.add("Anna");
    const made = await bench.staff.ways.issueCode(staffId, "first-operator");
    const asked = { way: "code", code: made.ok ? made.code : "" } as const;
    const both = await Promise.all(["bed-7", "bed-8"].map((kiosk) => bench.staff.ways.identify(kiosk, asked)));
    expect(both.filter((outcome) => outcome.ok)).toHaveLength(1);
  });

  it("ends after ten minutes, when another is made, and with its person", async () => {
    const staffId = await bench.add("Anna");
    const make = async () => {
      const made = await bench.staff.ways.issueCode(staffId, "first-operator");
      return { way: "code", code: made.ok ? made.code : "" } as const;
    };
    const late = await make();
    bench.pass(minutes(10));
    expect(await bench.staff.ways.identify("bed-1", late)).toMatchObject({ code: "identify-refused" });
    const first = await make();
    await make();
    expect(await bench.staff.ways.identify("bed-2", first)).toMatchObject({ code: "identify-refused" });
    const last = await make();
    await bench.staff.credentials.leave(staffId, "admin-1");
    expect(await bench.staff.ways.identify("bed-3", last)).toMatchObject({ code: "identify-refused" });
  });
});

describe("a consent that is withdrawn", () => {
  it("ends template key and credential at once, and its person keeps a way in", async () => {
    const staffId = await bench.enrol({ consent: "v2" });
    const withdrawn = await bench.staff.consents.withdraw(staffId, "first-operator");
    expect(withdrawn).toMatchObject({ ok: true, left: { badges: 0, pin: false, code: expect.any(String) } });
    const keys = await bench
      .database("wallets")
      .where({ staff_id: staffId })
      .first("sealed_template_key", "sealed_eid_key");
    expect(keys).toEqual({ sealed_template_key: null, sealed_eid_key: null });
    expect([...bench.denied]).toEqual([staffId]);
    expect(await bench.staff.consents.of(staffId)).toMatchObject([
      { text: "v2", withdrawnTo: "first-operator", withdrawnAt: bench.now },
    ]);
    const code = withdrawn.ok ? (withdrawn.left.code ?? "") : "";
    expect(await bench.staff.ways.identify("bed-7", { way: "code", code })).toMatchObject({ ok: true });
    expect(await bench.staff.consents.withdraw(staffId, "first-operator")).toEqual({ ok: false, code: "consent-none" });
    // Later, with badge and PIN instead, or a phone without a face.
    const grant = await bench.grant({ staffId, purpose: "renewal", way: "phone-pin" });
    expect(await bench.issue(grant, { templateDigest: NO_TEMPLATE_DIGEST })).toMatchObject({ ok: true });
  });

  it("gives no code to who has badge and PIN", async () => {
    const staffId = await withBadge();
    await bench.enrol({ staffId, consent: "v2" });
    expect(await bench.staff.consents.withdraw(staffId, "first-operator")).toEqual({
      ok: true,
      left: { badges: 1, pin: true, code: null, expiresAt: null },
    });
    expect(await byBadge(PIN)).toMatchObject({ ok: true });
  });
});
