import { afterEach, expect, it } from "vitest";
import { openDatabase } from "../../platform/sql/database.js";
import { type TestDatabase, testDatabase } from "../../platform/sql/testing/test-database.js";
import { openDenials } from "../app/denials.js";
import { pkiMigrations } from "./schema.js";
import { createSqlCertificateLog } from "./sql-certificate-log.js";
import { createSqlDecisions } from "./sql-decisions.js";

let opened: TestDatabase | null = null;
afterEach(async () => {
  await opened?.remove();
  opened = null;
});

it("carries the denials and certificates over of a site that had neither identities nor an intermediate", async () => {
  const [first] = pkiMigrations;
  opened = await testDatabase(first === undefined ? [] : [first]);
  const { database, target } = opened;
  await database("denials").insert([
    { kiosk: "bed-7", staff_id: null, at: 10 },
    { kiosk: null, staff_id: "n-4711", at: 20 },
  ]);
  await database("certificates").insert({
    serial: "4a",
    usage: "reader",
    subject: "Bed 8",
    kiosk: "bed-8",
    not_before: 0,
    not_after: 1_000,
    issued_at: 5,
    der: Buffer.of(1, 2, 3),
  });
  const later = await openDatabase(target, pkiMigrations);
  try {
    const log = createSqlCertificateLog(later);
    const denials = await openDenials({ decisions: createSqlDecisions(later), log, now: () => 30, failed: () => {} });
    expect(denials.body()).toEqual({ denyEpoch: 2, devices: ["bed-7"], holders: ["n-4711"], serials: [] });
    expect(await denials.deny({ device: "bed-8" })).toBe(3);
    expect(await log.newest("bed-8", "reader")).toEqual({
      serial: "4a",
      usage: "reader",
      subject: "Bed 8",
      device: "bed-8",
      profile: null,
      issuer: "",
      keyDigest: "",
      notBefore: 0,
      notAfter: 1_000,
      issuedAt: 5,
      der: Uint8Array.of(1, 2, 3),
    });
  } finally {
    await later.destroy();
  }
});
