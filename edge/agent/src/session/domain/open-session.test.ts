import { describe, expect, it } from "vitest";
import type { SessionEvent } from "./session-event.js";
import { SimulatedSession } from "./session-world.js";

const anna = { id: "anna" };
const bruno = { id: "bruno" };

describe("an open session", () => {
  it("locks two seconds after the phone has left", () => {
    const world = new SimulatedSession();
    world.unlock();
    world.send({ type: "leaving", holder: anna });
    expect(world.session.mode).toMatchObject({ name: "leaving", because: "walked-away", lockAt: 12_000 });
    expect(world.pass(2_000)).toEqual([
      { type: "lock" },
      { type: "journal", record: { kind: "locked", why: "walked-away", attempt: 1, staffId: "anna" } },
      { type: "end-attempt", attempt: 1 },
    ]);
    expect(world.session.lastLock).toEqual({ why: "walked-away", at: 1_700_000_002_000 });
  });

  it("locks at once when the phone that was leaving has gone far, and for no other phone's sake", () => {
    const world = new SimulatedSession();
    world.unlock();
    world.send({ type: "leaving", holder: anna });
    world.send({ type: "gone", holder: bruno });
    expect(world.mode).toBe("leaving");
    world.send({ type: "gone", holder: anna });
    expect(world.session).toMatchObject({ mode: { name: "locked" }, lastLock: { why: "walked-away" } });
  });

  it("locks five seconds after the last heartbeat", () => {
    const world = new SimulatedSession();
    world.unlock();
    world.pass(4_750);
    expect(world.session.mode).toMatchObject({ name: "leaving", because: "heartbeat-lost" });
    world.pass(250);
    expect(world.session).toMatchObject({ mode: { name: "locked" }, lastLock: { why: "heartbeat-lost" } });
  });

  it("keeps the session when the phone comes back in time", () => {
    const world = new SimulatedSession();
    world.unlock();
    world.send({ type: "leaving", holder: anna });
    world.pass(1_000);
    world.send({ type: "heartbeat", attempt: 1, moved: true });
    world.send({ type: "back", holder: anna });
    expect(world.mode).toBe("unlocked");
  });

  it('heeds "stay" twice and not a third time', () => {
    const world = new SimulatedSession();
    world.unlock();
    world.send({ type: "leaving", holder: anna });
    const heard: string[] = [];
    for (let passed = 0; passed < 60_000 && world.mode !== "locked"; passed += 250) {
      world.send({ type: "heartbeat", attempt: 1, moved: false });
      world.send({ type: "stay" });
      heard.push(world.mode);
      world.pass(250);
    }
    expect(world.session.lastLock.why).toBe("walked-away");
    expect(world.effects.filter((e) => e.type === "journal" && e.record.kind === "kept")).toHaveLength(2);
    expect(heard.length * 250).toBeLessThanOrEqual(2 * (10_000 + 250) + 2_000 + 250);
  });

  it('does not heed "stay" without a living heartbeat', () => {
    const world = new SimulatedSession();
    world.unlock();
    world.send({ type: "link-lost", attempt: 1 });
    world.send({ type: "stay" });
    expect(world.mode).toBe("leaving");
  });

  it("does not let another phone, an older link or mere radio strength keep it open", () => {
    const world = new SimulatedSession();
    world.unlock();
    world.pass(1_000);
    world.send({ type: "link-lost", attempt: 1 });
    for (const event of [
      { type: "near", holder: bruno },
      { type: "near", holder: anna },
      { type: "back", holder: anna },
      { type: "heartbeat", attempt: 0, moved: true },
      { type: "heartbeat", attempt: 1, moved: true },
      { type: "activity" },
    ] satisfies SessionEvent[]) {
      world.send(event);
      expect(world.mode).toBe("leaving");
    }
    world.pass(2_000);
    expect(world.session.lastLock.why).toBe("heartbeat-lost");
  });

  it.each([
    ["lock-now", (world: SimulatedSession) => world.send({ type: "lock-now" })],
    ["face-gone-and-phone-still", (world: SimulatedSession) => world.send({ type: "face-gone-and-phone-still" })],
    ["lease-expired", (world: SimulatedSession) => world.facing({ leaseValid: false })],
    ["kiosk-cut-off", (world: SimulatedSession) => world.facing({ cutOff: true })],
    ["person-cut-off", (world: SimulatedSession) => world.facing({ denied: new Set(["anna"]) })],
    [
      "camera-lost",
      (world: SimulatedSession) => {
        world.facing({ camera: "unavailable" });
        for (let passed = 0; passed < 10_000; passed += 1_000) {
          world.pass(1_000);
          world.send({ type: "heartbeat", attempt: 1, moved: true });
        }
      },
    ],
    [
      "idle",
      (world: SimulatedSession) => {
        for (let passed = 0; passed < 600_000; passed += 1_000) {
          world.pass(1_000);
          world.send({ type: "heartbeat", attempt: 1, moved: true });
        }
      },
    ],
  ] as const)("locks: %s", (why, happens) => {
    const world = new SimulatedSession();
    world.unlock();
    happens(world);
    expect(world.session.lastLock.why).toBe(why);
    expect(world.effects).toContainEqual({ type: "lock" });
  });

  it("outlives a journal that fails: the lock never needs it", () => {
    const world = new SimulatedSession();
    world.unlock();
    world.facing({ journal: "down" });
    expect(world.mode).toBe("unlocked");
    expect(world.send({ type: "lock-now" })[0]).toEqual({ type: "lock" });
    expect(world.session).toMatchObject({ mode: { name: "locked" }, lastLock: { why: "lock-now" } });
    world.pass(250);
    expect(world.session.mode).toEqual({ name: "degraded", reason: "journal-unavailable" });
  });

  it("does not open again by itself after a lock by hand, until she turns away, walks off or touches the screen", () => {
    for (const again of [
      (world: SimulatedSession) => [world.facing({ face: "none" }), world.facing({ face: "one" })],
      (world: SimulatedSession) => [
        world.send({ type: "gone", holder: anna }),
        world.send({ type: "near", holder: anna }),
      ],
      (world: SimulatedSession) => [world.send({ type: "activity" })],
    ]) {
      const world = new SimulatedSession();
      world.unlock();
      world.send({ type: "lock-now" });
      world.send({ type: "activity" });
      world.pass(60_000);
      expect(world.mode).toBe("locked");
      again(world);
      expect(world.session.mode).toMatchObject({ name: "identifying", attempt: 2 });
    }
  });
});
