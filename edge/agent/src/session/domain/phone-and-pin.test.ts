import { describe, expect, it } from "vitest";
import { SimulatedSession } from "./session-world.js";

const carla = { id: "carla", faceless: true } as const;

/** Carla is in with her phone and its PIN; nobody stands before the camera. */
function inByPhone(): SimulatedSession {
  const world = new SimulatedSession({ face: "none", camera: "unavailable" });
  world.send({ type: "near", holder: carla });
  world.prove("phone");
  expect(world.session.mode).toMatchObject({
    name: "unlocked",
    served: { holder: carla, way: "phone", staffId: "carla", endsAt: null },
  });
  return world;
}

describe("a session by phone and PIN", () => {
  it("lasts as long as its heartbeats do, and no longer", () => {
    const world = inByPhone();
    for (let second = 0; second < 30; second += 1) {
      world.pass(1_000);
      world.send({ type: "heartbeat", attempt: 1, moved: true });
      expect(world.mode).toBe("unlocked");
    }
    world.pass(3_000);
    expect(world.session.mode).toMatchObject({ name: "leaving", because: "heartbeat-lost" });
    world.pass(5_000);
    expect(world.mode).not.toBe("leaving");
    expect(world.session.lastLock.why).toBe("heartbeat-lost");
  });

  it("ends when the phone walks off, and outlives a camera that was never needed", () => {
    const world = inByPhone();
    world.facing({ camera: "unavailable" });
    world.pass(500);
    expect(world.mode).toBe("unlocked");
    world.send({ type: "leaving", holder: carla });
    expect(world.session.mode).toMatchObject({ name: "leaving", because: "walked-away" });
  });

  it("is not opened by a proof without its phone, and no other way brings one", () => {
    const cases = [
      ["phone", { holder: undefined }],
      ["code", { holder: carla }],
      ["badge", { holder: carla }],
    ] as const;
    for (const [way, bend] of cases) {
      const world = new SimulatedSession({ face: "none" });
      world.send({ type: "proof-offered", way });
      const { holder, ...decision } = { ...world.proof(way), ...bend };
      const effects = world.send({
        type: "proven",
        attempt: 1,
        decision: holder === undefined ? decision : { ...decision, holder },
      });
      expect(effects).toContainEqual(
        expect.objectContaining({ type: "journal", record: expect.objectContaining({ code: "proof-differs" }) }),
      );
      expect(world.mode).toBe("locked");
    }
  });

  it("is refused without a radio, and when the phone goes before it is recorded", () => {
    const deaf = new SimulatedSession({ radio: "down" });
    expect(deaf.send({ type: "proof-offered", way: "phone" })).toEqual([]);
    const lost = new SimulatedSession({ face: "none" });
    lost.send({ type: "proof-offered", way: "phone" });
    lost.send({ type: "proven", attempt: 1, decision: lost.proof("phone") });
    expect(lost.send({ type: "link-lost", attempt: 1 })).toContainEqual({
      type: "journal",
      record: { kind: "locked", why: "heartbeat-lost", attempt: 1, staffId: "carla" },
    });
    lost.send({ type: "recorded", attempt: 1 });
    expect(lost.mode).toBe("refused");
  });
});

describe("a phone that no camera can know", () => {
  it("is never asked by itself, nor one that waits for its PIN", () => {
    const world = new SimulatedSession();
    expect(world.send({ type: "near", holder: carla })).toEqual([]);
    world.pass(5_000);
    expect(world.mode).toBe("someone-near");
    world.facing({ inHand: "anna" });
    expect(world.send({ type: "near", holder: { id: "anna" } })).toEqual([]);
    expect(world.facing({ inHand: null })).toContainEqual({
      type: "start-tap",
      attempt: 1,
      holder: { id: "anna" },
    });
  });
});
