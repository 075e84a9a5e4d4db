import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RiskRoom } from "./testing/risk-room.js";

const MINUTE = 60_000;
let room: RiskRoom;
beforeEach(async () => {
  room = await RiskRoom.make();
});
afterEach(() => room.remove());

const INJECTED = ["camera.lost", { reason: "camera-injected" }] as const;
const NOT_LIVE = ["tap.refused", { reason: "not-live" }] as const;
const SHOWN = [NOT_LIVE, NOT_LIVE, NOT_LIVE] as const;
const told = () => room.said.map(({ device, body }) => [device, body.level, body.reasons]);
const kinds = () => room.recorded.map(({ kind }) => kind);

describe("a risk", () => {
  it("is told to the device with its reasons and its end, journaled, and let go when it is over", async () => {
    const at = room.time.now();
    await room.tell("bed-7", ...SHOWN);
    expect(told()).toEqual([["bed-7", "raised", ["presentation-attack"]]]);
    expect(room.said[0]?.body.until).toBe(at + 60 * MINUTE);
    expect(room.recorded).toMatchObject([
      { kind: "risk.detected", body: { detector: "presentation-attack", device: "bed-7", staffId: null } },
      { kind: "risk.raised", body: { device: "bed-7", level: "raised", reasons: "presentation-attack" } },
    ]);
    await room.move(61 * MINUTE);
    expect(told().slice(1)).toEqual([["bed-7", "normal", []]]);
    expect(kinds().slice(2)).toEqual(["risk.let-go"]);
    expect((room.said[1]?.epoch ?? 0) > (room.said[0]?.epoch ?? 0)).toBe(true);
  });

  it("shortens a lease while it lasts, and has it fetched anew at both ends", async () => {
    const settings = { "lease.hours": 24, "risk.leaseHours": 4 };
    expect(room.risk.leaseHours("bed-7", settings)).toBe(24);
    await room.tell("bed-7", ...SHOWN);
    expect([room.risk.leaseHours("bed-7", settings), room.risk.leaseHours("bed-8", settings)]).toEqual([4, 24]);
    expect(room.risk.leaseHours("bed-7", { "lease.hours": 2, "risk.leaseHours": 4 })).toBe(2);
    await room.move(61 * MINUTE);
    expect(room.risk.leaseHours("bed-7", settings)).toBe(24);
    expect(room.leases).toEqual(["bed-7", "bed-7"]);
  });

  it("locks a device where the policy says so, and lets it out again", async () => {
    room.quarantines = true;
    await room.tell("bed-7", ...SHOWN);
    expect([...room.locked]).toEqual([]);
    await room.tell("bed-7", INJECTED);
    expect(told().at(-1)).toEqual(["bed-7", "high", ["presentation-attack"]]);
    expect([...room.locked]).toEqual(["bed-7"]);
    await room.move(62 * MINUTE);
    expect([...room.locked]).toEqual([]);
    expect(told().at(-1)).toEqual(["bed-7", "normal", []]);
  });

  it("does not lock again what a person let out, and says that it is out, until it is over and comes again", async () => {
    room.quarantines = true;
    await room.tell("bed-7", ...SHOWN, INJECTED);
    const told = async () => (await room.get<{ told: object }>("/v1/risk/asset?id=device:bed-7")).told;
    expect(await told()).toMatchObject({ level: "high", quarantined: true });
    room.locked.delete("bed-7");
    await room.tell("bed-7", ...SHOWN);
    await room.move(MINUTE);
    expect([...room.locked]).toEqual([]);
    expect(await told()).toMatchObject({ level: "high", quarantined: false });
    await room.move(62 * MINUTE);
    await room.tell("bed-7", ...SHOWN, INJECTED);
    expect(await told()).toMatchObject({ level: "high", quarantined: true });
  });

  it("does not lock for the same risk what a person had locked and lets out, and lets nobody else's lock go", async () => {
    room.quarantines = true;
    room.lockedByPerson.add("bed-7");
    await room.tell("bed-7", ...SHOWN, INJECTED);
    room.lockedByPerson.delete("bed-7");
    await room.move(MINUTE);
    expect([...room.locked]).toEqual([]);
    await room.move(62 * MINUTE);
    await room.tell("bed-7", ...SHOWN, INJECTED);
    expect([...room.locked]).toEqual(["bed-7"]);
    room.lockedByPerson.add("bed-7");
    await room.move(62 * MINUTE);
    expect([...room.locked]).toEqual(["bed-7"]);
  });

  it("follows a policy that changes meanwhile", async () => {
    await room.tell("bed-7", INJECTED);
    expect([...room.locked]).toEqual([]);
    room.quarantines = true;
    await room.move(MINUTE);
    expect([...room.locked]).toEqual(["bed-7"]);
    room.quarantines = false;
    await room.move(MINUTE);
    expect([...room.locked]).toEqual([]);
  });

  it("is said again until the broker took it", async () => {
    room.brokerTakes = false;
    await room.tell("bed-7", ...SHOWN);
    expect(told()).toEqual([]);
    room.brokerTakes = true;
    await room.move(2 * MINUTE);
    expect(told()).toEqual([["bed-7", "raised", ["presentation-attack"]]]);
  });

  it("outlives a restart, and what ended meanwhile is let go at the start", async () => {
    await room.tell("bed-7", ...SHOWN);
    await room.stop();
    await room.start();
    expect(room.risk.statements.of("bed-7")).toMatchObject({ level: "raised", said: true });
    expect(told()).toHaveLength(1);
    await room.stop();
    await room.time.move((90 * MINUTE) as Parameters<typeof room.time.move>[0]);
    await room.start();
    await room.move(1_000);
    expect(told().slice(1)).toEqual([["bed-7", "normal", []]]);
  });

  it("counts a delivery that comes twice as one", async () => {
    const at = room.time.now();
    const events = Array.from({ length: 3 }, (_, index) => ({
      ...{ seq: index + 1, kind: "tap.refused", at, body: { reason: "no-match" } },
    }));
    room.risk.note("bed-7", events);
    room.risk.note("bed-7", events);
    await room.move(1_000);
    expect(kinds()).toEqual([]);
  });

  it("comes from a look at all devices too", async () => {
    room.looks.push({
      ...{ detector: "policy-lag", device: "lab-1", staffId: null, strength: 0.4, at: room.time.now() + MINUTE },
      ...{ lastsMs: 15 * MINUTE, facts: { code: "policy-lag", minutes: 40 } },
    });
    await room.move(MINUTE);
    expect(told()).toEqual([["lab-1", "raised", ["policy-lag"]]]);
  });

  it("is never the fleet's own word about risks", async () => {
    room.risk.noteOwn("risk.raised", { device: "bed-7" }, room.time.now());
    await room.move(1_000);
    expect(kinds()).toEqual([]);
  });
});

