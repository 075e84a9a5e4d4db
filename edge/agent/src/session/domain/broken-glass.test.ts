import { instant, minutes } from "@wardkey/protocol";
import { describe, expect, it } from "vitest";
import type { Emergency } from "./emergency.js";
import type { ProofDecision } from "./model.js";
import { SimulatedSession } from "./session-world.js";

const emergency: Emergency = {
  reason: "patient-in-danger",
  means: "code",
  operation: "unlock-workstation",
  review: "security-officer",
  reviewHours: 24,
  lasts: minutes(15),
  card: "7KQM",
  second: null,
  leaseEnded: true,
};

function broken(world: SimulatedSession): ProofDecision {
  world.send({ type: "proof-offered", way: "break-glass" });
  const decision = { ...world.proof("break-glass"), emergency };
  world.send({ type: "proven", attempt: world.session.attempts, decision });
  return decision;
}

// threats.md, row 15: past the lease nothing but break-glass.
describe("a kiosk past its lease", () => {
  it("opens for nobody by a code or a badge, and by breaking the glass", () => {
    const world = new SimulatedSession({ leaseValid: false, camera: "unavailable", radio: "down" });
    world.prove("code");
    world.prove("badge");
    expect(world.session.mode).toEqual({ name: "degraded", reason: "lease-expired" });

    const decision = broken(world);
    expect(world.effects.at(-1)).toEqual({
      type: "record-unlock",
      attempt: 1,
      record: { kind: "unlocked", attempt: 1, decision },
    });
    expect(world.mode).toBe("identifying");
    world.send({ type: "recorded", attempt: 1 });
    expect(world.session.mode).toMatchObject({ name: "unlocked", served: { staffId: "carla", way: "break-glass" } });
  });

  it("locks an ordinary session, and an emergency only when its time is up", () => {
    const ordinary = new SimulatedSession();
    ordinary.unlock();
    ordinary.facing({ leaseValid: false });
    expect(ordinary.session.lastLock.why).toBe("lease-expired");

    const world = new SimulatedSession({ leaseValid: false });
    broken(world);
    world.send({ type: "recorded", attempt: 1 });
    world.pass(minutes(15) - 250, 10_000);
    expect(world.mode).toBe("unlocked");
    world.pass(250);
    expect(world.session.lastLock.why).toBe("time-up");
  });
});

describe("an emergency", () => {
  it("needs the space set aside when the journal takes nothing else", () => {
    const nothing = new SimulatedSession({ journal: "down" });
    broken(nothing);
    expect(nothing.effects).not.toContainEqual(expect.objectContaining({ type: "record-unlock" }));
    const aside = new SimulatedSession({ journal: "down", setAside: "ok" });
    broken(aside);
    expect(aside.effects).toContainEqual(expect.objectContaining({ type: "record-unlock" }));
  });

  it("opens nothing at a kiosk that the fleet denied, and ends when it is denied", () => {
    const denied = new SimulatedSession({ cutOff: true });
    broken(denied);
    expect(denied.effects).not.toContainEqual(expect.objectContaining({ type: "record-unlock" }));

    const world = new SimulatedSession();
    broken(world);
    world.send({ type: "recorded", attempt: 1 });
    world.facing({ cutOff: true });
    expect(world.session.lastLock.why).toBe("kiosk-cut-off");
  });

  it("is no emergency by any other way, and no other way is one", () => {
    const code = new SimulatedSession();
    code.send({ type: "proof-offered", way: "code" });
    code.send({ type: "proven", attempt: 1, decision: { ...code.proof("code"), emergency } });
    expect(code.mode).toBe("locked");
    const glass = new SimulatedSession();
    glass.prove("break-glass");
    expect(glass.mode).toBe("locked");
  });

  // threats.md, row 11.
  it("is made neither longer nor shorter by the wall clock", () => {
    for (const off of [-36_000_000, 36_000_000]) {
      const world = new SimulatedSession();
      broken(world);
      world.send({ type: "recorded", attempt: 1 });
      world.facing({ now: instant(world.facts.now + off) });
      world.pass(minutes(15) - 250, 10_000);
      expect(world.mode).toBe("unlocked");
      world.pass(250);
      expect(world.session.lastLock.why).toBe("time-up");
    }
  });

  it("ends by hand", () => {
    const world = new SimulatedSession();
    broken(world);
    world.send({ type: "recorded", attempt: 1 });
    expect(world.send({ type: "lock-now" })[0]).toEqual({ type: "lock" });
    expect(world.mode).toBe("locked");
  });
});
