import { type KeyObject, randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hours } from "@wardkey/protocol";
import { encodeHolderTable, type JournalEvent, type KioskIdentity, type KioskLease } from "@wardkey/protocol/fleet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Journal } from "../journal/index.js";
import { SimulatedSite } from "../testing/simulated-site.js";
import { SimulatedTime } from "../testing/simulated-time.js";
import { createTestSite, newKey, type TestSite } from "../testing/test-site.js";
import { SiteLink } from "./index.js";

const KIOSK = { id: "kiosk-1", name: "Workstation 1", ward: "Ward 3" };
const table = encodeHolderTable({ firstWindow: 0, windows: 1, holders: [] });
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");

let folder: string;
let time: SimulatedTime;
let authority: TestSite;
let site: SimulatedSite;
let key: KeyObject;
let journal: Journal;
let said: string[];
const links: SiteLink[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-uplink-"));
  time = new SimulatedTime();
  authority = await createTestSite("st-elsewhere", time.now());
  site = await SimulatedSite.start();
  said = [];
  key = newKey();
  await writeFile(join(folder, "reader-key.pem"), key.export({ format: "pem", type: "pkcs8" }), { mode: 0o600 });
  await writeFile(join(folder, "token"), "bootstrap-1\n");
  journal = await Journal.open({ file: join(folder, "journal.sqlite"), clock: time, timers: time, newId: randomUUID });
  await answerAsSite();
});
afterEach(async () => {
  for (const link of links.splice(0)) await link.stop();
  await journal.close();
  await site.stop();
  await rm(folder, { recursive: true });
});

async function leaseFor(
  kiosk = KIOSK.id,
  of: { key?: KeyObject; authority?: TestSite; denyEpoch?: number } = {},
): Promise<KioskLease> {
  const made = await (of.authority ?? authority).reader(kiosk, { key: of.key ?? key, denyEpoch: of.denyEpoch ?? 0 });
  return {
    status: text(made.status),
    table: text(table),
    denyEpoch: of.denyEpoch ?? 0,
    readerCertificate: text(made.certificate),
    denyNotice: null,
  };
}

async function answerAsSite(): Promise<void> {
  const lease = await leaseFor();
  const identity: KioskIdentity = {
    site: "st-elsewhere",
    rootCertificate: text(authority.trust.rootCertificate),
    readerCertificate: lease.readerCertificate,
    kioskToken: "kiosk-token-1",
  };
  site.on("POST /v1/kiosks", () => ({ status: 201, body: identity }));
  site.on("GET /v1/kiosk/lease", () => ({ status: 200, body: lease }));
  site.on("PUT /v1/kiosk/reported", () => ({ status: 204, body: null }));
}

async function open(dataDir = folder): Promise<SiteLink> {
  const link = await SiteLink.open({
    dataDir,
    kiosk: KIOSK,
    site: { url: site.url, bootstrapTokenFile: join(folder, "token") },
    clock: time,
    timers: time,
    random: () => 0.5,
    journal,
    log: ({ code }) => void said.push(code),
  });
  links.push(link);
  return link;
}

/** Lets rounds run until the link is where the test wants it: HTTP takes real time, the rest simulated. */
async function until(reached: () => boolean): Promise<void> {
  for (let round = 0; round < 400 && !reached(); round++) {
    await time.advance(50);
    await new Promise((resume) => setTimeout(resume, 2));
  }
  expect(reached()).toBe(true);
}

