import { describe, expect, it } from "vitest";
import { nextDeadline } from "./deadline.js";
import { SimulatedSession, testRules } from "./session-world.js";

const anna = { id: "anna" };
const bruno = { id: "bruno" };

describe("a tap", () => {
  it("asks the phone only once a face is in frame", () => {
    const world = new SimulatedSession({ face: "none" });
    expect(world.send({ type: "approaching", holder: anna, evidence: 0.4 })).toEqual([]);
    expect(world.mode).toBe("locked");
    expect(world.send({ type: "approaching", holder: anna, evidence: 0.6 })).toEqual([]);
    expect(world.session.mode).toEqual({ name: "someone-near", evidence: 0.6 });
    expect(world.send({ type: "near", holder: anna })).toEqual([]);
    expect(world.session.mode).toEqual({ name: "someone-near", evidence: 1 });
    expect(world.facing({ face: "one" })).toEqual([
      { type: "start-tap", attempt: 1, holder: anna },
      { type: "journal", record: { kind: "tap-started", attempt: 1, holder: anna } },
    ]);
    expect(world.mode).toBe("identifying");
  });

  it("opens only after the unlock is recorded", () => {
    const world = new SimulatedSession();
    world.send({ type: "near", holder: anna });
    expect(world.send({ type: "tapped", attempt: 1 })).toEqual([{ type: "match", attempt: 1, deadline: 14_000 }]);
    const decision = world.decision();
    expect(world.send({ type: "matched", attempt: 1, decision })).toEqual([
      { type: "record-unlock", attempt: 1, record: { kind: "unlocked", attempt: 1, decision } },
    ]);
    expect(world.mode).toBe("identifying");
    expect(world.send({ type: "recorded", attempt: 1 })).toEqual([
      { type: "unlock", attempt: 1, staffId: decision.staffId, freshUntil: decision.decidedAt + 1_000 },
      { type: "send-outcome", attempt: 1, outcome: "unlocked" },
    ]);
    expect(world.mode).toBe("unlocked");
  });

  it("stays locked when the journal cannot record the unlock", () => {
    const world = new SimulatedSession();
    world.send({ type: "near", holder: anna });
    world.send({ type: "tapped", attempt: 1 });
    world.send({ type: "matched", attempt: 1, decision: world.decision() });
    expect(world.send({ type: "record-failed", attempt: 1 })).toEqual([
      { type: "send-outcome", attempt: 1, outcome: "refused" },
      {
        type: "journal",
        record: { kind: "refused", attempt: 1, reason: "journal-unavailable", code: "journal-unavailable" },
      },
      { type: "end-attempt", attempt: 1 },
    ]);
    expect(world.mode).toBe("refused");
    world.facing({ journal: "down" });
    expect(world.session.mode).toEqual({ name: "degraded", reason: "journal-unavailable" });
  });

  it("refuses a decision that is older than a second", () => {
    const world = new SimulatedSession();
    world.send({ type: "near", holder: anna });
    world.send({ type: "tapped", attempt: 1 });
    const decision = { ...world.decision(), decidedAt: world.facts.monotonic - 1_001 };
    world.send({ type: "matched", attempt: 1, decision });
    expect(world.session.mode).toMatchObject({ name: "refused", reason: "too-slow" });
  });

  it("takes back an unlock that was recorded too late", () => {
    const world = new SimulatedSession();
    world.send({ type: "near", holder: anna });
    world.send({ type: "tapped", attempt: 1 });
    world.send({ type: "matched", attempt: 1, decision: world.decision() });
    const effects = world.pass(1_250);
    expect(effects[0]).toEqual({
      type: "journal",
      record: { kind: "locked", why: "journal-unavailable", attempt: 1, staffId: "anna" },
    });
    world.send({ type: "recorded", attempt: 1 });
    expect(world.effects.some((effect) => effect.type === "unlock")).toBe(false);
  });

  it("asks nobody while two faces are in frame", () => {
    const world = new SimulatedSession({ face: "several" });
    world.send({ type: "near", holder: anna });
    expect(world.session.mode).toMatchObject({ name: "refused", reason: "several-faces" });
    expect(world.effects.some((effect) => effect.type === "start-tap")).toBe(false);
  });

  it("ends when the holder has gone, and a late match changes nothing", () => {
    const world = new SimulatedSession();
    world.send({ type: "near", holder: anna });
    world.send({ type: "tapped", attempt: 1 });
    world.send({ type: "gone", holder: anna });
    world.send({ type: "matched", attempt: 1, decision: world.decision() });
    expect(world.mode).toBe("locked");
  });

  it("pauses longer after each refusal of the same phone, and asks another one meanwhile", () => {
    const world = new SimulatedSession();
    world.send({ type: "near", holder: anna });
    const starts: number[] = [];
    for (let round = 0; round < 5; round++) {
      starts.push(world.facts.monotonic);
      world.send({ type: "tapped", attempt: world.session.attempts });
      world.send({ type: "not-matched", attempt: world.session.attempts, reason: "no-match" });
      while (world.mode !== "identifying") world.pass(250);
    }
    expect(starts.slice(1).map((at, index) => at - (starts[index] ?? 0))).toEqual([2_000, 4_000, 8_000, 16_000]);
    world.send({ type: "tapped", attempt: world.session.attempts });
    world.send({ type: "not-matched", attempt: world.session.attempts, reason: "no-match" });
    world.send({ type: "near", holder: bruno });
    world.pass(2_250);
    expect(world.session.mode).toMatchObject({ name: "identifying", holder: bruno });
  });

  it("shows a refusal until the phone may be asked again, but not after everybody has left", () => {
    const world = new SimulatedSession();
    world.send({ type: "near", holder: anna });
    for (let round = 0; round < 3; round++) {
      world.send({ type: "tapped", attempt: world.session.attempts });
      world.send({ type: "not-matched", attempt: world.session.attempts, reason: "no-match" });
      if (round < 2) while (world.mode === "refused") world.pass(250);
    }
    const { monotonic } = world.facts;
    expect(world.session.mode).toEqual({
      name: "refused",
      reason: "no-match",
      readUntil: monotonic + 2_000,
      until: monotonic + 8_000,
    });
    world.pass(5_000);
    expect(world.mode).toBe("refused");
    world.send({ type: "gone", holder: anna });
    expect(world.mode).toBe("locked");
  });

  it("costs a phone at most twenty releases an hour, whoever stands before the camera", () => {
    const world = new SimulatedSession();
    world.send({ type: "near", holder: anna });
    let releases = 0;
    for (let passed = 0; passed < 3_600_000; passed += 250) {
      if (world.mode === "identifying") {
        world.send({ type: "tapped", attempt: world.session.attempts });
        world.send({ type: "not-matched", attempt: world.session.attempts, reason: "no-match" });
        releases++;
      }
      world.pass(250);
    }
    expect(releases).toBeLessThanOrEqual(20);
  });

  it.each([
    ["journal-unavailable", { journal: "down" }],
    ["kiosk-cut-off", { cutOff: true }],
    ["lease-expired", { leaseValid: false }],
    ["camera-unavailable", { camera: "unavailable" }],
    ["camera-unattested", { camera: "unattested" }],
    ["radio-unavailable", { radio: "down" }],
  ] as const)("says %s instead of asking anybody", (reason, facts) => {
    const world = new SimulatedSession(facts);
    world.send({ type: "near", holder: anna });
    expect(world.session.mode).toEqual({ name: "degraded", reason });
    expect(world.effects).toEqual([]);
  });
});

