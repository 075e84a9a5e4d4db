import { describe, expect, it } from "vitest";
import { type Cue, cueOf } from "./cue.js";
import { NOTES } from "./notes.js";

type State = Parameters<typeof cueOf>[1]["state"];

const changes: [State, State, Cue | null][] = [
  ["locked", "someone-near", null],
  ["someone-near", "identifying", null],
  ["identifying", "unlocked", "in"],
  ["identifying", "refused", "refused"],
  ["refused", "refused", null],
  ["refused", "locked", null],
  ["unlocked", "unlocked", null],
  ["unlocked", "leaving", "leaving"],
  ["leaving", "unlocked", null],
  ["leaving", "locked", "out"],
  ["unlocked", "locked", "out"],
  ["unlocked", "someone-near", "out"],
  ["unlocked", "degraded", "out"],
  ["locked", "degraded", null],
];

describe("a cue", () => {
  it.each(changes)("of a change from %s to %s is %s", (before, after, cue) => {
    expect(cueOf({ state: before }, { state: after })).toBe(cue);
  });

  it("is not given for what a page finds when it opens", () => {
    expect(cueOf(null, { state: "unlocked" })).toBeNull();
  });

  it("of an emergency is its own, once", () => {
    const open = { state: "unlocked", emergency: { until: 1, reason: "patient" } } as const;
    expect([cueOf({ state: "locked" }, open), cueOf(open, open), cueOf(open, { state: "locked" })]).toEqual([
      "emergency",
      null,
      "out",
    ]);
  });

  it("sounds different from every other and is over within half a second", () => {
    const tunes = Object.values(NOTES).map((notes) => JSON.stringify(notes));
    expect(new Set(tunes).size).toBe(5);
    for (const notes of Object.values(NOTES)) {
      for (const { at, lasts } of notes) expect(at + lasts).toBeLessThanOrEqual(0.5);
    }
  });
});
