import { X509Certificate } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { backUp, restore, rotateIntermediate, rotateRoot, verifyDatabase } from "@wardkey/fleet-server";
import { instant } from "@wardkey/protocol";
import { createSiteTrust } from "@wardkey/protocol/credential";
import type { ScreenView } from "@wardkey/protocol/screen";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readJournal } from "../src/shift/journal.js";
import { standNear, tap, walkAway } from "../src/shift/steps.js";
import { type Administrators, registerTwo } from "./test-support/administrators.js";
import { stealIdentity } from "./test-support/kiosk-identity.js";
import { openWard, type Ward } from "./test-support/ward.js";

const KIOSK = "kiosk-1";
const SITE = { id: "st-elsewhere", name: "St Elsewhere (demo)" };
/** What revocation and denial may take, from the administrator's request to the kiosk's screen. */
const CUT_WITHIN_MS = 5_000;
/** A kiosk asks again after pauses that grow, and with the machine's other work beside it. */
const BACK_WITHIN_MS = 60_000;

let ward: Ward;
let administrators: Administrators;

beforeAll(async () => {
  ward = await openWard(["tap"]);
  await ward.stand("tap");
  administrators = await registerTwo(() => ward.hospital.site);
}, 120_000);
afterAll(() => ward?.close());

const kiosk = () => ward.screens().kiosk;
const pki = () => join(ward.hospital.folders.site, "pki");
const isState = (state: ScreenView["session"]["state"]) => (view: ScreenView) => view.session.state === state;
const isCutOff = ({ session }: ScreenView) => session.state === "degraded" && session.reason === "kiosk-cut-off";
const reconnected = () => kiosk().until("the fleet again", ({ health }) => health.fleet === "ok", BACK_WITHIN_MS);

async function comesAndGoes(): Promise<readonly string[]> {
  const [came, left] = [await tap(ward.screens()), await walkAway(ward.screens())];
  return [came.outcome, left.outcome];
}

const ownJournal = () => readJournal(String(ward.hospital.process("agent").ready["journalFile"]));

/** Event by event: what the kiosk's file holds, and what the fleet's audit holds of it. */
async function bothJournals() {
  const own = (await ownJournal()).map(({ id, seq, hash, kind }) => ({ id, seq, hash, kind }));
  return { own, held: await administrators.audited(KIOSK) };
}

/** The outbox drains in the background; what a kiosk journals of the connection itself follows at once. */
async function allArrived(): Promise<number> {
  let held = 0;
  await expect
    .poll(
      async () => {
        const both = await bothJournals();
        held = both.held.length;
        return { missing: both.own.length - held, same: JSON.stringify(both.own) === JSON.stringify(both.held) };
      },
      { timeout: BACK_WITHIN_MS, interval: 500 },
    )
    .toEqual({ missing: 0, same: true });
  return held;
}

async function verified(): Promise<unknown> {
  const roots = readdirSync(pki()).filter((name) => /^root.*\.cer$/.test(name));
  const [rootCertificate = new Uint8Array(), ...moreRoots] = roots.map((name) => readFileSync(join(pki(), name)));
  const made = createSiteTrust({ site: SITE.id, rootCertificate, moreRoots });
  if (!made.ok) throw new Error(made.code);
  const path = join(ward.hospital.folders.site, "site.db");
  const { ok, findings } = await verifyDatabase({ path, trust: made.trust, threads: 0 });
  return { ok, findings };
}

describe("a fleet server killed in the middle of a shift", () => {
  it("is missed by nobody at the kiosk, and gets every event once when it is back", async () => {
    await ward.hospital.killSite();
    expect(await comesAndGoes()).toEqual(["unlocked", "locked"]);
    expect(kiosk().latest()?.health.fleet).not.toBe("ok");
    await ward.hospital.startSite();
    await reconnected();
    expect(await allArrived()).toBeGreaterThan(5);
    expect(await verified()).toEqual({ ok: true, findings: [] });
  }, 120_000);
});

