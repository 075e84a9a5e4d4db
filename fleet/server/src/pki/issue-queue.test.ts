import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sqliteDatabase } from "../platform/sql/testing/test-database.js";
import { type Entry, IssueQueue } from "./adapters/issue-queue.js";
import { newKey, requestFor } from "./testing/test-device.js";
import { TestPki } from "./testing/test-pki.js";

let site: TestPki;
beforeEach(async () => {
  site = await TestPki.make(sqliteDatabase);
  await site.open();
});
afterEach(() => site.remove());

const DEVICES = Array.from({ length: 500 }, (_, index) => `bed-${index}`);

describe("issuing to many at once", () => {
  it("records every certificate that left, in far fewer commits", async () => {
    for (const device of DEVICES) site.names.set(device, { name: device, ward: "Ward 3" });
    const tokens = await Promise.all(DEVICES.map((device) => site.token(device)));
    const key = newKey();
    let commits = 0;
    site.database.on("query", ({ sql }: { sql: string }) => {
      if (sql === "COMMIT;") commits += 1;
    });
    const made = await Promise.all(
      DEVICES.map((device, index) => {
        const token = tokens[index] ?? "";
        return site.pki.est.enrol({ device, token, profile: "kiosk", request: requestFor(device, key) });
      }),
    );
    const issued = made.map((one) => (one.ok ? Buffer.from(one.certificate).toString("hex") : one.code)).sort();
    const rows: { der: Buffer }[] = await site.database("certificates").where({ usage: "identity" }).select("der");
    expect(rows.map(({ der }) => der.toString("hex")).sort()).toEqual(issued);
    expect(commits).toBeLessThan(DEVICES.length / 10);
  });

  it("gives no certificate that the disk did not take, and the ticket stays good", async () => {
    const token = await site.token("bed-7");
    const request = requestFor("bed-7", newKey());
    const ask = () => site.pki.est.enrol({ device: "bed-7", token, profile: "kiosk", request });
    await site.database.raw("PRAGMA query_only=ON");
    await expect(ask()).rejects.toEqual(expect.objectContaining({ code: "database-read-only" }));
    await expect(site.pki.deny({ device: "bed-8" })).rejects.toEqual(
      expect.objectContaining({ code: "database-read-only" }),
    );
    await site.database.raw("PRAGMA query_only=OFF");
    expect(await site.pki.certificatesOf("bed-7")).toEqual([]);
    expect((await ask()).ok).toBe(true);
    expect(await site.pki.deny({ device: "bed-8" })).toBe(1);
  });

  it("refuses what is more than the disk could take in time", async () => {
    const queue = new IssueQueue(site.database, 5);
    const entry = (serial: string): Entry => ({
      ticketDigest: null,
      row: {
        ...{
          serial,
          usage: "identity",
          subject: "bed-7",
          kiosk: "bed-7",
          profile: "kiosk",
          issuer: "",
          key_digest: "",
        },
        ...{ not_before: 0, not_after: 1, issued_at: 0, der: Buffer.alloc(0) },
      },
    });
    const codes = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        queue.record(entry(String(index))).catch((error: { code: string }) => error.code),
      ),
    );
    const [recorded, full] = ["recorded", "issue-queue-full"];
    expect(codes).toEqual([recorded, recorded, recorded, recorded, recorded, full, full, full]);
    expect(await queue.record(entry("again"))).toBe(recorded);
  });
});
