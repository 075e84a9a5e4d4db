import { milliseconds, minutes } from "@wardkey/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextDeadline } from "./deadline.js";
import { play, walk } from "./session-histories.js";
import { SimulatedSession, testRules } from "./session-world.js";
import { isOpen } from "./step.js";

const anna = { id: "anna" };
const elsewhere = (attempt = 1) => ({ type: "elsewhere", attempt }) as const;

/** Anna is in, sits at another kiosk now, and nobody is before this one. */
function gone(rules = testRules): SimulatedSession {
  const world = new SimulatedSession({}, rules);
  world.unlock();
  world.facing({ face: "none" });
  return world;
}

describe("one seat at a time", () => {
  it("covers and locks at once, journals it, hears that phone no more, and keeps the session", () => {
    const world = gone();
    expect(world.send(elsewhere())).toEqual([
      { type: "let-go", attempt: 1 },
      { type: "journal", record: expect.objectContaining({ kind: "leaving", because: "elsewhere" }) },
      { type: "lock" },
    ]);
    expect(world.session.mode).toMatchObject({
      name: "unlocked",
      served: { staffId: "anna", elsewhere: { covered: true } },
    });
    world.send({ type: "link-lost", attempt: 1 });
    world.send({ type: "gone", holder: anna });
    expect(world.pass(10_000)).toEqual([]);
    expect(world.mode).toBe("unlocked");
  });

  it("is said by the phone of who is in, of this attempt, and is only said once", () => {
    const world = gone();
    expect(world.send(elsewhere(0))).toEqual([]);
    world.send(elsewhere());
    expect(world.send(elsewhere())).toEqual([]);
    expect(new SimulatedSession().send(elsewhere())).toEqual([]);
  });

  it("ends when it is idle, however often the veil is touched by others", () => {
    const world = gone();
    world.send(elsewhere());
    const { mode } = world.session;
    const idleAt = mode.name === "unlocked" ? mode.served.activityAt + testRules.idleAfter : 0;
    expect(nextDeadline(world.session, idleAt - 1, testRules)).toBe(idleAt);
    while (world.facts.monotonic < idleAt) {
      expect(world.mode).toBe("unlocked");
      world.send({ type: "activity" });
      world.send({ type: "stay" });
      world.pass(1_000);
    }
    expect([world.mode, world.session.lastLock.why]).toEqual(["locked", "idle"]);
  });

  it("lets its owner go on, who walks up again: asked, compared and recorded like anybody", () => {
    const world = gone();
    world.send(elsewhere());
    world.send({ type: "gone", holder: anna });
    world.pass(milliseconds(5_000));
    world.send({ type: "near", holder: anna });
    expect(world.facing({ face: "one" })).toContainEqual({ type: "start-tap", attempt: 2, holder: anna });
    expect(world.session.mode).toMatchObject({ served: { elsewhere: { covered: true } } });
    world.send({ type: "tapped", attempt: 2 });
    world.send({ type: "matched", attempt: 2, decision: world.decision() });
    expect(world.send({ type: "recorded", attempt: 2 })).toContainEqual(expect.objectContaining({ type: "unlock" }));
    expect(world.session.mode).toMatchObject({ name: "unlocked", served: { attempt: 2, holder: anna } });
    expect(world.session.mode).not.toMatchObject({ served: { elsewhere: expect.anything() } });
  });

  it("asks nobody whose phone and face merely stayed in sight of it", () => {
    const world = new SimulatedSession();
    world.unlock();
    world.send({ type: "near", holder: anna });
    world.send(elsewhere());
    world.send({ type: "near", holder: anna });
    expect(world.pass(10_000).filter(({ type }) => type === "start-tap")).toEqual([]);
    expect(world.send({ type: "activity" })).toContainEqual({ type: "start-tap", attempt: 2, holder: anna });
  });

  it("cuts no procedure off: the veil is down at once, the lock waits as long as the policy lets it", () => {
    const world = gone({ ...testRules, procedureAtMost: minutes(2) });
    world.beginProcedure();
    expect(world.send(elsewhere()).map(({ type }) => type)).toEqual(["let-go", "journal"]);
    expect(world.pass(60_000)).toEqual([]);
    expect(world.pass(61_000)).toContainEqual({ type: "lock" });
  });

  it("locks as after any lost phone where the policy has no veil", () => {
    const world = gone({ ...testRules, veiled: false });
    expect(world.send(elsewhere())).toEqual([]);
    world.send({ type: "link-lost", attempt: 1 });
    world.pass(6_000);
    expect([isOpen(world.session.mode), world.session.lastLock.why]).toEqual([false, "heartbeat-lost"]);
  });

  it.each([
    ["the fleet cuts the person off", { denied: new Set(["anna"]) }, "person-cut-off"],
    ["the fleet cuts the kiosk off", { cutOff: true }, "kiosk-cut-off"],
    ["the lease ends", { leaseValid: false }, "lease-expired"],
  ] as const)("ends when %s", (_when, facts, why) => {
    const world = gone();
    world.send(elsewhere());
    world.facing(facts);
    expect([isOpen(world.session.mode), world.session.lastLock.why]).toEqual([false, why]);
  });

  it("leaves nothing unlocked behind its veil, whatever happens before and after", () => {
    let seen = 0;
    fc.assert(
      fc.property(walk, walk, (before, later) => {
        const world = new SimulatedSession();
        for (const each of before) play(world, each);
        const open = isOpen(world.session.mode);
        world.send(elsewhere(world.session.attempts));
        for (const each of later) {
          play(world, each);
          const { mode } = world.session;
          if (mode.name !== "unlocked" || mode.served.elsewhere === undefined || !open) continue;
          seen += 1;
          const turns = world.effects.filter(({ type }) => type === "lock" || type === "unlock");
          expect(mode.served.procedureSince === null ? turns.at(-1)?.type : "lock").toBe("lock");
        }
      }),
      { numRuns: 1_000 },
    );
    expect(seen).toBeGreaterThan(20);
  });
});