describe("a new kiosk", () => {
  it("makes a key that stays in a file for its owner alone, and asks for its certificate once", async () => {
    const dataDir = join(folder, "new");
    const link = await open(dataDir);
    link.start();
    await until(() => site.count("POST /v1/kiosks") === 1 && said.length > 0);
    expect((await stat(join(dataDir, "reader-key.pem"))).mode & 0o777).toBe(0o600);
    const secret = (await readFile(join(dataDir, "reader-key.pem"), "utf8")).split("\n")[1] ?? "";
    expect(JSON.stringify(site.calls)).not.toContain(secret.slice(8, 40));
    expect(site.calls[0]?.body).toEqual({
      bootstrapToken: "bootstrap-1",
      ...KIOSK,
      readerPublicKey: text(link.publicKey),
    });
    // The simulated site certified another key: such a lease is none.
    expect(said).toContain("reader-certificate-of-another");
    expect(link.current()).toBeNull();
  });

  it("takes a lease that proves everything, and keeps it for the next start", async () => {
    const link = await open();
    expect([link.health(), link.leaseLeft()]).toEqual(["down", 0]);
    link.start();
    await until(() => link.current() !== null);
    expect(link.health()).toBe("ok");
    expect(link.current()).toMatchObject({ site: "st-elsewhere", denyEpoch: 0, table, denyNotice: null });
    expect(site.calls.at(-1)?.token).toBe("Bearer kiosk-token-1");
    await link.stop();
    await site.stop();
    const again = await open();
    expect(again.current()).not.toBeNull();
    expect(again.health()).toBe("degraded");
    for (const file of ["identity.json", "lease.json", "highest-time"]) {
      expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
    }
  });

  it("says what the site refused, once, and goes on asking", async () => {
    site.refuse("POST /v1/kiosks", 401, "bootstrap-token-refused");
    const link = await open();
    link.start();
    await until(() => site.count("POST /v1/kiosks") >= 3);
    expect(said).toEqual(["bootstrap-token-refused"]);
  });

  it("refuses a key file that others may read", async () => {
    const { chmod } = await import("node:fs/promises");
    await chmod(join(folder, "reader-key.pem"), 0o644);
    await expect(open()).rejects.toMatchObject({ code: "reader-key-exposed" });
  });
});