describe("a detection", () => {
  it("is let go by a person with a reason, which is journaled; its device is told at once", async () => {
    await room.tell("bed-7", ...SHOWN);
    const { detections } = await room.get<{ detections: { id: string }[] }>("/v1/risk/detections");
    const url = `/v1/risk/detections/${detections[0]?.id}/dismiss`;
    const answer = await room.server.inject({ method: "POST", url, payload: { reason: "handled" } });
    expect(answer.json()).toMatchObject({ active: false, dismissed: { by: "olga", reason: "handled" } });
    await room.move(0);
    expect(told().at(-1)).toEqual(["bed-7", "normal", []]);
    expect(kinds()).toEqual(["risk.detected", "risk.raised", "risk.let-go", "risk.dismissed"]);
    expect((await room.server.inject({ method: "POST", url, payload: { reason: "handled" } })).statusCode).toBe(404);
    const past = await room.get<{ total: number }>("/v1/risk/detections?state=past");
    const active = await room.get<{ total: number }>("/v1/risk/detections?state=active");
    expect([past.total, active.total]).toEqual([1, 0]);
  });

  it("is found by part of an id, in the order that was asked for", async () => {
    await room.tell(
      "bed-7",
      ...Array.from({ length: 6 }, () => ["tap.refused", { reason: "no-match" }] as const),
      ...SHOWN,
    );
    const listed = async (search: string): Promise<string[]> =>
      (await room.get<{ detections: { detector: string }[] }>(`/v1/risk/detections?${search}`)).detections.map(
        ({ detector }) => detector,
      );
    expect(await listed("sort=detector&order=up")).toEqual(["presentation-attack", "refusal-burst"]);
    expect(await listed("sort=detector&order=down")).toEqual(["refusal-burst", "presentation-attack"]);
    expect((await listed("search=BED")).length).toBe(2);
    expect(await listed("search=%25")).toEqual([]);
    expect(await listed("search=ed-8")).toEqual([]);
  });

  it("explains itself", async () => {
    await room.tell(
      "bed-7",
      ...Array.from({ length: 6 }, () => ["tap.refused", { reason: "no-match" }] as const),
      ...SHOWN,
    );
    const answer = await room.get("/v1/risk/asset?id=device:bed-7");
    expect(answer).toMatchObject({
      asset: { id: "device:bed-7", kind: "device", level: "raised" },
      told: { level: "raised", reasons: ["presentation-attack", "refusal-burst"], said: true, quarantined: false },
      detections: [
        { detector: "presentation-attack", facts: { code: "not-live", count: 3, minutes: 10 } },
        { detector: "refusal-burst", facts: { code: "no-match", count: 6, minutes: 5 } },
      ],
    });
  });
});
