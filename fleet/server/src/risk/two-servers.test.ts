import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { importFile } from "./app/importing.js";
import type { Risk } from "./app/risk.js";
import { RiskRoom } from "./testing/risk-room.js";

const INJECTED = ["camera.lost", { reason: "camera-injected" }] as const;
const NOTHING_READ = { rows: 1, unmatched: 0, faults: [], faultCount: 0, vulnerabilities: [] };

let room: RiskRoom;
let leader: Risk;
let follower: Risk;
beforeEach(async () => {
  room = await RiskRoom.make();
  leader = room.risk;
  follower = await room.open();
});
afterEach(async () => {
  await follower.stop();
  await room.remove();
});

/** As it happens every two seconds at the leader, and at others once the picture is a quarter of a minute old. */
async function follow(): Promise<void> {
  await room.move(16_000);
  for (const risk of [leader, follower]) await risk.refresh();
  await room.move(0);
}
const activeAt = (risk: Risk) => risk.picture.detections.active().map(({ detector }) => detector);
const noticed = async (): Promise<string> => {
  await room.tell("bed-7", INJECTED);
  await follow();
  expect([activeAt(leader), activeAt(follower)]).toEqual([["presentation-attack"], ["presentation-attack"]]);
  return leader.picture.detections.active()[0]?.id ?? "";
};
const levels = () => room.said.map(({ body }) => body.level);

describe("a suspicion that somebody lets go through a server that follows", () => {
  it("is let go in the database at once, by the leader at its next look, and its device is told", async () => {
    const id = await noticed();
    expect(await follower.dismiss(id, "olga", "handled")).toMatchObject({ id, dismissed: { by: "olga" } });
    const { detections } = await room.store.detections({
      ...{ state: "past", sort: "last", order: "down", people: true, now: room.time.now(), from: 0, limit: 10 },
    });
    expect(detections).toMatchObject([{ id, dismissed: { by: "olga", reason: "handled" } }]);
    expect(levels()).toEqual(["high"]);
    await follow();
    expect([activeAt(leader), activeAt(follower), levels()]).toEqual([[], [], ["high", "normal"]]);
  });

  it("stays let go when the leader keeps more of it meanwhile, and is let go by one person alone", async () => {
    const id = await noticed();
    await follower.dismiss(id, "olga", "handled");
    await room.tell("bed-7", INJECTED);
    expect(await leader.dismiss(id, "carla", "test")).toBeNull();
    await follow();
    expect([activeAt(leader), activeAt(follower)]).toEqual([[], []]);
    expect(room.recorded.filter(({ kind }) => kind === "risk.dismissed")).toMatchObject([{ body: { by: "olga" } }]);
  });

  it("comes again as another one", async () => {
    const id = await noticed();
    await follower.dismiss(id, "olga", "handled");
    await follow();
    await room.tell("bed-7", INJECTED);
    expect(leader.picture.detections.active().map((each) => each.id === id)).toEqual([false]);
  });

  it("may be one that the leader noticed a moment ago", async () => {
    room.risk.note("bed-7", [{ seq: 1, kind: INJECTED[0], at: room.time.now(), body: INJECTED[1] }]);
    const [detection] = leader.picture.detections.active();
    expect(await leader.dismiss(detection?.id ?? "", "olga", "test")).toMatchObject({ dismissed: { by: "olga" } });
    expect(activeAt(leader)).toEqual([]);
  });
});

describe("a file that comes through a server that follows", () => {
  const known = () => [leader, follower].map((risk) => risk.picture.model.assets.has("service:ehr"));
  const parts = () => ({
    ...{ store: room.store, risk: follower, now: () => room.time.now(), newId: randomUUID },
    record: async () => undefined,
  });
  const ehr = { id: "service:ehr", kind: "service", name: "EHR", zone: null, impact: 0.7, exposure: 0 } as const;

  it("is in the leader's picture soon, and so is that it was removed", async () => {
    const file = { ...NOTHING_READ, inventory: { assets: [ehr], links: [], duplicates: 0 } };
    await importFile(parts(), {
      ...{ source: "cmdb", what: "inventory", by: "olga", dryRun: false, file: { outcome: "read", file } },
    });
    expect(known()).toEqual([false, true]);
    await follow();
    expect(known()).toEqual([true, true]);
    const { revision } = leader;
    await follow();
    expect(leader.revision - revision).toBeLessThanOrEqual(1);

    expect(await room.store.remove("cmdb")).toBe(true);
    await follower.redraw();
    await follow();
    expect([known(), leader.sources]).toEqual([[false, false], []]);
  });
});
