import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hours } from "@wardkey/protocol";
import { encodeHolderTable, ReportedMessage } from "@wardkey/protocol/fleet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KIOSK, UplinkRoom } from "../testing/uplink-room.js";

const ENROL = "POST /.well-known/est/kiosk/simpleenroll";
const RENEW = "POST /.well-known/est/kiosk/simplereenroll";
const templateKey = new Uint8Array(32).fill(0xa7);

let room: UplinkRoom;
beforeEach(async () => {
  room = await UplinkRoom.open();
});
afterEach(() => room.close());

const filesOf = async (name: RegExp): Promise<string[]> =>
  (await readdir(room.folder)).filter((each) => name.test(each)).sort();

describe("a new kiosk", () => {
  it("makes its keys, proves its ticket, takes a lease and connects", async () => {
    const link = await room.ready();
    expect(link.current()).toMatchObject({ site: "st-elsewhere", denyEpoch: 0, table: room.fleet.table });
    await room.until(() => room.fleet.broker.latest(KIOSK, "reported") !== undefined);
    expect(room.fleet.broker.latest(KIOSK, "status")).toMatchObject({ kind: "birth", body: { session: 1 } });
    expect(room.fleet.broker.latest(KIOSK, "reported")).toMatchObject({
      kind: "reported",
      body: { state: "locked", version: "0.1.0", policy: null, denyEpoch: 0, outbox: 0 },
    });
    expect(room.said).toEqual([]);
    await link.stop();
    for (const file of await filesOf(/./)) {
      if (file === "ticket.json") continue;
      expect([file, (await stat(join(room.folder, file))).mode & 0o077]).toEqual([file, 0]);
    }
  });

  it("keeps its keys to itself, and no template key lies in clear on its disk", async () => {
    const holder = {
      staffId: "anna",
      epoch: 1,
      templateKeys: [{ epoch: 1, key: templateKey }],
      prefixes: new Uint8Array(8),
    };
    room.fleet.table = encodeHolderTable({ firstWindow: 0, windows: 1, holders: [holder] });
    const link = await room.ready();
    expect(Buffer.from(link.current()?.table ?? []).includes(Buffer.from(templateKey))).toBe(true);
    await link.stop();
    for (const file of await filesOf(/./)) {
      const bytes = await readFile(join(room.folder, file));
      expect([file, bytes.includes(Buffer.from(templateKey))]).toEqual([file, false]);
      expect([file, bytes.includes(Buffer.from(templateKey).toString("base64url"))]).toEqual([file, false]);
    }
    const [key = ""] = await filesOf(/^identity-key/);
    const secret = (await readFile(join(room.folder, key), "utf8")).split("\n")[1] ?? "nothing";
    expect(room.fleet.bodies.join("\n")).not.toContain(secret);
  });

  it.each<[string, () => object | string, string]>([
    ["no JSON", () => "{", "ticket-malformed"],
    ["for another device", () => room.fleet.ticket("kiosk-2"), "ticket-of-another"],
    ["for a medical device", () => ({ ...room.fleet.ticket(KIOSK), profile: "medical-device" }), "ticket-of-another"],
    ["for another root", () => ({ ...room.fleet.ticket(KIOSK), rootDigest: "A".repeat(43) }), "root-digest-mismatch"],
    [
      "with a token that nobody issued",
      () => ({ ...room.fleet.ticket(KIOSK), token: "x".repeat(30) }),
      "ticket-refused",
    ],
  ])("says why a ticket %s makes nobody of it, and takes the right one when it is there", async (_what, make, code) => {
    const made = make();
    await writeFile(join(room.folder, "ticket.json"), typeof made === "string" ? made : JSON.stringify(made));
    const link = await room.link();
    await room.until(() => room.said.includes(code));
    expect(link.current()).toBeNull();
    await room.giveTicket();
    await room.until(() => link.health() === "ok");
  });

  it("gives its token to nobody but the holder of the root that the ticket names", async () => {
    await room.giveTicket({ ...room.fleet.ticket(KIOSK), rootDigest: "A".repeat(43) });
    await room.link();
    await room.until(() => room.fleet.count("GET /.well-known/est/cacerts") >= 3);
    expect(room.fleet.count(ENROL)).toBe(0);
  });

  it("asks again with the same key when the answer to its ticket was lost", async () => {
    room.fleet.loseNext = ENROL;
    await room.ready();
    expect(room.fleet.count(ENROL)).toBe(2);
    expect(await filesOf(/^identity-key/)).toHaveLength(1);
  });

  it("survives answers that are none", async () => {
    const good = room.fleet.handler("GET /.well-known/est/cacerts");
    room.fleet.on("GET /.well-known/est/cacerts", () => ({ status: 200, body: "TUlJ".repeat(2_000) }));
    await room.link();
    await room.until(() => room.said.includes("est-answer-malformed"));
    room.fleet.on("GET /.well-known/est/cacerts", () => ({ status: 200, body: "A".repeat(200_000) }));
    await room.until(() => room.said.includes("site-answer-too-large"));
    room.fleet.on("GET /.well-known/est/cacerts", good);
    room.fleet.on("GET /v1/kiosk/lease", () => ({ status: 200, body: '{"status":"' }));
    await room.until(() => room.said.includes("site-answer-malformed"));
  });

  it("refuses a key file that others may read", async () => {
    await (await room.ready()).stop();
    const [key = ""] = await filesOf(/^identity-key/);
    await chmod(join(room.folder, key), 0o644);
    await expect(room.link()).rejects.toMatchObject({ code: "device-key-exposed" });
  });
});

