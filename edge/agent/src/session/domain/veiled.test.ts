import { milliseconds, minutes } from "@wardkey/protocol";
import { describe, expect, it } from "vitest";
import { SimulatedSession, testRules } from "./session-world.js";

const anna = { id: "anna" };

/** Anna is in; her heartbeat goes on for as long as `beat` lets time pass. */
function opened(rules = testRules): { world: SimulatedSession; beat: (ms: number) => void } {
  const world = new SimulatedSession({}, rules);
  world.unlock();
  const beat = (ms: number): void => {
    for (let left = ms; left > 0; left -= 1_000) {
      world.send({ type: "heartbeat", attempt: 1, moved: false });
      world.pass(Math.min(1_000, left));
    }
  };
  return { world, beat };
}

describe("a veil before the lock", () => {
  it("gives who was not seen for a while as long as presence says, and who walks off the countdown", () => {
    const { world, beat } = opened();
    world.send({ type: "leaving", holder: anna, because: "face-gone", within: 5_000 });
    expect(world.session.mode).toMatchObject({ name: "leaving", because: "face-gone", lockAt: 15_000 });
    beat(1_000);
    world.send({ type: "leaving", holder: anna, because: "walked-away" });
    expect(world.session.mode).toMatchObject({ name: "leaving", because: "walked-away", lockAt: 13_000 });
    beat(2_000);
    expect(world.session).toMatchObject({ mode: { name: "locked" }, lastLock: { why: "walked-away" } });
  });

  it("comes down before an idle lock and goes with a touch", () => {
    const { world, beat } = opened();
    beat(testRules.idleAfter - testRules.idleVeil);
    expect(world.session.mode).toMatchObject({ name: "leaving", because: "idle" });
    world.send({ type: "activity" });
    expect(world.mode).toBe("unlocked");
  });

  it("does not come down before an idle lock where the policy has none", () => {
    const { world, beat } = opened({ ...testRules, veiled: false });
    beat(testRules.idleAfter - 1_000);
    expect(world.mode).toBe("unlocked");
    beat(1_000);
    expect(world.session).toMatchObject({ mode: { name: "locked" }, lastLock: { why: "idle" } });
  });
});

describe("a procedure that runs", () => {
  const allowed = { ...testRules, procedureAtMost: minutes(1) };
  const walkedOff = (world: SimulatedSession): void => {
    world.beginProcedure();
    world.send({ type: "leaving", holder: anna });
    world.send({ type: "gone", holder: anna });
  };

  it("puts the lock off behind the veil, for as long as the policy lets it", () => {
    const { world, beat } = opened(allowed);
    walkedOff(world);
    world.send({ type: "face-gone-and-phone-still" });
    beat(milliseconds(59_000));
    expect(world.mode).toBe("leaving");
    beat(1_000);
    expect(world.session).toMatchObject({ mode: { name: "locked" }, lastLock: { why: "walked-away" } });
  });

  it("is not lengthened by being told of again, and its end locks", () => {
    const { world, beat } = opened(allowed);
    walkedOff(world);
    beat(30_000);
    world.beginProcedure();
    world.send({ type: "procedure", running: false });
    expect(world.mode).toBe("locked");
  });

  it("is over by itself when it has had its time, and is begun anew by who is still in", () => {
    const { world, beat } = opened(allowed);
    world.beginProcedure();
    const since = () => (world.session.mode.name === "unlocked" ? world.session.mode.served.procedureSince : undefined);
    const begun = world.facts.monotonic;
    beat(30_000);
    world.beginProcedure();
    expect(since()).toBe(begun);
    beat(30_000);
    expect(since()).toBeNull();
    world.beginProcedure();
    expect(since()).toBe(begun + 60_000);
  });

  it("is not begun by who stands before the veil", () => {
    const { world, beat } = opened(allowed);
    world.send({ type: "leaving", holder: anna });
    world.beginProcedure();
    beat(2_000);
    expect(world.session).toMatchObject({ mode: { name: "locked" }, lastLock: { why: "walked-away" } });
  });

  it("is not begun where their owner sits at another kiosk", () => {
    const { world } = opened(allowed);
    world.send({ type: "elsewhere", attempt: 1 });
    world.beginProcedure();
    expect(world.session.mode).toMatchObject({ served: { procedureSince: null, elsewhere: { covered: true } } });
  });

  it("lets nobody plead for the screen once the countdown is over", () => {
    const { world, beat } = opened(allowed);
    walkedOff(world);
    beat(5_000);
    world.send({ type: "stay" });
    expect(world.mode).toBe("leaving");
  });

  it.each([
    ["a lock by hand", (world: SimulatedSession) => world.send({ type: "lock-now" })],
    ["the fleet", (world: SimulatedSession) => world.facing({ cutOff: true })],
    ["the lease", (world: SimulatedSession) => world.facing({ leaseValid: false })],
  ] as const)("stands in the way of nothing that is meant: %s", (_what, locks) => {
    const { world } = opened(allowed);
    walkedOff(world);
    locks(world);
    expect(world.mode).not.toBe("leaving");
  });

  it("puts nothing off where the policy gives it no time", () => {
    const { world, beat } = opened();
    walkedOff(world);
    beat(2_000);
    expect(world.session).toMatchObject({ mode: { name: "locked" }, lastLock: { why: "walked-away" } });
  });
});
