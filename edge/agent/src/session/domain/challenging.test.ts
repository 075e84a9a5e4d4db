import { seconds } from "@wardkey/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { advanced, underWay } from "./attempt.js";
import { challengedUntil } from "./challenging.js";
import type { SessionRules } from "./model.js";
import { type Happening, type Honest, play, walk } from "./session-histories.js";
import { SimulatedSession, testRules } from "./session-world.js";

/** Somebody walks up, is asked to move after so long, and the answer takes so long. */
const asked = fc.record({
  before: walk,
  readMs: fc.integer({ min: 0, max: 4_000 }),
  answerMs: fc.integer({ min: 0, max: 7_000 }),
  again: fc.integer({ min: 0, max: 3 }),
});

/** A session whose current attempt compares a face, whatever came before; `null` where none does. */
function matching(before: readonly (Happening | Honest)[], rules: SessionRules): SimulatedSession | null {
  const world = new SimulatedSession({}, rules);
  for (const each of before) play(world, each);
  for (const each of ["walk-up", "tap"] as const) play(world, each);
  return underWay(world.session)?.phase === "matching" ? world : null;
}

describe("a challenge, whatever came before it", () => {
  it("is given to an attempt once, and for no longer than the rules say", () => {
    let given = 0;
    fc.assert(
      fc.property(walk, (steps) => {
        const world = new SimulatedSession();
        const until = new Map<number, number>();
        for (const each of steps) {
          const { monotonic } = world.facts;
          play(world, each);
          const { attempts } = world.session;
          const deadline = challengedUntil(world.session, attempts);
          if (deadline === null) continue;
          if (!until.has(attempts)) {
            expect(deadline).toBe(monotonic + testRules.challengeDeadline);
            until.set(attempts, deadline);
            given++;
          }
          expect(deadline).toBe(until.get(attempts));
        }
      }),
      { numRuns: 1_000 },
    );
    expect(given).toBeGreaterThan(100);
  });

  it("is no more than a look again, but for its time, and of another attempt or phase not even that", () => {
    fc.assert(
      fc.property(walk, fc.integer({ min: 0, max: 30 }), (steps, attempt) => {
        const [world, other] = [new SimulatedSession(), new SimulatedSession()];
        for (const each of steps) {
          play(world, each);
          play(other, each);
        }
        const { monotonic } = world.facts;
        const current = underWay(world.session);
        const counts = current?.attempt === attempt && current.phase === "matching" && current.challenged !== true;
        const effects = world.send({ type: "challenge-began", attempt });
        expect(effects).toEqual(other.send({ type: "look-again" }));
        const asBefore = counts
          ? advanced(other.session, { ...current, challenged: true, deadline: monotonic + testRules.challengeDeadline })
          : other.session;
        expect(world.session).toEqual(asBefore);
      }),
      { numRuns: 1_000 },
    );
  });

  it("does not bring back a face that was too slow", () => {
    const world = new SimulatedSession();
    for (const each of ["walk-up", "tap"] as const) play(world, each);
    const attempt = world.session.attempts;
    const deadline = underWay(world.session)?.deadline ?? 0;
    world.facts = { ...world.facts, monotonic: deadline };
    world.send({ type: "challenge-began", attempt });
    expect(world.session.mode).toMatchObject({ name: "refused", reason: "too-slow" });
  });

  it.each([
    ["a challenge longer than the match", testRules],
    ["a challenge as short as a blink", { ...testRules, challengeDeadline: seconds(1) }],
  ])("lets a face in that answers in time, and no face that answers late: %s", (_, rules) => {
    const ended = { opened: 0, late: 0 };
    fc.assert(
      fc.property(asked, ({ before, readMs, answerMs, again }) => {
        const world = matching(before, rules);
        if (world === null) return;
        const attempt = world.session.attempts;
        world.pass(readMs);
        world.send({ type: "challenge-began", attempt });
        const until = challengedUntil(world.session, attempt);
        const began = world.facts.monotonic;
        if (until !== null) expect(until).toBe(began + rules.challengeDeadline);
        for (let asks = 0; asks < again; asks++) {
          world.pass(answerMs / Math.max(1, again));
          world.send({ type: "challenge-began", attempt });
        }
        if (again === 0) world.pass(answerMs);
        const since = world.effects.length;
        play(world, "match");
        play(world, "record");
        const opened = world.effects.slice(since).some((effect) => effect.type === "unlock");
        const inTime = until !== null && world.facts.monotonic < until;
        if (opened) expect(inTime).toBe(true);
        if (opened) ended.opened++;
        if (until !== null && !inTime) {
          expect(opened).toBe(false);
          ended.late++;
        }
      }),
      { numRuns: 1_000 },
    );
    expect(ended.opened).toBeGreaterThan(20);
    expect(ended.late).toBeGreaterThan(20);
  });
});
