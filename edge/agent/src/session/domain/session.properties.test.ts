import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Decision, Facts, SessionEvent } from "./model.js";
import { SimulatedSession } from "./session-world.js";
import { isOpen } from "./step.js";

type Happening =
  | { kind: "event"; event: SessionEvent }
  | { kind: "time"; ms: number }
  | { kind: "facts"; facts: Partial<Facts> };

const holder = fc.constantFrom({ id: "anna" }, { id: "bruno" });
const attempt = fc.integer({ min: 0, max: 4 });
const reason = fc.constantFrom("no-match" as const, "not-live" as const, "phone-refused" as const);

const radioEvent: fc.Arbitrary<SessionEvent> = fc.oneof(
  fc.record({
    type: fc.constant("approaching" as const),
    holder,
    evidence: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({ type: fc.constantFrom("near" as const, "leaving" as const, "back" as const, "gone" as const), holder }),
);
const attemptEvent: fc.Arbitrary<SessionEvent> = fc.oneof(
  fc.record({
    type: fc.constantFrom("tapped" as const, "recorded" as const, "record-failed" as const, "link-lost" as const),
    attempt,
  }),
  fc.record({ type: fc.constant("heartbeat" as const), attempt, moved: fc.boolean() }),
  fc.record({ type: fc.constant("tap-failed" as const), attempt, reason, code: fc.constant("code") }),
  fc.record({ type: fc.constant("not-matched" as const), attempt, reason }),
  fc.record({
    type: fc.constant("matched" as const),
    attempt,
    decision: fc.record({
      staffId: fc.constant("anna"),
      name: fc.constant("Anna"),
      branch: fc.constantFrom("bare" as const, "masked" as const),
      decidedAt: fc.integer({ min: 0, max: 40_000 }),
    }),
  }),
);
const way = fc.constantFrom("badge" as const, "code" as const, "phone" as const);
const proofEvent: fc.Arbitrary<SessionEvent> = fc.oneof(
  fc.record({ type: fc.constant("proof-offered" as const), way }),
  fc.record({ type: fc.constant("not-proven" as const), attempt, code: fc.constant("way-wrong") }),
  fc.record({
    type: fc.constant("proven" as const),
    attempt,
    decision: fc.record({
      staffId: fc.constantFrom("carla", "anna"),
      name: fc.constant("Carla"),
      way,
      weak: fc.boolean(),
      decidedAt: fc.integer({ min: 0, max: 40_000 }),
    }),
  }),
);
const screenEvent: fc.Arbitrary<SessionEvent> = fc.record({
  type: fc.constantFrom(
    "lock-now" as const,
    "stay" as const,
    "activity" as const,
    "face-gone-and-phone-still" as const,
    "enrolment-began" as const,
    "enrolment-ended" as const,
    "look-again" as const,
  ),
});
const facts: fc.Arbitrary<Partial<Facts>> = fc.oneof(
  fc.record({ face: fc.constantFrom("unknown" as const, "none" as const, "one" as const, "several" as const) }),
  fc.record({ leaseValid: fc.boolean() }),
  fc.record({ cutOff: fc.boolean() }),
  fc.record({ denied: fc.constantFrom(new Set<string>(), new Set(["carla"]), new Set(["anna"])) }),
  fc.record({ journal: fc.constantFrom("ok" as const, "down" as const) }),
  fc.record({ camera: fc.constantFrom("ok" as const, "unavailable" as const, "unattested" as const) }),
  fc.record({ radio: fc.constantFrom("ok" as const, "down" as const) }),
);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 3, arbitrary: radioEvent.map((event): Happening => ({ kind: "event", event })) },
  { weight: 4, arbitrary: attemptEvent.map((event): Happening => ({ kind: "event", event })) },
  { weight: 1, arbitrary: screenEvent.map((event): Happening => ({ kind: "event", event })) },
  { weight: 2, arbitrary: proofEvent.map((event): Happening => ({ kind: "event", event })) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 6_000 }).map((ms): Happening => ({ kind: "time", ms })) },
  { weight: 1, arbitrary: facts.map((each): Happening => ({ kind: "facts", facts: each })) },
);
type Honest = "tap" | "match" | "record" | "walk-up" | "heartbeat" | "offer" | "prove";
/** The honest way in, with something else in between: random walks alone would seldom get in. */
const comingIn = fc
  .tuple(fc.array(happening, { maxLength: 1 }), fc.nat(4))
  .map(([between, at]): (Happening | Honest)[] => {
    const way: (Happening | Honest)[] = ["walk-up", "tap", "match", "record", "heartbeat"];
    return [...way.slice(0, at), ...between, ...way.slice(at)];
  });
