import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Decision } from "./model.js";
import { play, radioEvent, screenEvent, walk } from "./session-histories.js";
import { SimulatedSession } from "./session-world.js";
import { isOpen } from "./step.js";

describe("whatever happens", () => {
  it("opens only on a recorded, fresh decision of the current attempt with every fact in favour", () => {
    const opened = { face: 0, badge: 0, code: 0, phone: 0, "break-glass": 0 };
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
            const { staffId = "", decidedAt = 0 } = recording?.decision ?? {};
            expect(unlocks).toEqual([{ type: "unlock", attempt: current, staffId, freshUntil: decidedAt + 1_000 }]);
            expect(event).toEqual({ type: "recorded", attempt: current });
            expect(recording?.attempt).toBe(current);
            expect(world.facts.monotonic - (recording?.decision.decidedAt ?? 0)).toBeLessThan(1_000);
            expect(world.facts.cutOff).toBe(false);
            if (recording === null) continue;
            const by = "way" in recording.decision ? recording.decision.way : "face";
            expect(world.facts.denied.has(recording.decision.staffId)).toBe(false);
            if (by !== "break-glass") expect(world.facts).toMatchObject({ leaseValid: true, journal: "ok" });
            else expect([world.facts.journal, world.facts.setAside]).toContain("ok");
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
    expect(opened.phone).toBeGreaterThan(100);
    expect(opened["break-glass"]).toBeGreaterThan(100);
  }, 120_000);

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