describe("a rotated authority", () => {
  const ceremony = () => ({
    folder: pki(),
    site: SITE,
    now: instant(Date.now()),
    rootKeyFile: join(pki(), "root.key"),
  });
  const intermediates = () =>
    readdirSync(pki())
      .filter((name) => /^intermediate.*\.cer$/.test(name))
      .map((name) => new X509Certificate(readFileSync(join(pki(), name))));
  /** Every certificate that the kiosk has, anew. */
  const renewed = async (issuer: (reader: X509Certificate) => boolean): Promise<void> => {
    const answer = await administrators.ask("POST", `/v1/devices/${KIOSK}/command`, { command: "renew-certificates" });
    expect(answer).toMatchObject({ outcome: "answered" });
    await expect.poll(() => issuer(stealIdentity(ward.hospital).reader), { timeout: 20_000 }).toBe(true);
  };

  it("that is an intermediate, taken up by two people, reaches kiosk and phone with nobody walking there", async () => {
    const made = await rotateIntermediate(ceremony());
    const done = await administrators.together("ca.rotate", { what: "intermediate", digest: made.digest });
    expect(done).toMatchObject({ state: "executed", result: { outcome: "in-force" } });
    await renewed((reader) => reader.verify(new X509Certificate(made.certificate).publicKey));
    expect(await comesAndGoes()).toEqual(["unlocked", "locked"]);
  }, 60_000);

  it("that is the root, too: the phone that knows the old one alone lets her in as before", async () => {
    const old = new X509Certificate(readFileSync(join(pki(), "root.cer")));
    const before = intermediates();
    const newRootKeyFile = join(ward.hospital.folders.site, "new-root.key");
    const made = await rotateRoot({ ...ceremony(), newRootKeyFile });
    expect(new X509Certificate(made.rootCertificate).fingerprint256).not.toBe(old.fingerprint256);
    const done = await administrators.together("ca.rotate", { what: "root", digest: made.rootDigest });
    expect(done).toMatchObject({ state: "executed", result: { outcome: "in-force" } });
    await renewed((reader) => before.every((each) => !reader.verify(each.publicKey)));
    expect(await comesAndGoes()).toEqual(["unlocked", "locked"]);
    await reconnected();
    expect(await allArrived()).toBeGreaterThan(0);
  }, 60_000);
});

describe("a fleet server restored from an older backup", () => {
  it("is noticed by the kiosk, which sends what is missing, and its audit verifies", async () => {
    const { site, logs } = ward.hospital.folders;
    const backup = join(logs, "backup");
    await backUp({ dataDir: site, to: backup, now: Date.now() });
    expect(await comesAndGoes()).toEqual(["unlocked", "locked"]);
    const before = await allArrived();
    await ward.hospital.killSite();
    rmSync(site, { recursive: true });
    await restore({ from: backup, dataDir: site, now: Date.now() });
    expect(existsSync(join(site, "pki", "root.key"))).toBe(false);
    await ward.hospital.startSite();
    await reconnected();
    expect(await allArrived()).toBeGreaterThanOrEqual(before);
    expect(await verified()).toEqual({ ok: true, findings: [] });
    expect(await comesAndGoes()).toEqual(["unlocked", "locked"]);
  }, 120_000);
});

describe("cutting off", () => {
  it("a kiosk in quarantine locks within five seconds, and works again when it is released", async () => {
    await administrators.ask("POST", `/v1/devices/${KIOSK}/quarantine`, { reason: "odd-behaviour" });
    await kiosk().until("the quarantine", isCutOff, CUT_WITHIN_MS);
    await administrators.ask("POST", `/v1/devices/${KIOSK}/release`);
    await kiosk().until("the release", isState("locked"), CUT_WITHIN_MS);
  }, 60_000);

  it("a revoked person is out of the open session within five seconds, and comes in no more (row 7)", async () => {
    expect((await tap(ward.screens())).outcome).toBe("unlocked");
    await administrators.ask("POST", "/v1/staff/anna-rossi/revoke", { reason: "left-in-anger" });
    const isOver = (view: ScreenView) => !isState("unlocked")(view) && !isState("leaving")(view);
    const lockedBy = async () =>
      (await ownJournal()).flatMap(({ kind, body }) => (kind === "session.locked" ? [body] : [])).at(-1);
    await Promise.all([
      kiosk().until("the end of her session", isOver, CUT_WITHIN_MS),
      expect.poll(lockedBy, { timeout: CUT_WITHIN_MS }).toMatchObject({ reason: "person-cut-off" }),
    ]);
    expect((await standNear(ward.screens())).states).not.toContain("unlocked");
  }, 60_000);

  it("a denied kiosk is dead within five seconds: screen, connection and lease (row 14)", async () => {
    const stolen = stealIdentity(ward.hospital);
    expect(await stolen.ask("/v1/kiosk/lease")).toEqual({ status: 200, code: null });
    const online = async () => {
      const { device } = await administrators.ask("GET", `/v1/devices/${KIOSK}`);
      return (device as { online: boolean }).online;
    };
    expect(await online()).toBe(true);
    await administrators.ask("POST", `/v1/devices/${KIOSK}/deny`, { reason: "stolen" });
    await Promise.all([
      kiosk().until("the denial", isCutOff, CUT_WITHIN_MS),
      expect.poll(online, { timeout: CUT_WITHIN_MS }).toBe(false),
    ]);
    expect(await stolen.ask("/v1/kiosk/lease")).toEqual({ status: 403, code: "device-denied" });
  }, 60_000);
});