describe("a broker that refuses", () => {
  it("filters is left and tried again, and nothing else waits for it", async () => {
    room.fleet.broker.refusesFilters = true;
    const link = await room.link();
    await room.until(() => room.said.includes("subscription-refused"));
    await room.until(() => link.current() !== null);
    expect(link.health()).toBe("degraded");
    room.fleet.broker.refusesFilters = false;
    await room.until(() => link.health() === "ok");
  });
});

describe("certificates", () => {
  it("are renewed at half life, and the line comes back with the new one", async () => {
    await room.ready();
    const before = room.fleet.broker.serials.at(-1);
    await room.time.advance(hours(11));
    expect(room.fleet.count(RENEW)).toBe(0);
    await room.time.advance(hours(3));
    await room.until(() => room.fleet.count(RENEW) === 1);
    await room.until(() => room.fleet.broker.serials.at(-1) !== before);
    expect(room.said).toEqual([]);
  });

  it("ended in an outage of eighty hours; the lease held for seventy-two of them, and the kiosk comes back unaided", async () => {
    room.fleet.leaseFor = hours(72);
    const link = await room.ready();
    await room.fleet.goAway();
    await room.pass(hours(71));
    expect([link.health(), link.current() === null]).toEqual(["degraded", false]);
    await room.pass(hours(2));
    expect([link.health(), link.current(), link.leaseLeft()]).toEqual(["down", null, 0]);
    await room.until(async () => (await filesOf(/^(lease|table)/)).length === 0);
    await room.pass(hours(7));
    await room.fleet.comeBack();
    await room.until(() => link.health() === "ok");
    expect(room.fleet.count(ENROL)).toBe(1);
  });

  it("that a restored fleet has forgotten are asked for again", async () => {
    const link = await room.ready();
    const lease = room.fleet.handler("GET /v1/kiosk/lease");
    const reader = "POST /.well-known/est/reader/simpleenroll";
    room.fleet.on("GET /v1/kiosk/lease", (body, request) =>
      room.fleet.count(reader) > 1
        ? lease(body, request)
        : { status: 409, body: JSON.stringify({ type: "", title: "", status: 409, code: "reader-missing" }) },
    );
    await room.fleet.command(KIOSK, { command: "refresh" });
    await room.until(() => room.said.includes("reader-missing"));
    const leases = room.fleet.count("GET /v1/kiosk/lease");
    await room.until(() => room.fleet.count("GET /v1/kiosk/lease") > leases && link.health() === "ok");
    expect(room.fleet.count(reader)).toBe(2);
  });

  it("too old for the fleet's patience wait for a fresh ticket", async () => {
    await (await room.ready()).stop();
    await room.time.advance(hours(24 * 32));
    const link = await room.link();
    await room.until(() => room.said.includes("certificate-expired"));
    expect(link.current()).toBeNull();
    await room.giveTicket();
    await room.until(() => link.health() === "ok");
  });

  it("follow the site to its next root, which the old one vouches for", async () => {
    const link = await room.ready();
    const first = link.trust?.rootDigest;
    await room.time.advance(hours(14));
    await room.until(() => room.fleet.count(RENEW) === 1);
    await room.fleet.rotateRoot();
    await room.time.advance(hours(14));
    await room.until(() => room.fleet.count(RENEW) === 2 && link.health() === "ok");
    expect(link.trust?.roots).toHaveLength(2);
    expect(link.trust?.rootDigest).toEqual(first);
    await room.until(() => link.current() !== null);
  });
});