/** The honest way in without a face, likewise. */
const typingIn = fc
  .tuple(fc.array(happening, { maxLength: 1 }), fc.nat(2))
  .map(([between, at]): (Happening | Honest)[] => {
    const whole: (Happening | Honest)[] = ["offer", "prove", "record"];
    return [...whole.slice(0, at), ...between, ...whole.slice(at)];
  });
const walk = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: happening.map((each): (Happening | Honest)[] => [each]) },
      { weight: 2, arbitrary: comingIn },
      { weight: 2, arbitrary: typingIn },
    ),
    {
      maxLength: 20,
    },
  )
  .map((parts) => parts.flat());

function play(world: SimulatedSession, each: Happening | Honest): SessionEvent | null {
  const current = world.session.attempts;
  const event = ((): SessionEvent | null => {
    if (each === "tap") return { type: "tapped", attempt: current };
    if (each === "match") return { type: "matched", attempt: current, decision: world.decision() };
    if (each === "offer") return { type: "proof-offered", way: "code" };
    if (each === "prove") return { type: "proven", attempt: current, decision: world.proof() };
    if (each === "record") return { type: "recorded", attempt: current };
    if (each === "walk-up") return { type: "near", holder: { id: "anna" } };
    if (each === "heartbeat") return { type: "heartbeat", attempt: current, moved: true };
    return each.kind === "event" ? each.event : null;
  })();
  if (event !== null) world.send(event);
  else if (typeof each === "object" && each.kind === "time") world.pass(each.ms);
  else if (typeof each === "object" && each.kind === "facts") world.facing(each.facts);
  return event;
}

