import { generateKeyPairSync, randomBytes } from "node:crypto";
import { days, hours, instant } from "@wardkey/protocol";
import {
  createSiteTrust,
  type SiteTrust,
  verifyDenyNotice,
  verifyReader,
  verifyStatus,
} from "@wardkey/protocol/credential";
import { HolderTable, KioskIdentity } from "@wardkey/protocol/fleet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { credentialRequest, newKeyPair, spkiOf, TestKiosk, TestSite } from "../testing/test-site.js";

let site: TestSite;
beforeEach(async () => {
  site = await TestSite.make();
  await site.start();
});
afterEach(() => site.remove());

const bytesOf = (text: string): Uint8Array => Buffer.from(text, "base64url");

function trustOf(identity: KioskIdentity): SiteTrust {
  const made = createSiteTrust({ site: identity.site, rootCertificate: bytesOf(identity.rootCertificate) });
  if (!made.ok) throw new Error(made.code);
  return made.trust;
}

describe("a kiosk that enrols", () => {
  it("gets a reader certificate of 30 days that verifies under the site's root", async () => {
    const kiosk = await new TestKiosk(site).enrol();
    const now = site.clock.now();
    const verified = verifyReader(bytesOf(kiosk.identity.readerCertificate), trustOf(kiosk.identity), now);
    expect(verified).toMatchObject({
      ok: true,
      reader: { site: "st-mary", kiosk: "bed-7", name: "Bed 7", ward: "Ward 3B", notAfter: now + days(30) },
    });
    expect(verified.ok && Buffer.from(verified.reader.publicKey).toString("base64url")).toBe(spkiOf(kiosk.key));
  });

  it("keeps names as they are written, also those that look like encodings", async () => {
    const body = {
      ...new TestKiosk(site).enrolment(await site.secret("bootstrap-token")),
      name: "#0c0141 <b>, CN=x+OU=y",
      ward: `${"Παθολογική Β΄ ".repeat(6).slice(0, 79)}Ω`,
    };
    const identity = KioskIdentity.parse((await site.call("POST", "/v1/kiosks", { body })).body);
    const verified = verifyReader(bytesOf(identity.readerCertificate), trustOf(identity), site.clock.now());
    expect(verified).toMatchObject({ ok: true, reader: { name: "#0c0141 <b>, CN=x+OU=y", ward: body.ward } });
  });

  it("is refused with a token that was used, and finds a new one in the file", async () => {
    const used = await site.secret("bootstrap-token");
    await new TestKiosk(site).enrol();
    const replay = await site.call("POST", "/v1/kiosks", { body: new TestKiosk(site, "bed-8").enrolment(used) });
    expect([replay.status, replay.code]).toEqual([401, "bootstrap-token-refused"]);
    expect(await site.secret("bootstrap-token")).not.toBe(used);
    await new TestKiosk(site, "bed-8").enrol();
    expect((await site.overview()).kiosks.map((kiosk) => kiosk.id)).toEqual(["bed-7", "bed-8"]);
  });

  it("is refused with a used token after a restart too", async () => {
    const used = await site.secret("bootstrap-token");
    await new TestKiosk(site).enrol();
    await site.restart();
    const replay = await site.call("POST", "/v1/kiosks", { body: new TestKiosk(site, "bed-8").enrolment(used) });
    expect(replay.code).toBe("bootstrap-token-refused");
  });

  it("gives one token to one kiosk when two race for it", async () => {
    const token = await site.secret("bootstrap-token");
    const race = ["bed-1", "bed-2", "bed-3"].map((id) =>
      site.call("POST", "/v1/kiosks", { body: new TestKiosk(site, id).enrolment(token) }),
    );
    expect((await Promise.all(race)).map(({ status }) => status).sort()).toEqual([201, 401, 401]);
  });

  it("may enrol again with its own token and key; another key is refused", async () => {
    const kiosk = await new TestKiosk(site).enrol();
    const again = await kiosk.call("POST", "/v1/kiosks", { ...kiosk.enrolment(""), name: "Bed 7 (window)" });
    expect(again.status).toBe(201);
    expect((await kiosk.call("GET", "/v1/kiosk/lease")).code).toBe("kiosk-token-refused");
    const fresh = KioskIdentity.parse(again.body).kioskToken;
    const other = { ...kiosk.enrolment(""), readerPublicKey: spkiOf(newKeyPair().publicKey) };
    const stolen = await site.call("POST", "/v1/kiosks", { token: fresh, body: other });
    expect([stolen.status, stolen.code]).toEqual([409, "kiosk-already-enrolled"]);
    const otherId = await site.call("POST", "/v1/kiosks", {
      token: fresh,
      body: { ...kiosk.enrolment(""), id: "bed-9" },
    });
    expect(otherId.code).toBe("kiosk-token-refused");
    const bootstrap = { ...other, bootstrapToken: await site.secret("bootstrap-token") };
    expect((await site.call("POST", "/v1/kiosks", { body: bootstrap })).code).toBe("kiosk-already-enrolled");
  });

  it("is refused with a key that is not one P-256 public key", async () => {
    const body = new TestKiosk(site).enrolment(await site.secret("bootstrap-token"));
    const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey;
    const keys = [
      "",
      "AAAA",
      randomBytes(91).toString("base64url"),
      `${spkiOf(newKeyPair().publicKey)}AAAA`,
      spkiOf(p384),
    ];
    for (const readerPublicKey of keys) {
      const answer = await site.call("POST", "/v1/kiosks", { body: { ...body, readerPublicKey } });
      expect([answer.status, answer.code]).toEqual([400, "reader-key-invalid"]);
    }
  });
});

