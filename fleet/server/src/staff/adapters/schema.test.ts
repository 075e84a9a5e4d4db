import { randomBytes } from "node:crypto";
import { codeOf } from "@wardkey/protocol";
import { afterEach, expect, it } from "vitest";
import { openDatabase } from "../../platform/sql/database.js";
import { sqliteDatabase, type TestDatabase } from "../../platform/sql/testing/test-database.js";
import { staffMigrations } from "./schema.js";
import { sealingWith } from "./sealing.js";
import { createSqlStaffStore } from "./sql-staff-store.js";

let made: TestDatabase | null = null;
afterEach(async () => {
  await made?.remove();
  made = null;
});

it("takes over the people, wallets and guesses of the first site authority", async () => {
  made = await sqliteDatabase(staffMigrations.slice(0, 1));
  const sealing = sealingWith(randomBytes(32));
  const old = made.database;
  await old("people").insert([
    { staff_id: "staff", given_name: "Ελένη", family_name: "Παππά", role: "staff", created_at: 1, denied_at: null },
    { staff_id: "bo-bianchi", given_name: "Bo", family_name: "Bianchi", role: "staff", created_at: 2, denied_at: 3 },
  ]);
  await old("wallets").insert({
    staff_id: "staff",
    epoch: 4,
    holder_public_key: randomBytes(91),
    template_digest: randomBytes(32),
    transcript: randomBytes(32),
    credential: randomBytes(300),
    sealed_template_key: sealing.seal(new Uint8Array(32).fill(1), "template-key staff 4"),
    sealed_eid_key: sealing.seal(new Uint8Array(32).fill(2), "identifier-key staff 4"),
    kiosk: "bed-7",
    issued_at: 5,
    expires_at: 1_000,
  });
  await old("operator_guesses").insert({ kiosk: "bed-7", failures: 5, locked_until: 900 });
  await old.destroy();

  const database = await openDatabase(made.target, staffMigrations);
  try {
    const store = createSqlStaffStore({ database, sealing });
    const found = await store.directory.find({ search: "eleni", limit: 5 }, 10);
    expect(found.people).toMatchObject([
      { staffId: "staff", source: "kiosk", wards: [], credential: { epoch: 4, face: true, live: true, quality: null } },
    ]);
    expect(await store.activeHolders(10)).toEqual([{ staffId: "staff", epoch: 4, until: 1_000 }]);
    const keys = await store.holderKeys([{ staffId: "staff", epoch: 4, until: 1_000 }]);
    expect(keys.get("staff 4")).toEqual({
      templateKey: new Uint8Array(32).fill(1),
      eidKey: new Uint8Array(32).fill(2),
    });
    // Their denial was told to the deny-list back then.
    expect(await store.directory.bansDue(10)).toEqual([]);
    const judged = await store.guesses.charge(
      ["kiosk bed-7"],
      ({ failures }) => ({ ok: false, retryAfter: failures }),
      10,
    );
    expect(judged).toEqual({ ok: false, retryAfter: 5 });
  } finally {
    await database.destroy();
  }
});

it("opens no secret with another site's key, for another person, epoch or purpose, nor with a byte changed", () => {
  const [here, there] = [sealingWith(randomBytes(32)), sealingWith(randomBytes(32))];
  const sealed = here.seal(new Uint8Array(32).fill(7), "template-key anna 1");
  expect(here.open(sealed, "template-key anna 1")).toEqual(new Uint8Array(32).fill(7));
  const tries: (() => unknown)[] = [
    () => there.open(sealed, "template-key anna 1"),
    () => here.open(sealed, "template-key anna 2"),
    () => here.open(sealed, "template-key bo 1"),
    () => here.open(sealed, "identifier-key anna 1"),
    () => here.open(sealed.subarray(0, 20), "template-key anna 1"),
  ];
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    tries.push(() => here.open(changed, "template-key anna 1"));
  }
  const codes = tries.map((open) => {
    try {
      return open();
    } catch (error) {
      return codeOf(error);
    }
  });
  expect(new Set(codes)).toEqual(new Set(["sealed-secret-damaged"]));
  expect(here.name("desfire 04a1b2c3", "badge")).not.toBe(there.name("desfire 04a1b2c3", "badge"));
});
