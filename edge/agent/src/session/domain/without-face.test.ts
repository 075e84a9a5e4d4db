import { describe, expect, it } from "vitest";
import { nextDeadline } from "./deadline.js";
import type { Facts } from "./model.js";
import type { SessionEvent } from "./session-event.js";
import { SimulatedSession, testRules } from "./session-world.js";

const anna = { id: "anna" };

/** A closed kiosk with nobody before the camera, and somebody who typed a code. */
function offered(facts: Partial<Facts> = {}): SimulatedSession {
  const world = new SimulatedSession({ face: "none", ...facts });
  world.send({ type: "proof-offered", way: "code" });
  return world;
}

describe("coming in without a face", () => {
  it("asks who it is, records the unlock, and only then opens", () => {
    const world = new SimulatedSession({ face: "none" });
    expect(world.send({ type: "proof-offered", way: "code" })).toEqual([
      { type: "prove", attempt: 1, deadline: 20_000 },
    ]);
    const decision = world.proof();
    expect(world.send({ type: "proven", attempt: 1, decision })).toEqual([
      { type: "record-unlock", attempt: 1, record: { kind: "unlocked", attempt: 1, decision } },
    ]);
    expect(world.mode).toBe("identifying");
    expect(world.send({ type: "recorded", attempt: 1 })).toEqual([
      { type: "unlock", attempt: 1, staffId: decision.staffId, freshUntil: decision.decidedAt + 1_000 },
      { type: "send-outcome", attempt: 1, outcome: "unlocked" },
    ]);
    expect(world.session.mode).toMatchObject({
      name: "unlocked",
      served: { holder: null, way: "code", staffId: "carla", name: "Carla" },
      newcomer: null,
    });
  });

  it.each<Partial<Facts>>([
    { camera: "unavailable" },
    { camera: "unattested" },
    { camera: "blind" },
    { radio: "down" },
  ])("needs no camera and no radio: %o", (facts) => {
    const world = new SimulatedSession(facts);
    world.prove();
    expect(world.mode).toBe("unlocked");
    world.pass(60_000);
    expect(world.mode).toBe("unlocked");
  });

  it.each<[Partial<Facts>, string]>([
    [{ cutOff: true }, "kiosk-cut-off"],
    [{ leaseValid: false }, "lease-expired"],
    [{ journal: "down" }, "journal-unavailable"],
  ])("is not asked about with %o, and refused when that comes later", (facts, code) => {
    const before = new SimulatedSession(facts);
    expect(before.send({ type: "proof-offered", way: "code" })).toEqual([]);
    expect(before.session.mode).toEqual({ name: "degraded", reason: code });
    for (const until of [1, 2] as const) {
      const world = offered();
      if (until === 2) world.send({ type: "proven", attempt: 1, decision: world.proof() });
      expect(world.facing(facts)).toContainEqual({
        type: "journal",
        record: { kind: "refused", attempt: 1, reason: code, code, way: "code" },
      });
      expect(
        world.send({ type: until === 1 ? "proven" : "recorded", attempt: 1, decision: world.proof() } as SessionEvent),
      ).toEqual([]);
      expect(world.session.mode).toEqual({ name: "degraded", reason: code });
    }
  });

  it("that is wrong closes nothing and names nobody, and the next try is a new attempt", () => {
    const world = offered();
    expect(world.send({ type: "not-proven", attempt: 1, code: "way-wrong" })).toEqual([
      { type: "send-outcome", attempt: 1, outcome: "refused" },
      {
        type: "journal",
        record: { kind: "refused", attempt: 1, reason: "credential-invalid", code: "way-wrong", way: "code" },
      },
      { type: "end-attempt", attempt: 1 },
    ]);
    expect(world.mode).toBe("locked");
    world.send({ type: "proven", attempt: 1, decision: world.proof() });
    expect(world.mode).toBe("locked");
    world.prove();
    expect(world.session.mode).toMatchObject({ name: "unlocked", served: { attempt: 2 } });
  });

  it.each([
    [
      "too old",
      (world: SimulatedSession) => ({ ...world.proof(), decidedAt: world.facts.monotonic - 1_001 }),
      "decision-stale",
    ],
    ["from the future", (world: SimulatedSession) => ({ ...world.proof(), decidedAt: 99_999 }), "decision-stale"],
    ["about another way", (world: SimulatedSession) => world.proof("badge"), "proof-differs"],
  ] as const)("refuses an answer that is %s", (_what, answer, code) => {
    const world = offered();
    const effects = world.send({ type: "proven", attempt: 1, decision: answer(world) });
    expect(effects).toContainEqual(
      expect.objectContaining({ type: "journal", record: expect.objectContaining({ kind: "refused", code }) }),
    );
    expect(world.mode).toBe("locked");
  });

  it("refuses who was denied, before the record and after it", () => {
    const early = offered({ denied: new Set(["carla"]) });
    early.send({ type: "proven", attempt: 1, decision: early.proof() });
    expect(early.mode).toBe("locked");
    const late = offered();
    late.send({ type: "proven", attempt: 1, decision: late.proof() });
    late.facing({ denied: new Set(["carla"]) });
    expect(late.send({ type: "recorded", attempt: 1 })).toContainEqual({
      type: "journal",
      record: { kind: "locked", why: "person-cut-off", attempt: 1, staffId: "carla" },
    });
    expect(late.mode).toBe("locked");
  });

  it("loses every race to a lock", () => {
    for (const how of ["lock-now", "face-gone-and-phone-still", "enrolment-began"] as const) {
      for (const proven of [false, true]) {
        const world = offered();
        if (proven) world.send({ type: "proven", attempt: 1, decision: world.proof() });
        const effects = world.send({ type: how });
        expect(effects).toContainEqual({ type: "end-attempt", attempt: 1 });
        world.send({ type: "proven", attempt: 1, decision: world.proof() });
        world.send({ type: "recorded", attempt: 1 });
        expect(world.mode).toBe("locked");
      }
    }
  });

  it("ends when no answer comes in ten seconds", () => {
    const world = offered();
    expect(nextDeadline(world.session, world.facts.monotonic, testRules)).toBe(20_000);
    expect(world.pass(10_000)).toContainEqual({
      type: "journal",
      record: { kind: "refused", attempt: 1, reason: "too-slow", code: "too-slow", way: "code" },
    });
    expect(world.mode).toBe("locked");
  });

  it("puts off the phone that is being asked, and no question about somebody else", () => {
    const world = new SimulatedSession();
    world.send({ type: "near", holder: anna });
    expect(world.send({ type: "proof-offered", way: "badge" })).toEqual([
      { type: "send-outcome", attempt: 1, outcome: "refused" },
      { type: "end-attempt", attempt: 1 },
      { type: "prove", attempt: 2, deadline: 20_000 },
    ]);
    expect(world.send({ type: "proof-offered", way: "code" })).toEqual([]);
    world.send({ type: "tapped", attempt: 1 });
    expect(world.session.mode).toMatchObject({ phase: "proving", attempt: 2, way: "badge" });
  });

  it("is not taken while somebody is in or is being enrolled", () => {
    const open = new SimulatedSession();
    open.unlock();
    expect(open.send({ type: "proof-offered", way: "code" })).toEqual([]);
    expect(open.session.mode).toMatchObject({ name: "unlocked", served: { staffId: "anna" } });
    const enrolling = new SimulatedSession();
    enrolling.send({ type: "enrolment-began" });
    expect(enrolling.send({ type: "proof-offered", way: "code" })).toEqual([]);
  });
});