it("opens for nobody who was denied between the decision and its record", () => {
  const world = new SimulatedSession();
  world.send({ type: "near", holder: anna });
  world.send({ type: "tapped", attempt: 1 });
  world.send({ type: "matched", attempt: 1, decision: world.decision() });
  world.facing({ denied: new Set(["anna"]) });
  expect(world.send({ type: "recorded", attempt: 1 })).toEqual([
    { type: "journal", record: { kind: "locked", why: "person-cut-off", attempt: 1, staffId: "anna" } },
    { type: "send-outcome", attempt: 1, outcome: "refused" },
    { type: "journal", record: { kind: "refused", attempt: 1, reason: "credential-invalid", code: "holder-denied" } },
    { type: "end-attempt", attempt: 1 },
  ]);
  expect(world.session.mode).toMatchObject({ name: "refused", reason: "credential-invalid" });
});

describe("an enrolment", () => {
  it("lets nobody in while it lasts, nor by surprise when it ends", () => {
    const world = new SimulatedSession();
    world.send({ type: "enrolment-began" });
    world.send({ type: "near", holder: anna });
    world.pass(10_000);
    world.send({ type: "enrolment-ended" });
    world.pass(10_000);
    expect(world.mode).toBe("locked");
    expect(world.effects).toEqual([]);
  });

  it("ends an attempt that is under way", () => {
    const world = new SimulatedSession();
    world.send({ type: "near", holder: anna });
    world.send({ type: "tapped", attempt: 1 });
    world.send({ type: "enrolment-began" });
    world.send({ type: "matched", attempt: 1, decision: world.decision() });
    world.send({ type: "recorded", attempt: 1 });
    expect(world.mode).toBe("someone-near");
  });
});

it("asks to be looked at again exactly when time alone changes it", () => {
  const world = new SimulatedSession();
  const next = () => nextDeadline(world.session, world.facts.monotonic, testRules);
  expect(next()).toBeNull();
  world.unlock();
  expect(next()).toBe(13_000);
  world.send({ type: "leaving", holder: anna });
  expect(next()).toBe(12_000);
});
