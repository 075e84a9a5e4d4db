import { minutes } from "@wardkey/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextDeadline } from "./deadline.js";
import type { SessionRules } from "./model.js";
import { type Happening, type Honest, play, walk } from "./session-histories.js";
import { SimulatedSession, testRules } from "./session-world.js";
import { step } from "./step.js";

const NOBODY_LOOKS_FOR = minutes(120);
const anna = { id: "anna" };

const wayIn = fc.constantFrom<readonly Honest[]>(
  ["walk-up", "tap", "match", "record", "heartbeat"],
  ["offer", "prove", "record"],
  ["offer-phone", "prove-phone", "record"],
  ["break", "grant", "record"],
);
/** What may happen to a session that is open, the deeds of a device among it. */
const whileOpen: fc.Arbitrary<Happening | Honest> = fc.oneof(
  fc.constant("heartbeat" as const),
  fc.constant("walk-up" as const),
  fc.integer({ min: 1, max: 12_000 }).map((ms) => ({ kind: "time" as const, ms })),
  fc
    .constantFrom("ok" as const, "unavailable" as const)
    .map((camera) => ({ kind: "facts" as const, facts: { camera } })),
  fc
    .oneof(
      fc.boolean().map((running) => ({ type: "procedure" as const, running })),
      fc.constantFrom("leaving" as const, "back" as const, "gone" as const).map((type) => ({ type, holder: anna })),
      fc.constantFrom("stay" as const, "activity" as const).map((type) => ({ type })),
      fc.constant({ type: "elsewhere" as const, attempt: 1 }),
    )
    .map((event) => ({ kind: "event" as const, event })),
);
const stay = fc
  .tuple(wayIn, fc.array(whileOpen, { maxLength: 12 }))
  .map(([way, then]): readonly (Happening | Honest)[] => [...way, ...then]);

describe("the next moment to look", () => {
  it.each<[string, SessionRules]>([
    ["as a kiosk is set", testRules],
    ["where a procedure puts a lock off", { ...testRules, procedureAtMost: minutes(90) }],
    ["without a veil", { ...testRules, veiled: false, procedureAtMost: minutes(90) }],
  ])("comes before time alone changes anything, %s", (_where, rules) => {
    fc.assert(
      fc.property(
        fc.oneof(walk, stay),
        fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
        (steps, part) => {
          const world = new SimulatedSession({}, rules);
          for (const each of steps) play(world, each);
          // As after a lock: what follows from the facts alone has followed.
          for (let look = 0; look < 3; look++) world.send({ type: "look-again" });
          const { session, facts } = world;
          const next = nextDeadline(session, facts.monotonic, rules) ?? facts.monotonic + NOBODY_LOOKS_FOR;
          const by = Math.floor((next - facts.monotonic - 1) * part);
          const later = { ...facts, monotonic: facts.monotonic + by };
          expect(step(session, { type: "look-again" }, later, rules)).toEqual({ session, effects: [] });
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