describe("the next start", () => {
  it("goes on without the fleet, with what the lease still gives, and counts its sessions", async () => {
    await (await room.ready()).stop();
    expect(room.fleet.broker.latest(KIOSK, "status")).toMatchObject({ kind: "death", body: { session: 1 } });
    await room.fleet.goAway();
    const again = await room.link();
    expect(again.current()).toMatchObject({ table: room.fleet.table });
    expect(again.health()).toBe("degraded");
    await room.fleet.comeBack();
    await room.until(() => again.health() === "ok");
    expect(room.fleet.broker.latest(KIOSK, "status")).toMatchObject({ kind: "birth", body: { session: 2 } });
  });

  it("finds nothing of a lease that ended while it was off", async () => {
    await (await room.ready()).stop();
    await room.fleet.goAway();
    expect(await filesOf(/^(lease|table)/)).toEqual(["lease.json", "table.sealed"]);
    await room.time.advance(hours(25));
    expect((await room.link()).current()).toBeNull();
    expect(await filesOf(/^(lease|table)/)).toEqual([]);
  });

  it.each(["sealing-key", "table.sealed", "lease.json"])(
    "asks for another lease when %s is not what it was",
    async (name) => {
      await (await room.ready()).stop();
      const other = Buffer.alloc(32, 1).toString("base64url");
      await writeFile(join(room.folder, name), other, { mode: 0o600 });
      const again = await room.link();
      expect(again.current()).toBeNull();
      await room.until(() => again.health() === "ok");
    },
  );
});

describe("a clock", () => {
  it("that is turned back makes no lease longer, nor does a restart after that", async () => {
    const link = await room.ready();
    await room.time.advance(hours(14));
    await room.until(() => link.health() === "ok");
    await room.fleet.goAway();
    const left = link.leaseLeft();
    room.time.setWall(room.time.now() - hours(30));
    expect(link.leaseLeft()).toBeLessThanOrEqual(left);
    await room.pass(hours(25));
    expect(link.leaseLeft()).toBe(0);
    await link.stop();
    expect((await room.link()).leaseLeft()).toBe(0);
  });

  it.each([
    ["ahead", -24],
    ["behind", 24],
  ])("a day %s of the fleet's is shown and reported, and nothing is extended by it", async (_what, fleetHours) => {
    room.fleet.setClock(hours(fleetHours));
    const link = await room.link();
    await room.until(() => room.said.includes("clock-off"));
    await room.until(() => room.fleet.broker.latest(KIOSK, "reported") !== undefined);
    const { body } = ReportedMessage.parse(room.fleet.broker.latest(KIOSK, "reported"));
    expect(Math.round((body.clockOffsetMs ?? 0) / 60_000)).toBe(-fleetHours * 60);
    expect(link.health()).not.toBe("ok");
    expect(link.leaseLeft()).toBeLessThanOrEqual(hours(24));
  });
});
