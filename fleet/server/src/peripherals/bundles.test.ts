import { bundledProfiles } from "@wardkey/firmware-profiles";
import { MAX_DOWN_BYTES } from "@wardkey/protocol/fleet";
import { verifyProfiles } from "@wardkey/protocol/fleet/signed";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SITE, TestPki } from "../pki/testing/test-pki.js";
import { TestConsole } from "../platform/auth/testing/test-console.js";
import { type TestDatabase, testDatabase } from "../platform/sql/testing/test-database.js";
import { ProfileBundles, PUBLISH_PROFILES, peripheralMigrations, profilesApproval } from "./index.js";

const { profiles: bundled } = await bundledProfiles();
const reader = bundled.find(({ id }) => id === "phidget-rfid-1023");

let storage: TestDatabase;
let authority: TestPki;
let sent: { signed: string; version: number }[];
let recorded: unknown[];
let floor: number;
let bundles: ProfileBundles;
beforeEach(async () => {
  storage = await testDatabase(peripheralMigrations);
  authority = await TestPki.make();
  const pki = await authority.open();
  [sent, recorded, floor] = [[], [], 0];
  bundles = new ProfileBundles({
    database: storage.database,
    site: SITE.id,
    now: () => authority.clock.now(),
    issuer: () => pki.issuers.policy(),
    send: async (message) => sent.push(message),
    record: async (kind, body) => void recorded.push([kind, body]),
    floor: () => floor,
  });
});
afterEach(async () => {
  await storage.remove();
  await authority.remove();
});

const propose = async (more: { profiles?: unknown[]; retired?: string[] } = {}) => {
  const proposed = await bundles.propose({ profiles: [], retired: ["velleman-k8055"], by: "anna", ...more });
  if (!proposed.ok) throw new Error(proposed.code);
  return { version: proposed.version, digest: proposed.digest };
};

describe("a site's profiles of peripherals", () => {
  it("are signed by its policy key when they are published, and said to every kiosk", async () => {
    const { version, digest } = await propose({ profiles: [{ ...reader, id: "ours" }] });
    expect([await bundles.inForce(), sent]).toEqual([null, []]);
    expect(await bundles.publish({ version, digest })).toEqual({ ok: true, version: 1, digest });
    const trust = authority.pki.trust();
    const checked = verifyProfiles(sent[0]?.signed ?? "", { trust, at: authority.clock.now() });
    expect(checked).toMatchObject({ ok: true, frame: { version: 1, site: SITE.id, retired: ["velleman-k8055"] } });
    expect(await bundles.inForce()).toMatchObject({ version: 1, by: "anna", bundle: { profiles: [{ id: "ours" }] } });
    const signedDigest = checked.ok ? checked.digest : "";
    expect(recorded).toEqual([["profiles.published", { version: 1, digest: signedDigest, by: "anna" }]]);
  });

  it("are said again, and not signed or recorded again, when the same approval is carried out twice", async () => {
    const approved = await propose();
    await bundles.publish(approved);
    await bundles.publish(approved);
    expect([sent.length, new Set(sent.map(({ signed }) => signed)).size, recorded.length]).toEqual([2, 1, 1]);
  });

  it("grow in their version alone, also over a restore", async () => {
    const [first, second] = [await propose(), await propose({ retired: [] })];
    expect([first.version, second.version]).toEqual([1, 1]);
    await bundles.publish(second);
    expect(await bundles.publish(first)).toEqual({ ok: false, code: "profiles-older" });
    floor = 100_000;
    expect((await propose()).version).toBe(100_001);
  });

  it("that no kiosk could read are refused by the keys that are wrong", async () => {
    const spoiled = { ...reader, script: "rm" };
    expect(await bundles.propose({ profiles: [spoiled], retired: [], by: "anna" })).toMatchObject({
      ok: false,
      code: "profiles-unreadable",
      keys: ["profiles.0"],
    });
  });

  it("that are too large for one message are refused before anybody approves them", async () => {
    const many = Array.from({ length: 200 }, (_, index) => ({ ...reader, id: `reader-${index}` }));
    expect(await bundles.propose({ profiles: many, retired: [], by: "anna" })).toMatchObject({
      code: "profiles-too-large",
    });
    const fitting = await propose({ profiles: many.slice(0, 60) });
    await bundles.publish(fitting);
    const message = JSON.stringify({ body: { signed: sent[0]?.signed } });
    expect(Buffer.byteLength(message) * 1.34 + 6_000).toBeLessThan(MAX_DOWN_BYTES);
  });

  it("that were not proposed here are not published", async () => {
    expect(await bundles.publish({ version: 1, digest: "x".repeat(43) })).toMatchObject({
      code: "profiles-proposal-unknown",
    });
    const { digest } = await propose();
    expect(await bundles.publish({ version: 7, digest })).toMatchObject({ code: "profiles-proposal-unknown" });
  });
});

// threats.md, rows 17 and 23: what kiosks read from a USB port is no one person's to change.
it("are published by two people", async () => {
  const site = await TestConsole.start();
  try {
    site.auth.approvals.register(PUBLISH_PROFILES, profilesApproval(bundles));
    const [first, second] = [await site.administrator("anna"), await site.administrator("bruno")];
    const args = await propose();
    const { body } = await first.call("POST", "/v1/approvals", { kind: PUBLISH_PROFILES, args });
    expect(body).toMatchObject({ needs: 2 });
    expect((await first.approve(String(body["id"]))).body).toMatchObject({ state: "proposed" });
    expect(sent).toEqual([]);
    expect((await second.approve(String(body["id"]))).body).toMatchObject({ state: "executed", result: args });
    expect(sent).toMatchObject([{ version: 1 }]);
  } finally {
    await site.remove();
  }
});
