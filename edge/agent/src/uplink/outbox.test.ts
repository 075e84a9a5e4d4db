import { minutes } from "@wardkey/protocol";
import { topics } from "@wardkey/protocol/fleet";
import { verifyStatement } from "@wardkey/protocol/fleet/signed";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KIOSK, UplinkRoom } from "../testing/uplink-room.js";

/** Each is on the disk before it counts. */
const AN_HOURS_EVENTS = process.env["WARDKEY_CAMPAIGN"] === "1" ? 3_000 : 600;

let room: UplinkRoom;
beforeEach(async () => {
  room = await UplinkRoom.open();
});
afterEach(() => room.close());

const sequence = (): number[] => (room.fleet.journals.get(KIOSK) ?? []).map(({ seq }) => seq);
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);
const alarms = async (): Promise<unknown[]> => {
  await room.journal.settled();
  return (await room.journal.after(0, 10_000))
    .filter(({ kind }) => kind === "security.alert")
    .map(({ body }) => body["reason"]);
};

describe("the outbox", () => {
  it("sends everything, in order, and moves over what the fleet acknowledged", async () => {
    room.note(450);
    await room.ready();
    await room.until(async () => (await room.journal.outbox()) === 450);
    expect(sequence()).toEqual(upTo(450));
  });

  it("sends what comes later by itself", async () => {
    await room.ready();
    for (const last of [1, 2, 7]) {
      room.note(last - room.held);
      await room.until(() => room.held === last);
    }
    await room.until(async () => (await room.journal.outbox()) === 7);
  });

  it("loses and doubles nothing in an hour without the fleet, and drains it within five minutes", async () => {
    const link = await room.ready();
    room.note(10);
    await room.until(() => room.held === 10);
    await room.fleet.goAway();
    for (let minute = 0; minute < 60; minute++) {
      room.note(AN_HOURS_EVENTS / 60);
      await room.time.leap(minutes(1));
    }
    expect([link.health(), room.held, link.current() === null]).toEqual(["degraded", 10, false]);
    await room.fleet.comeBack();
    const backAt = room.time.monotonic();
    await room.until(async () => (await room.journal.outbox()) === 10 + AN_HOURS_EVENTS);
    expect(room.time.monotonic() - backAt).toBeLessThan(minutes(5));
    expect(sequence()).toEqual(upTo(10 + AN_HOURS_EVENTS));
  });

  it("sends again what the fleet took and did not acknowledge, and the fleet has it once", async () => {
    await room.ready();
    const head = room.fleet.handler("GET /v1/kiosk/events/head");
    room.fleet.refuse("GET /v1/kiosk/events/head", 503, "storage-unavailable");
    room.fleet.acknowledges = false;
    room.note(120);
    await room.until(() => room.held === 120);
    await room.time.advance(minutes(5));
    expect(await room.journal.outbox()).toBe(0);
    room.fleet.on("GET /v1/kiosk/events/head", head);
    room.fleet.acknowledges = true;
    await room.until(async () => (await room.journal.outbox()) === 120);
    expect(sequence()).toEqual(upTo(120));
  });

  it("begins again where a fleet that was restored from its backup ends, and says so in the journal", async () => {
    await room.ready();
    room.note(60);
    await room.until(async () => (await room.journal.outbox()) === 60);
    await room.fleet.goAway();
    room.fleet.restoreBackup(KIOSK, 25);
    await room.fleet.comeBack();
    await room.until(() => room.held >= 61);
    expect(sequence()).toEqual(upTo(61));
    expect(await alarms()).toEqual(["journal-fleet-behind"]);
  });

  it("believes no acknowledgement of the time before the fleet was restored", async () => {
    await room.ready();
    room.note(30);
    await room.until(async () => (await room.journal.outbox()) === 30);
    const last = room.fleet.journals.get(KIOSK)?.at(-1);
    const ack = { seq: 30, head: last?.hash ?? "", refusal: null };
    const old = await room.fleet.sign("ack", ack, { to: KIOSK, epoch: 30 });
    await room.time.advance(minutes(1));
    await room.fleet.goAway();
    room.fleet.restoreBackup(KIOSK, 5);
    room.fleet.acknowledges = false;
    await room.fleet.comeBack();
    await room.until(() => room.held >= 30);
    await room.fleet.broker.publish(topics.acknowledgement(room.fleet.site, KIOSK), old, false);
    await room.time.advance(1_000);
    expect(await room.journal.outbox()).toBe(5);
  });

  it("stops at a fork and when the fleet holds more than ever happened here, and raises the alarm", async () => {
    await room.ready();
    room.note(3);
    await room.until(async () => (await room.journal.outbox()) === 3);
    const held = room.fleet.journals.get(KIOSK) ?? [];
    const [first] = held;
    if (first === undefined) throw new Error("nothing held");
    await room.fleet.goAway();
    held[2] = { ...first, seq: 3, hash: "B".repeat(43) };
    await room.fleet.comeBack();
    await room.until(() => room.said.includes("journal-fork"));
    held.push({ ...first, seq: 4 }, { ...first, seq: 5 }, { ...first, seq: 6 });
    await room.fleet.goAway();
    await room.fleet.comeBack();
    await room.until(() => room.said.includes("journal-fleet-ahead"));
    expect(await room.journal.outbox()).toBe(3);
    expect(await alarms()).toEqual(["journal-fork", "journal-fleet-ahead"]);
  });

  it("accuses nobody while its own journal cannot be read", async () => {
    const link = await room.ready();
    room.note(3);
    await room.until(async () => (await room.journal.outbox()) === 3);
    await link.stop();
    await room.loseJournal();
    await room.link();
    await room.until(() => room.said.includes("journal-unavailable"));
    expect(room.said).not.toContain("journal-fleet-ahead");
  });

  it("signs a checkpoint of what was acknowledged: every hundred entries, each quarter of an hour, and when it stops", async () => {
    const link = await room.ready();
    const heads = async (): Promise<unknown[]> => {
      const found = [];
      for (const { payload } of room.fleet.broker.heard.filter(({ leaf }) => leaf === "event")) {
        const { kind, body } = payload as { kind: string; body: { statement: string } };
        const trust = link.trust;
        if (kind !== "checkpoint" || trust === null) continue;
        const at = room.fleet.now();
        const checked = await verifyStatement(body.statement, { trust, at, kind: "checkpoint", to: null });
        if (!checked.ok) throw new Error(checked.code);
        found.push([checked.statement.device, checked.statement.body]);
      }
      return found;
    };
    const head = (seq: number): unknown => [KIOSK, { seq, head: room.fleet.journals.get(KIOSK)?.[seq - 1]?.hash }];
    room.note(100);
    await room.until(async () => (await room.journal.outbox()) === 100);
    await room.until(async () => (await heads()).length === 1);
    room.note(1);
    await room.until(async () => (await room.journal.outbox()) === 101);
    await room.time.advance(minutes(16));
    await room.until(async () => (await heads()).length === 2);
    room.note(1);
    await room.until(async () => (await room.journal.outbox()) === 102);
    await link.stop();
    expect(await heads()).toEqual([head(100), head(101), head(102)]);
  });
});
