import { describe, expect, it } from "vitest";
import { isHeldOut } from "../evaluate-faces-calibration.js";
import { pairsEnrolling, pairsOf } from "./pair-lists.js";

const photosOf = (person: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${person}/${index + 1}.jpg`);

describe("pairs that enrol several photos", () => {
  it("take the first of each person who has more, by name, and each other photo as a live face", () => {
    expect(pairsEnrolling(2, ["bob/2.jpg", ...photosOf("ann", 4), "bob/1.jpg", "alone.jpg"])).toEqual([
      { enrolled: ["ann/1.jpg", "ann/2.jpg"], probe: "ann/3.jpg", same: true },
      { enrolled: ["ann/1.jpg", "ann/2.jpg"], probe: "ann/4.jpg", same: true },
    ]);
  });

  it("are refused when nobody has that many", () => {
    expect(() => pairsEnrolling(3, photosOf("ann", 3))).toThrow(expect.objectContaining({ code: "too-few-people" }));
  });
});

describe("the people who are measured", () => {
  const names = Array.from({ length: 40 }, (_, index) => `person ${index}`);
  const [held, others] = [names.filter(isHeldOut), names.filter((name) => !isHeldOut(name))];
  const pair = (one = "", other = "") => ({ enrolled: [`${one}/1.jpg`], probe: `${other}/1.jpg`, same: one === other });

  it("are those of pairs in which everybody was kept out, where that is asked", () => {
    const both = pair(held[0], held[1]);
    const pairs = [both, pair(held[0], others[0]), pair(others[0], held[0]), pair(others[0], others[0])];
    expect([pairsOf("held-out", pairs), pairsOf("all", pairs)]).toEqual([[both], pairs]);
  });

  it("are refused when there is none", () => {
    expect(() => pairsOf("held-out", [pair(others[0], others[1])])).toThrow(
      expect.objectContaining({ code: "too-few-people" }),
    );
  });
});
