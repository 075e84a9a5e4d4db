import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { establish, type Head, percentOf, type RolloutCommand, step } from "./rollout.js";

const rings = [
  { percent: 1, dwellMs: 100 },
  { percent: 10, dwellMs: 200 },
  { percent: 100, dwellMs: 300 },
];
const begin = (version: number): RolloutCommand => ({ type: "begin", version, salt: "s", rings, by: "olga" });
const tick: RolloutCommand = { type: "tick", verdict: { verdict: "no-worse" } };

function run(head: Head, ...commands: readonly (readonly [number, RolloutCommand])[]): { head: Head; kinds: string[] } {
  let now = head;
  const kinds: string[] = [];
  for (const [at, command] of commands) {
    const next = step(now, command, at);
    if (!next.ok) throw new Error(next.code);
    now = next.head;
    kinds.push(...next.records.map(({ kind }) => kind));
  }
  return { head: now, kinds };
}

describe("a roll-out", () => {
  it("goes from ring to ring when each had its time, and ends with everybody", () => {
    const { head, kinds } = run(
      establish(null, 1),
      [0, begin(2)],
      [99, tick],
      [100, tick],
      [299, tick],
      [300, tick],
      [600, tick],
    );
    expect(head).toEqual({ revision: 5, stable: 2, rollout: null });
    expect(kinds).toEqual([
      "policy.rollout-started",
      "policy.rollout-forward",
      "policy.rollout-forward",
      "policy.rollout-finished",
    ]);
  });

  it("goes on where nothing can be said, as at a site of five kiosks", () => {
    const { head } = run(establish(null, 1), [0, begin(2)], [100, { type: "tick", verdict: { verdict: "too-few" } }]);
    expect(percentOf(head)).toBe(10);
  });

  it("does not finish unjudged once it was halted, and finishes when it was judged", () => {
    const tooFew: RolloutCommand = { type: "tick", verdict: { verdict: "too-few" } };
    const last = run(establish(null, 1), [0, begin(2)], [100, tick], [300, tick]).head;
    expect(run(last, [600, tooFew]).head.rollout).toBeNull();
    const resumed = run(
      last,
      [310, { type: "halt", by: "olga", reason: "by-hand" }],
      [320, { type: "resume", by: "olga" }],
    );
    const waiting = run(resumed.head, [10_000, tooFew]).head;
    expect(waiting.rollout).toMatchObject({ status: "running", ring: 2 });
    expect(run(waiting, [10_001, tick]).head).toMatchObject({ stable: 2, rollout: null });
  });

  it("halts by itself when something gets worse, and says what", () => {
    const worse: RolloutCommand = { type: "tick", verdict: { verdict: "worse", of: "false-locks" } };
    const started = run(establish(null, 1), [0, begin(2)]).head;
    expect(step(started, worse, 50)).toEqual({
      ok: true,
      head: {
        revision: 3,
        stable: 1,
        rollout: {
          version: 2,
          salt: "s",
          rings,
          ring: 0,
          stage: 1,
          began: 1,
          status: "halted",
          since: 50,
          reason: "more-false-locks",
        },
      },
      records: [{ kind: "policy.rollout-halted", version: 2, by: "fleet", percent: 1, reason: "more-false-locks" }],
    });
  });

  it("is offered to nobody while it is halted, and to the same ring when it is resumed", () => {
    const halted = run(
      establish(null, 1),
      [0, begin(2)],
      [100, tick],
      [110, { type: "halt", by: "olga", reason: "by-hand" }],
    );
    expect(percentOf(halted.head)).toBe(0);
    const resumed = run(halted.head, [500, { type: "resume", by: "olga" }]);
    expect([percentOf(resumed.head), resumed.head.rollout?.stage, resumed.head.rollout?.since]).toEqual([10, 3, 500]);
  });

  it("gives way to a newer version when it is halted or aborted, never while it runs", () => {
    const running = run(establish(null, 1), [0, begin(2)]).head;
    expect(step(running, begin(3), 1)).toEqual({ ok: false, code: "rollout-running" });
    const halted = run(running, [1, { type: "halt", by: "olga", reason: "by-hand" }]).head;
    expect(step(halted, begin(2), 2)).toEqual({ ok: false, code: "rollout-older" });
    expect(run(halted, [2, begin(3)]).head.rollout?.version).toBe(3);
    const aborted = run(halted, [2, { type: "abort", by: "olga" }]).head;
    expect(run(aborted, [3, begin(3)]).head.rollout?.version).toBe(3);
  });

  it.each([
    [
      "rings that do not grow",
      [
        { percent: 10, dwellMs: 1 },
        { percent: 5, dwellMs: 1 },
        { percent: 100, dwellMs: 1 },
      ],
    ],
    ["rings that end before everybody", [{ percent: 10, dwellMs: 1 }]],
    ["no ring", []],
  ])("refuses %s", (_what, wrong) => {
    const command: RolloutCommand = { type: "begin", version: 2, salt: "s", rings: wrong, by: "olga" };
    expect(step(establish(null, 1), command, 0)).toEqual({ ok: false, code: "rollout-rings" });
  });

  it("never lowers the revision or the stable version, and offers nothing that does not run", () => {
    const command: fc.Arbitrary<RolloutCommand> = fc.oneof(
      fc.integer({ min: 1, max: 9 }).map(begin),
      fc.constant(tick),
      fc.constant<RolloutCommand>({ type: "tick", verdict: { verdict: "worse", of: "tap-time" } }),
      fc.constant<RolloutCommand>({ type: "halt", by: "a", reason: "by-hand" }),
      fc.constant<RolloutCommand>({ type: "resume", by: "a" }),
      fc.constant<RolloutCommand>({ type: "abort", by: "a" }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(400), command), { maxLength: 60 }), (steps) => {
        let head = establish(null, 1);
        let [now, newest] = [0, 1];
        for (const [later, each] of steps) {
          now += later;
          const next = step(head, each, now);
          if (!next.ok) continue;
          expect(next.head.revision).toBe(next.head === head ? head.revision : head.revision + 1);
          expect(next.head.stable).toBeGreaterThanOrEqual(head.stable);
          if (next.head.rollout !== null) {
            expect(next.head.rollout.version).toBeGreaterThanOrEqual(newest);
            newest = next.head.rollout.version;
            if (next.head.rollout.status !== "running") expect(percentOf(next.head)).toBe(0);
          }
          // Nothing changes in silence.
          expect(next.records.length > 0).toBe(next.head !== head);
          head = next.head;
        }
      }),
    );
  });
});