describe("a kiosk's lease", () => {
  it("holds a status of 24 h and a table that reaches as far", async () => {
    const kiosk = await new TestKiosk(site).enrol();
    const lease = await kiosk.lease();
    const now = site.clock.now();
    expect(verifyStatus(bytesOf(lease.status), trustOf(kiosk.identity), now)).toMatchObject({
      ok: true,
      status: { site: "st-mary", kiosk: "bed-7", denyEpoch: 0, notAfter: now + hours(24) },
    });
    const table = HolderTable.parse(bytesOf(lease.table));
    expect(table.size).toBe(0);
    expect(table.firstWindow).toBe(Math.floor(now / 900_000) - 1);
    expect(table.endsAt * 1_000).toBeGreaterThan(now + hours(24) + 900_000);
    expect([lease.denyEpoch, lease.denyNotice, lease.readerCertificate]).toEqual([
      0,
      null,
      kiosk.identity.readerCertificate,
    ]);
  });

  it("renews the reader certificate at half its life, for the same key", async () => {
    const kiosk = await new TestKiosk(site).enrol();
    site.clock.move(days(14));
    expect((await kiosk.lease()).readerCertificate).toBe(kiosk.identity.readerCertificate);
    site.clock.move(days(2));
    const renewed = (await kiosk.lease()).readerCertificate;
    expect(renewed).not.toBe(kiosk.identity.readerCertificate);
    expect((await kiosk.lease()).readerCertificate).toBe(renewed);
    const verified = verifyReader(bytesOf(renewed), trustOf(kiosk.identity), site.clock.now());
    expect(verified.ok && Buffer.from(verified.reader.publicKey).toString("base64url")).toBe(spkiOf(kiosk.key));
  });

  it("goes on being signed by a site that is not restarted for years", async () => {
    const kiosk = await new TestKiosk(site).enrol();
    for (const passed of [200, 400, 700]) {
      site.clock.move(days(200));
      const statuses = await Promise.all([kiosk.lease(), kiosk.lease()]);
      for (const { status } of statuses) {
        const verified = verifyStatus(bytesOf(status), trustOf(kiosk.identity), site.clock.now());
        expect([passed, verified.ok]).toEqual([passed, true]);
      }
    }
  });

  it("is refused to strangers and to a kiosk that the site denied", async () => {
    const kiosk = await new TestKiosk(site).enrol();
    const witness = await new TestKiosk(site, "bed-8").enrol();
    for (const token of ["", "x", "A".repeat(43), `${kiosk.token}A`]) {
      const answer = await site.call("GET", "/v1/kiosk/lease", { token });
      expect([answer.status, answer.code]).toEqual([401, "kiosk-token-refused"]);
    }
    expect(await site.running.deny({ kiosk: "bed-7" })).toBe(1);
    expect(await site.running.deny({ kiosk: "bed-99" })).toBeNull();
    expect((await kiosk.call("GET", "/v1/kiosk/lease")).code).toBe("kiosk-denied");
    const bootstrap = kiosk.enrolment(await site.secret("bootstrap-token"));
    expect((await site.call("POST", "/v1/kiosks", { body: bootstrap })).code).toBe("kiosk-denied");
    const lease = await witness.lease();
    expect(lease.denyEpoch).toBe(1);
    const notice = verifyDenyNotice(bytesOf(lease.denyNotice ?? ""), trustOf(witness.identity), site.clock.now());
    expect(notice).toMatchObject({ ok: true, notice: { site: "st-mary", denyEpoch: 1, kiosks: ["bed-7"] } });
  });

  it("forgets a person whom the site denied, with every key", async () => {
    const kiosk = await new TestKiosk(site).enrol();
    const { enrolment } = await kiosk.grant();
    await kiosk.call("POST", `/v1/enrolments/${enrolment}/credential`, credentialRequest());
    expect(HolderTable.parse(bytesOf((await kiosk.lease()).table)).holder("anna-rossi")?.epoch).toBe(1);
    expect(await site.running.deny({ staffId: "anna-rossi" })).toBe(1);
    expect(HolderTable.parse(bytesOf((await kiosk.lease()).table)).size).toBe(0);
    expect((await kiosk.lease()).denyEpoch).toBe(1);
    expect((await site.overview()).people).toMatchObject([{ staffId: "anna-rossi", credential: "none" }]);
    expect((await kiosk.begin({ staffId: "anna-rossi" })).code).toBe("staff-denied");
  });
});

it("shows what a kiosk reports, and keeps it through a restart", async () => {
  const kiosk = await new TestKiosk(site).enrol();
  const report = { state: "unlocked", profile: "demo", version: "0.1.0", camera: "ok" };
  expect((await kiosk.call("PUT", "/v1/kiosk/reported", report)).status).toBe(204);
  await kiosk.lease();
  const before = await site.overview();
  expect(before.kiosks).toEqual([
    {
      id: "bed-7",
      name: "Bed 7",
      ward: "Ward 3B",
      state: "unlocked",
      profile: "demo",
      camera: "ok",
      lastSeenAt: instant(site.clock.now()),
      readerExpiresAt: site.clock.now() + days(30),
      statusExpiresAt: site.clock.now() + hours(24),
      journalSeq: 0,
      chainValid: true,
    },
  ]);
  await site.restart();
  expect((await site.overview()).kiosks).toEqual(before.kiosks);
  expect((await kiosk.call("PUT", "/v1/kiosk/reported", { ...report, state: "open" })).code).toBe("malformed");
  expect((await kiosk.call("PUT", "/v1/kiosk/reported", { ...report, face: "AAAA" })).code).toBe("malformed");
});
