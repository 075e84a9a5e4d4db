import { metres } from "@wardkey/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { strengthAt } from "./distance.js";
import { PhoneTrack, type TrackChange } from "./phone-track.js";
import { DEFAULT_TUNING } from "./tuning.js";

const INTERVAL_MS = 100;

/** Walks a phone along `path` (metres at each advertisement) and gives each change with where it happened. */
function walk(path: readonly number[], loss = 0, noise: readonly number[] = []): (TrackChange & { metres: number })[] {
  const track = new PhoneTrack(DEFAULT_TUNING);
  const changes: (TrackChange & { metres: number })[] = [];
  path.forEach((distance, index) => {
    const strength = strengthAt(metres(distance), DEFAULT_TUNING) - loss + (noise[index] ?? 0);
    const change = track.heard(strength, index * INTERVAL_MS);
    if (change !== undefined) changes.push({ ...change, metres: distance });
  });
  return changes;
}

const straight = (from: number, to: number, speed = 1.2): number[] => {
  const steps = Math.ceil(Math.abs(to - from) / (speed * (INTERVAL_MS / 1_000)));
  return Array.from({ length: steps + 1 }, (_, step) => from + ((to - from) * step) / steps);
};
const standing = (at: number, ms: number): number[] => Array.from({ length: ms / INTERVAL_MS }, () => at);
const types = (changes: readonly TrackChange[]): string[] =>
  changes.map(({ type }) => type).filter((type) => type !== "approaching");

describe("a phone's track", () => {
  it("is near within 0.3 m of the line when somebody walks up with the phone in the hand", () => {
    const near = walk(straight(8, 1)).find(({ type }) => type === "near");
    expect(Math.abs((near?.metres ?? Number.NaN) - 2)).toBeLessThan(0.3);
  });

  it("tells of the approach before that, each time with more evidence", () => {
    const evidence = walk(straight(8, 1)).flatMap((change) => (change.type === "approaching" ? [change.evidence] : []));
    expect(evidence.length).toBeGreaterThan(5);
    expect(evidence).toEqual([...evidence].sort((a, b) => a - b));
  });

  it("is near when a phone in a pocket stops at one metre", () => {
    expect(types(walk([...straight(6, 1), ...standing(1, 1_500)], DEFAULT_TUNING.bodyLoss))).toEqual(["near"]);
  });

  it("is not near while somebody passes at 3 m with the phone in the hand", () => {
    const chord = straight(-6, 6, 1.4).map((along) => Math.hypot(along, 3));
    expect(types(walk(chord))).toEqual([]);
  });

  it("goes at the leave line and not between the lines", () => {
    expect(types(walk([...straight(6, 1), ...standing(2.6, 5_000)]))).toEqual(["near"]);
    expect(types(walk([...straight(6, 1), ...straight(1, 5)]))).toEqual(["near", "gone"]);
  });

  it("never believes one reading alone", () => {
    expect(types(walk([7, 0.3, 7, 7, 7, 7, 7]))).toEqual([]);
  });

  it("is gone once when it falls silent", () => {
    const track = new PhoneTrack(DEFAULT_TUNING);
    for (let at = 0; at <= 500; at += INTERVAL_MS) track.heard(-55, at);
    expect([track.tick(3_000), track.tick(3_600), track.tick(4_000)]).toEqual([undefined, { type: "gone" }, undefined]);
  });

  it("is asked for a face at the screen while it stands somewhere near, and not while it walks by or is far off", () => {
    const beckoned = (path: readonly number[]): boolean => {
      const track = new PhoneTrack(DEFAULT_TUNING);
      path.forEach((distance, index) => {
        track.heard(strengthAt(metres(distance), DEFAULT_TUNING), index * INTERVAL_MS);
      });
      return track.beckon((path.length - 1) * INTERVAL_MS, DEFAULT_TUNING.beckonLine) !== undefined;
    };
    expect([standing(5, 2_000), straight(2.5, 5.5, 1.5), standing(7, 2_000)].map(beckoned)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("changes sides only in turn, whatever the strengths", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -110, max: -20 }), { maxLength: 200 }), (strengths) => {
        const track = new PhoneTrack(DEFAULT_TUNING);
        const sides = strengths.flatMap((strength, index) => {
          const change = track.heard(strength, index * INTERVAL_MS);
          return change === undefined || change.type === "approaching" ? [] : [change.type];
        });
        expect(sides).toEqual(sides.map((_, index) => (index % 2 === 0 ? "near" : "gone")));
      }),
    );
  });

  it("is the same whether or not others shout in its name faster than a phone speaks", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 19 }), (gap) => {
        const track = new PhoneTrack(DEFAULT_TUNING);
        track.heard(-90, 0);
        const change = track.heard(-30, gap);
        expect({ change, near: track.near }).toEqual({ change: undefined, near: false });
      }),
    );
  });
});
