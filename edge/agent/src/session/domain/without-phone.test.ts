import { describe, expect, it } from "vitest";
import { nextDeadline } from "./deadline.js";
import { SimulatedSession, testRules } from "./session-world.js";

const anna = { id: "anna" };

/** Carla is in by a code, and nobody is before the camera. */
function opened(): SimulatedSession {
  const world = new SimulatedSession({ face: "none" });
  world.prove();
  return world;
}

describe("a session that no phone keeps open", () => {
  it("outlives silence, a lost link and her own phone's going, and locks when nothing was touched for long", () => {
    const world = opened();
    world.send({ type: "near", holder: { id: "carla" } });
    world.send({ type: "link-lost", attempt: 1 });
    world.send({ type: "leaving", holder: { id: "carla" } });
    world.send({ type: "gone", holder: { id: "carla" } });
    world.pass(589_750);
    expect(world.mode).toBe("unlocked");
    world.pass(250);
    expect(world.session.mode).toMatchObject({ name: "leaving", because: "idle" });
    world.pass(10_000);
    expect(world.session).toMatchObject({ mode: { name: "locked" }, lastLock: { why: "idle" } });
  });

  it("ends after an hour, however busy", () => {
    const world = opened();
    expect(nextDeadline(world.session, world.facts.monotonic, testRules)).toBe(10_000 + 600_000 - testRules.idleVeil);
    for (let minute = 0; minute < 59; minute++) {
      world.pass(60_000, 60_000);
      world.send({ type: "activity" });
      world.send({ type: "stay" });
    }
    expect(world.mode).toBe("unlocked");
    world.pass(60_000, 60_000);
    expect(world.session).toMatchObject({ mode: { name: "locked" }, lastLock: { why: "time-up" } });
  });

  it.each([
    ["lock-now", (world: SimulatedSession) => world.send({ type: "lock-now" })],
    ["kiosk-cut-off", (world: SimulatedSession) => world.facing({ cutOff: true })],
    ["lease-expired", (world: SimulatedSession) => world.facing({ leaseValid: false })],
    ["person-cut-off", (world: SimulatedSession) => world.facing({ denied: new Set(["carla"]) })],
  ] as const)("locks: %s", (why, happens) => {
    const world = opened();
    expect(happens(world)).toContainEqual({ type: "lock" });
    expect(world.session.lastLock.why).toBe(why);
  });

  describe("and somebody who walks up with a phone", () => {
    it("is asked behind it, and their own face makes the kiosk theirs", () => {
      const world = opened();
      world.send({ type: "near", holder: anna });
      expect(world.facing({ face: "one" })).toEqual([
        { type: "start-tap", attempt: 2, holder: anna },
        { type: "journal", record: { kind: "tap-started", attempt: 2, holder: anna } },
      ]);
      expect(world.send({ type: "tapped", attempt: 2 })).toEqual([{ type: "match", attempt: 2, deadline: 14_000 }]);
      expect(world.session.mode).toMatchObject({ name: "unlocked", served: { staffId: "carla" } });
      const decision = world.decision();
      expect(world.send({ type: "matched", attempt: 2, decision })).toEqual([
        { type: "lock" },
        { type: "journal", record: { kind: "locked", why: "handed-over", attempt: 1, staffId: "carla" } },
        { type: "end-attempt", attempt: 1 },
        { type: "record-unlock", attempt: 2, record: { kind: "unlocked", attempt: 2, decision } },
      ]);
      expect(world.mode).toBe("identifying");
      world.send({ type: "recorded", attempt: 2 });
      expect(world.session.mode).toMatchObject({ name: "unlocked", served: { staffId: "anna", holder: anna } });
    });

    it("changes nothing for her when the face is another's, and is asked again only after a pause", () => {
      const world = opened();
      world.send({ type: "near", holder: anna });
      world.facing({ face: "one" });
      world.send({ type: "tapped", attempt: 2 });
      expect(world.send({ type: "not-matched", attempt: 2, reason: "no-match" })).toEqual([
        { type: "send-outcome", attempt: 2, outcome: "not-matched" },
        { type: "journal", record: { kind: "refused", attempt: 2, reason: "no-match", code: "no-match" } },
        { type: "end-attempt", attempt: 2 },
      ]);
      expect(world.session.mode).toMatchObject({ name: "unlocked", served: { staffId: "carla" }, newcomer: null });
      world.pass(1_750);
      expect(world.session.attempts).toBe(2);
      world.pass(250);
      expect(world.session.attempts).toBe(3);
    });

    it.each([
      ["goes", (world: SimulatedSession) => world.send({ type: "gone", holder: anna })],
      ["loses the link", (world: SimulatedSession) => world.send({ type: "link-lost", attempt: 2 })],
      ["is too slow", (world: SimulatedSession) => world.pass(20_000)],
      ["is left by the radio", (world: SimulatedSession) => world.facing({ radio: "down" })],
    ] as const)("is let go without a word when it %s", (_what, happens) => {
      const world = opened();
      world.send({ type: "near", holder: anna });
      world.facing({ face: "one" });
      world.facing({ face: "none" });
      expect(happens(world)).toContainEqual({ type: "end-attempt", attempt: 2 });
      expect(world.session.mode).toMatchObject({ name: "unlocked", served: { staffId: "carla" }, newcomer: null });
    });

    it("ends nobody's session when the fleet has taken their credential back", () => {
      const world = opened();
      world.send({ type: "near", holder: anna });
      world.facing({ face: "one", denied: new Set(["anna"]) });
      world.send({ type: "tapped", attempt: 2 });
      world.send({ type: "matched", attempt: 2, decision: world.decision() });
      expect(world.session.mode).toMatchObject({ name: "unlocked", served: { staffId: "carla" }, newcomer: null });
    });

    it("is dismissed by a lock, and asked nothing while two faces are in view", () => {
      const world = opened();
      world.send({ type: "near", holder: anna });
      world.facing({ face: "several" });
      expect(world.session.attempts).toBe(1);
      world.facing({ face: "one" });
      expect(world.send({ type: "lock-now" })).toEqual([
        { type: "lock" },
        { type: "journal", record: { kind: "locked", why: "lock-now", attempt: 1, staffId: "carla" } },
        { type: "end-attempt", attempt: 1 },
        { type: "send-outcome", attempt: 2, outcome: "refused" },
        { type: "end-attempt", attempt: 2 },
      ]);
      world.send({ type: "matched", attempt: 2, decision: world.decision() });
      world.send({ type: "recorded", attempt: 2 });
      expect(world.mode).toBe("locked");
    });
  });
});
