import { type Observation, planWalk, traceOf, type WalkTrace } from "@wardkey/virtual-radio/walks";
import { describe, expect, it } from "vitest";
import { withAssumptions } from "./assumed.js";
import { replayTrace, replayWalk } from "./replay.js";

describe("a replay", () => {
  it("of the same walk gives the same events, whatever else is replayed beside it", () => {
    const alone = replayWalk(planWalk(1_000_008), ["wardkey"]);
    const together = replayWalk(planWalk(1_000_008)).filter(({ rule }) => rule === "wardkey");
    expect(alone).toEqual(together);
    expect(alone.some(({ events }) => events.length > 0)).toBe(true);
  });

  it("opens for her only once her own face was before the camera, and locks after she left", () => {
    const plan = planWalk(1_000_008);
    const [replayed] = replayWalk(plan, ["wardkey"]);
    const [use] = plan.uses;
    const [first] = replayed?.events ?? [];
    expect(first).toMatchObject({ type: "unlocked", person: "anna" });
    expect(first?.at).toBeGreaterThan((use?.seatedAt ?? 0) - 2_000);
    expect(replayed?.findings).toMatchObject({ wrongUnlocks: [], neverLocked: 0, uses: 1 });
  });

  it("of a trace from a file knows as much as the one of the walk, but for where people are", () => {
    const plan = planWalk(1_000_008);
    const judged = replayTrace(traceOf(plan), ["wardkey"]).map(({ findings }) => findings);
    expect(judged).toMatchObject([{ uses: 1, unlocks: 1, wrongUnlocks: [], neverLocked: 0, missedUnlocks: 0 }]);
  });

  it("of a recording takes faces, touches and movement from what somebody wrote down", () => {
    const { header, observations } = traceOf(planWalk(1_000_008));
    const heard = (each: Observation): boolean => each.type !== "faces" && each.type !== "input";
    const recorded: WalkTrace = {
      header: { ...header, source: "recorded", unknown: ["faces", "inputs", "moved"] },
      observations: observations
        .filter(heard)
        .map((each) => (each.type === "heartbeat" ? { ...each, moved: false } : each)),
    };
    const [use] = header.uses;
    if (use === undefined) throw new Error("she used the kiosk");
    const whole = withAssumptions(recorded);
    const moved = whole.observations.flatMap((each) => (each.type === "heartbeat" && each.moved ? [each.at] : []));
    expect(moved.every((at) => at < use.seatedAt || at >= use.risesAt)).toBe(true);
    expect(replayTrace(whole, ["wardkey"]).map(({ findings }) => findings)).toMatchObject([
      { uses: 1, unlocks: 1, wrongUnlocks: [], falseLocks: [], neverLocked: 0 },
    ]);
  });
});