describe("a lease", () => {
  it.each<[string, () => Promise<KioskLease>, string]>([
    ["of another kiosk", () => leaseFor("kiosk-2"), "reader-certificate-of-another"],
    ["for another key", () => leaseFor(KIOSK.id, { key: newKey() }), "reader-certificate-of-another"],
    [
      "of another site",
      async () => leaseFor(KIOSK.id, { authority: await createTestSite("st-elsewhere", time.now()) }),
      "certificate-untrusted",
    ],
  ])("%s is refused", async (_what, make, code) => {
    const lease = await make();
    site.on("GET /v1/kiosk/lease", () => ({ status: 200, body: lease }));
    const link = await open();
    link.start();
    await until(() => said.length > 0);
    expect(said[0]).toBe(code);
    expect(link.current()).toBeNull();
  });

  it("with an older deny epoch than one already known is refused", async () => {
    const newer = await leaseFor(KIOSK.id, { denyEpoch: 4 });
    const older = await leaseFor(KIOSK.id, { denyEpoch: 3 });
    site.on("GET /v1/kiosk/lease", () => ({ status: 200, body: newer }));
    const link = await open();
    link.start();
    await until(() => link.current()?.denyEpoch === 4);
    site.on("GET /v1/kiosk/lease", () => ({ status: 200, body: older }));
    await until(() => said.includes("deny-epoch-regressed"));
    expect(link.current()?.denyEpoch).toBe(4);
  });

  it("ends when it says, with the site away: the table is overwritten and the file removed", async () => {
    const link = await open();
    link.start();
    await until(() => link.current() !== null);
    const held = link.current()?.table;
    await site.stop();
    await time.advance(hours(24) - 60_000);
    expect(link.current()).not.toBeNull();
    expect(link.health()).toBe("degraded");
    await time.advance(120_000);
    await until(() => said.includes("lease-expired"));
    expect([link.current(), link.leaseLeft(), link.health()]).toEqual([null, 0, "down"]);
    expect(held?.every((byte) => byte === 0)).toBe(true);
    await expect(stat(join(folder, "lease.json"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("is erased at the next start when it ended while the kiosk was off", async () => {
    const link = await open();
    link.start();
    await until(() => link.current() !== null);
    await link.stop();
    await site.stop();
    expect(await readdir(folder)).toContain("lease.json");
    await time.advance(hours(25));
    const again = await open();
    expect(again.current()).toBeNull();
    expect(await readdir(folder)).not.toContain("lease.json");
  });

  it("is not made longer by a clock that is turned back, nor by a restart after that", async () => {
    const link = await open();
    link.start();
    await until(() => link.current() !== null);
    await time.advance(hours(20));
    await until(() => link.health() === "ok");
    const left = link.leaseLeft();
    time.setWall(time.now() - hours(30));
    expect(link.leaseLeft()).toBeLessThanOrEqual(left);
    await time.advance(hours(5));
    expect(link.leaseLeft()).toBe(0);
    await link.stop();
    await site.stop();
    const again = await open();
    expect(again.leaseLeft()).toBe(0);
  });
});

describe("the outbox", () => {
  let held: JournalEvent[];

  beforeEach(() => {
    held = [];
    site.on("POST /v1/kiosk/events", (body) => {
      const { events } = body as { events: JournalEvent[] };
      held.push(...events.filter((event) => !held.some((known) => known.id === event.id)));
      return { status: 200, body: { seq: held.at(-1)?.seq ?? 0, head: held.at(-1)?.hash ?? "" } };
    });
  });

  const note = (count: number) => {
    for (let each = 0; each < count; each++) journal.note("radio.lost", { reason: "test" });
  };

  it("sends everything once, in order, and moves the cursor over what the site holds", async () => {
    note(450);
    const link = await open();
    link.start();
    await until(() => held.length === 450);
    await until(() => said.length === 0);
    expect(held.map((event) => event.seq)).toEqual(Array.from({ length: 450 }, (_, index) => index + 1));
    await link.stop();
    expect(await journal.outbox()).toBe(450);
  });

  it("sends the last events of a run when it stops, and does not wait for a site that hangs", async () => {
    const link = await open();
    link.start();
    await until(() => link.current() !== null);
    note(1);
    await journal.settled();
    await link.stop();
    expect(held).toHaveLength(1);
    site.hang("GET /v1/kiosk/lease");
    const second = await open();
    second.start();
    const asked = site.count("GET /v1/kiosk/lease");
    await until(() => site.count("GET /v1/kiosk/lease") > asked);
    const stopped = second.stop();
    await time.advance(1_000);
    await stopped;
  });

  it("loses nothing while the site is away", async () => {
    const link = await open();
    link.start();
    await until(() => link.current() !== null);
    site.refuse("POST /v1/kiosk/events", 503, "unavailable");
    note(3);
    await until(() => said.includes("unavailable"));
    expect(await journal.outbox()).toBe(0);
    site.on("POST /v1/kiosk/events", (body) => {
      held.push(...(body as { events: JournalEvent[] }).events);
      return { status: 200, body: { seq: 3, head: held.at(-1)?.hash } };
    });
    site.on("GET /v1/kiosk/events/head", () => ({ status: 200, body: { seq: 0, head: "A".repeat(43) } }));
    await until(() => held.length === 3);
  });

  it("catches up when the site holds more than was acknowledged", async () => {
    note(3);
    await journal.settled();
    const events = await journal.after(0, 3);
    site.refuse("POST /v1/kiosk/events", 409, "journal-regression");
    site.on("GET /v1/kiosk/events/head", () => ({ status: 200, body: { seq: 2, head: events[1]?.hash } }));
    const link = await open();
    link.start();
    await until(() => site.count("GET /v1/kiosk/events/head") >= 1);
    await link.stop();
    expect(await journal.outbox()).toBe(2);
  });

  it("stops at a fork: what the site holds under this number is not what happened here", async () => {
    note(2);
    site.refuse("POST /v1/kiosk/events", 409, "journal-fork");
    site.on("GET /v1/kiosk/events/head", () => ({ status: 200, body: { seq: 1, head: "B".repeat(43) } }));
    const link = await open();
    link.start();
    await until(() => said.includes("journal-fork"));
    await link.stop();
    expect(await journal.outbox()).toBe(0);
  });
});
