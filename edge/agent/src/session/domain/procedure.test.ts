import { milliseconds, minutes } from "@wardkey/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Effect } from "./model.js";
import { play, walk } from "./session-histories.js";
import { SimulatedSession, testRules } from "./session-world.js";
import { isOpen } from "./step.js";

const anna = { id: "anna" };
const allowed = { ...testRules, procedureAtMost: minutes(1) };

function opened(rules = allowed): SimulatedSession {
  const world = new SimulatedSession({}, rules);
  world.unlock();
  return world;
}

const served = (world: SimulatedSession) => {
  const { mode } = world.session;
  return isOpen(mode) ? mode.served : null;
};

/** Her heartbeat goes on while time passes. */
function beat(world: SimulatedSession, ms: number): readonly Effect[] {
  const seen: Effect[] = [];
  for (let left = ms; left > 0; left -= 1_000) {
    world.send({ type: "heartbeat", attempt: 1, moved: false });
    seen.push(...world.pass(Math.min(1_000, left)));
  }
  return seen;
}

const ends = (effects: readonly Effect[]) =>
  effects.flatMap((effect) =>
    effect.type === "journal" && effect.record.kind === "procedure-ended"
      ? [[effect.record.because, effect.record.ran, effect.record.served.staffId]]
      : [],
  );

describe("the journal, of a procedure", () => {
  it("is told that it begins before it puts anything off, and of nothing when it is told of again", () => {
    const world = opened();
    const asked = world.facts.monotonic;
    expect(world.send({ type: "procedure", running: true })).toEqual([
      {
        type: "record-procedure",
        attempt: 1,
        asked,
        record: { kind: "procedure-begun", served: expect.objectContaining({ staffId: "anna" }), atMost: minutes(1) },
      },
    ]);
    expect(world.send({ type: "procedure", running: true })).toEqual([]);
    expect(served(world)).toMatchObject({ procedureSince: null });
    world.pass(500);
    world.send({ type: "procedure-recorded", attempt: 1, asked });
    expect(served(world)).toMatchObject({ procedureSince: asked, procedureAsked: null });
    expect(world.send({ type: "procedure", running: true })).toEqual([]);
  });

  it("that does not take it begins none: whoever walks off is locked out as ever", () => {
    const world = opened();
    const asked = world.facts.monotonic;
    world.send({ type: "procedure", running: true });
    world.send({ type: "procedure-not-recorded", attempt: 1, asked });
    expect(served(world)).toMatchObject({ procedureSince: null, procedureAsked: null });
    world.send({ type: "leaving", holder: anna });
    beat(world, 2_000);
    expect(world.session).toMatchObject({ mode: { name: "locked" }, lastLock: { why: "walked-away" } });
    expect(ends(world.effects)).toEqual([]);
  });

  it("puts nothing off while the line is on its way, and calls it overtaken where its person was leaving by then", () => {
    const world = opened();
    const asked = world.facts.monotonic;
    world.send({ type: "procedure", running: true });
    world.send({ type: "leaving", holder: anna });
    world.pass(500);
    const late = world.send({ type: "procedure-recorded", attempt: 1, asked });
    expect(ends(late)).toEqual([["was-leaving", 500, "anna"]]);
    beat(world, 1_500);
    expect(world.session).toMatchObject({ mode: { name: "locked" }, lastLock: { why: "walked-away" } });
  });

  it.each<[string, (world: SimulatedSession) => readonly Effect[], string, number]>([
    ["a touch", (world) => world.send({ type: "procedure", running: false }), "switched-off", 0],
    ["its time", (world) => beat(world, minutes(1)), "time-up", minutes(1)],
    ["a lock by hand", (world) => world.send({ type: "lock-now" }), "session-ended", 0],
    ["the fleet", (world) => world.facing({ denied: new Set(["anna"]) }), "session-ended", 0],
  ])("says that %s ended it, and after how long", (_what, end, because, ran) => {
    const world = opened();
    world.beginProcedure();
    expect(ends(end(world))).toEqual([[because, ran, "anna"]]);
    beat(world, 1_000);
    expect(ends(world.effects)).toHaveLength(1);
  });

  it("tells the end before the lock of its session", () => {
    const world = opened();
    world.beginProcedure();
    const told = world
      .send({ type: "lock-now" })
      .flatMap((each) => (each.type === "journal" ? [each.record.kind] : [each.type]));
    expect(told).toEqual(["lock", "procedure-ended", "locked", "end-attempt"]);
  });

  it("knows no line of another touch, of another session, or of nothing", () => {
    const world = opened();
    const asked = world.facts.monotonic;
    world.send({ type: "procedure", running: true });
    world.send({ type: "procedure", running: false });
    world.pass(250);
    world.send({ type: "procedure", running: true });
    world.send({ type: "procedure-recorded", attempt: 1, asked });
    world.send({ type: "procedure-recorded", attempt: 0, asked: asked + 250 });
    expect(served(world)).toMatchObject({ procedureSince: null, procedureAsked: asked + 250 });
    world.send({ type: "lock-now" });
    world.send({ type: "procedure-recorded", attempt: 1, asked: asked + 250 });
    expect(ends(world.effects).map(([because]) => because)).toEqual(["switched-off", "session-ended"]);
    expect(world.mode).toBe("locked");
  });

  it("has a beginning for each end and an end for each beginning, whatever happens", () => {
    const touch = fc
      .record({ running: fc.boolean(), lasts: fc.integer({ min: 0, max: 30_000 }), lost: fc.boolean() })
      .map((each) => ({ ...each, touch: true as const }));
    let ended = 0;
    fc.assert(
      fc.property(fc.array(fc.oneof(walk, touch), { minLength: 2, maxLength: 12 }), (story) => {
        const world = new SimulatedSession({}, allowed);
        for (const each of story) {
          if (Array.isArray(each)) for (const happening of each) play(world, happening);
          else {
            const asked = world.send({ type: "procedure", running: each.running });
            world.pass(milliseconds(each.lasts), 1_000);
            for (const effect of asked) {
              if (effect.type !== "record-procedure") continue;
              const type = each.lost ? "procedure-not-recorded" : "procedure-recorded";
              world.send({ type, attempt: effect.attempt, asked: effect.asked });
            }
          }
        }
        const lines = world.effects.flatMap((each) => {
          if (each.type === "record-procedure") return [each.record.kind];
          return each.type === "journal" && each.record.kind === "procedure-ended" ? [each.record.kind] : [];
        });
        // A line that was never written has no end: nothing of it may run on.
        const open = served(world);
        const runs = open !== null && (open.procedureSince !== null || open.procedureAsked !== null);
        const begun = lines.filter((kind) => kind === "procedure-begun").length;
        ended += lines.length - begun;
        expect(begun - (lines.length - begun)).toBeGreaterThanOrEqual(runs ? 1 : 0);
        expect(lines.at(-1) === "procedure-ended" && runs).toBe(false);
      }),
      { numRuns: 1_000 },
    );
    expect(ended).toBeGreaterThan(20);
  });
});
