import { describe, expect, it } from "vitest";
import { type Sight, Sights } from "./sights.js";

function after(...looks: readonly Omit<Sight, "at">[]): Sights {
  const sights = new Sights();
  for (const [index, look] of looks.entries()) sights.see({ ...look, at: 100 * (index + 1) });
  return sights;
}

const one = (track: number, steadyMs = 0): Omit<Sight, "at"> => ({ faces: 1, track, steadyMs });
const none: Omit<Sight, "at"> = { faces: 0, track: null };

describe("the faces at the screen", () => {
  it("are not known before the first look, and once the last one is old", () => {
    expect([after().face(100), after(one(1), one(1)).face(1_699), after(one(1), one(1)).face(1_700)]).toEqual([
      "unknown",
      "one",
      "unknown",
    ]);
  });

  it("are one from the second look at it on", () => {
    expect([after(one(1)), after(none, one(1)), after(one(1), one(1))].map((sights) => sights.face(400))).toEqual([
      "none",
      "none",
      "one",
    ]);
  });

  it("are none where a pattern is taken for a face now and then, each time for one frame", () => {
    const sights = after(one(1), none, one(2), none, one(3));
    expect([sights.face(500), sights.settled(500)]).toEqual(["none", false]);
  });

  it("are several at the first look already", () => {
    expect(after({ faces: 2, track: null }).face(100)).toBe("several");
  });

  it("are one at the first look where nobody follows them", () => {
    expect(after({ faces: 1 }).face(100)).toBe("one");
  });

  it("have come to stay once one has kept its place for a while", () => {
    expect([after(one(1), one(1, 300)).settled(200), after(one(1), one(1, 400)).settled(200)]).toEqual([false, true]);
  });
});