describe("whatever happens", () => {
  it("opens only on a recorded, fresh decision of the current attempt with every fact in favour", () => {
    const opened = { face: 0, badge: 0, code: 0, phone: 0 };
    fc.assert(
      fc.property(walk, (steps) => {
        const world = new SimulatedSession();
        let recording: { attempt: number; decision: Decision } | null = null;
        for (const each of steps) {
          const before = world.effects.length;
          const wasOpen = isOpen(world.session.mode);
          const current = world.session.attempts;
          const event = play(world, each);
          const fresh = world.effects.slice(before);
          for (const effect of fresh) {
            if (effect.type === "record-unlock" && effect.record.kind === "unlocked") recording = effect.record;
          }
          const unlocks = fresh.filter((effect) => effect.type === "unlock");
          if (unlocks.length > 0) {
            expect(unlocks).toEqual([{ type: "unlock", attempt: current }]);
            expect(event).toEqual({ type: "recorded", attempt: current });
            expect(recording?.attempt).toBe(current);
            expect(world.facts.monotonic - (recording?.decision.decidedAt ?? 0)).toBeLessThan(1_000);
            expect(world.facts).toMatchObject({ cutOff: false, leaseValid: true, journal: "ok" });
            if (recording === null) continue;
            const by = "way" in recording.decision ? recording.decision.way : "face";
            expect(world.facts.denied.has(recording.decision.staffId)).toBe(false);
            if (by === "face") expect(world.facts).toMatchObject({ camera: "ok", radio: "ok" });
            if (by === "phone") expect(world.facts.radio).toBe("ok");
            opened[by]++;
          }
          expect(isOpen(world.session.mode)).toBe(unlocks.length > 0 || (wasOpen && isOpen(world.session.mode)));
        }
      }),
      { numRuns: 3_000 },
    );
    expect(opened.face).toBeGreaterThan(100);
    expect(opened.code).toBeGreaterThan(100);
  });

  it("is closed after a lock, and stays so while no new attempt begins", () => {
    fc.assert(
      fc.property(
        walk,
        fc.constantFrom("lock-now" as const, "face-gone-and-phone-still" as const),
        walk,
        (before, how, later) => {
          const world = new SimulatedSession();
          for (const each of before) play(world, each);
          const wasOpen = isOpen(world.session.mode);
          const effects = world.send({ type: how });
          expect(isOpen(world.session.mode)).toBe(false);
          if (wasOpen) expect(effects[0]).toEqual({ type: "lock" });
          const attempts = world.session.attempts;
          for (const each of later) {
            play(world, each);
            if (world.session.attempts === attempts && world.session.mode.name !== "identifying") {
              expect(isOpen(world.session.mode)).toBe(false);
            }
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("never opens on a match of an older attempt", () => {
    fc.assert(
      fc.property(walk, (steps) => {
        const world = new SimulatedSession();
        for (const each of steps) play(world, each);
        if (isOpen(world.session.mode)) return;
        for (let old = 0; old < world.session.attempts; old++) {
          world.send({ type: "tapped", attempt: old });
          world.send({ type: "matched", attempt: old, decision: world.decision() });
          world.send({ type: "recorded", attempt: old });
          expect(isOpen(world.session.mode)).toBe(false);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("never opens on an answer to an older question", () => {
    fc.assert(
      fc.property(walk, (steps) => {
        const world = new SimulatedSession();
        for (const each of steps) play(world, each);
        if (isOpen(world.session.mode)) return;
        for (let old = 0; old < world.session.attempts; old++) {
          world.send({ type: "proven", attempt: old, decision: world.proof() });
          world.send({ type: "recorded", attempt: old });
          expect(isOpen(world.session.mode)).toBe(false);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("never leaves a session without a phone open beyond its hour, whatever is touched and whoever is near", () => {
    const busy = fc.array(fc.oneof(radioEvent, fc.constant({ type: "activity" as const })), {
      minLength: 61,
      maxLength: 61,
    });
    fc.assert(
      fc.property(busy, (events) => {
        const world = new SimulatedSession();
        world.prove();
        const own = world.session.attempts;
        for (const event of events) {
          world.send(event);
          world.send({ type: "activity" });
          world.pass(60_000, 30_000);
        }
        const { mode } = world.session;
        expect(isOpen(mode) && mode.served.attempt === own).toBe(false);
      }),
      { numRuns: 100 },
    );
  });

  it("never opens by radio strength, however strong (threats row 10)", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(radioEvent, screenEvent), { maxLength: 80 }),
        fc.integer({ min: 0, max: 3_000 }),
        (events, ms) => {
          const world = new SimulatedSession();
          for (const event of events) {
            world.send(event);
            world.pass(ms);
            expect(isOpen(world.session.mode)).toBe(false);
          }
          expect(world.effects.filter((effect) => effect.type === "unlock")).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("locks within five seconds of the last heartbeat, whatever the radio and the screen say", () => {
    const noise = fc.array(
      fc.oneof(
        radioEvent,
        screenEvent.filter((event) => event.type !== "lock-now"),
      ),
      { minLength: 21, maxLength: 21 },
    );
    fc.assert(
      fc.property(noise, (events) => {
        const world = new SimulatedSession();
        world.unlock();
        world.facing({ face: "none" });
        for (const event of events) {
          world.send(event);
          world.pass(250);
        }
        expect(isOpen(world.session.mode)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it("locks within a bound once she has walked away, even with heartbeats and every plea to stay", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("stay" as const, "activity" as const, "look-again" as const), {
          minLength: 120,
          maxLength: 140,
        }),
        (pleas) => {
          const world = new SimulatedSession();
          world.unlock();
          world.facing({ face: "none" });
          world.send({ type: "leaving", holder: { id: "anna" } });
          for (const type of pleas) {
            world.send({ type: "heartbeat", attempt: 1, moved: true });
            world.send({ type });
            world.pass(250);
          }
          expect(isOpen(world.session.mode)).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("gives the same step for the same input, and changes nothing it was given", () => {
    fc.assert(
      fc.property(walk, (steps) => {
        const once = new SimulatedSession();
        const again = new SimulatedSession();
        for (const each of steps) {
          const before = structuredClone(once.session);
          const kept = once.session;
          play(once, each);
          expect(kept).toEqual(before);
          play(again, each);
        }
        expect(again.session).toEqual(once.session);
        expect(again.effects).toEqual(once.effects);
      }),
      { numRuns: 300 },
    );
  });
});
