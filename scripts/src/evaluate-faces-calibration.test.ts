import { describe, expect, it } from "vitest";
import { type CalibrationFace, comparisonsOf, isHeldOut, similarity } from "./evaluate-faces-calibration.js";
import { deriveOperatingPoints } from "./evaluate-faces-operating-points.js";

const model = new Uint8Array(8);

/** A unit vector in the plane at an angle in degrees, the same for each name. */
function vectors(angle: number) {
  const radians = (angle * Math.PI) / 180;
  const vector = { numbers: Float32Array.of(Math.cos(radians), Math.sin(radians)), model };
  return { bare: vector, masked: vector };
}

function face(person: string, photo: number, angle: number, maskFound = true): CalibrationFace {
  return {
    person,
    photo: `${person}/${photo}.jpg`,
    enrolled: vectors(angle),
    bareProbe: vectors(angle),
    maskedProbe: maskFound ? vectors(angle) : undefined,
  };
}

// Two photos of each of three people, 10 degrees apart; the people are 60 degrees apart, but for one photo.
const faces = [
  face("ann", 1, 0),
  face("ann", 2, 10),
  face("bob", 1, 60),
  face("bob", 2, 70),
  face("eve", 1, 120),
  face("eve", 2, 80, false),
];

/** A thousand times the same comparisons, so that enough false matches are expected. */
function often(branch: "bare" | "masked") {
  const once = comparisonsOf(branch, faces);
  return (visit: Parameters<typeof once>[0]) => {
    for (let time = 0; time < 1000; time++) once(visit);
  };
}

describe("calibration", () => {
  it("keeps about a quarter of all people out, always the same ones", () => {
    const people = Array.from({ length: 4000 }, (_, index) => `person ${index}`);
    const held = people.filter(isHeldOut);
    expect(held.length / people.length).toBeCloseTo(0.25, 1);
    expect(people.filter(isHeldOut)).toEqual(held);
  });

  it("scores a branch by its own vectors, and a face without them lowest", () => {
    const [one, other] = [vectors(0), { ...vectors(0), masked: { numbers: Float32Array.of(0, 1), model } }];
    expect([similarity("bare", one, other), similarity("masked", one, other)]).toEqual([1, 0]);
    expect(similarity("masked", one, { bare: vectors(0).bare })).toBe(-1);
  });

  it("finds the lowest threshold that keeps to each rate, and says what it gives on other people", () => {
    // Of 24 pairs of different people the nearest two are bob and eve at 10 degrees, the next two at 20.
    const derived = deriveOperatingPoints({ fitted: often("bare"), held: often("bare") }, [4 / 24, 2 / 24]);
    expect(derived).toMatchObject({ left: [], impostorPairs: 24_000, genuinePairs: 6_000 });
    expect(derived.points.map(({ rate, threshold, falseMatchRate }) => [rate, threshold, falseMatchRate])).toEqual([
      [4 / 24, expect.closeTo(Math.cos((50 * Math.PI) / 180), 3), 0.167],
      [2 / 24, expect.closeTo(Math.cos((20 * Math.PI) / 180), 3), 0.0833],
    ]);
    // Eve's two photos are 40 degrees apart.
    expect(derived.points.map(({ falseNonMatchRate }) => falseNonMatchRate)).toEqual([0, 0.333]);
    const [low = 1, high = 0] = derived.points[1]?.falseNonMatchInterval95 ?? [];
    expect([low <= 0.333, high >= 0.333]).toEqual([true, true]);
  });

  it("takes a masked face that was not found for a false non-match", () => {
    // Of Eve's two pairs one has no masked face and the other is 40 degrees apart; everybody else matches.
    const derived = deriveOperatingPoints({ fitted: often("masked"), held: often("masked") }, [2 / 24]);
    expect(derived.points).toMatchObject([{ falseNonMatchRate: 0.333 }]);
  });

  it("gives no point for a rate with fewer than thirty expected false matches, or that other people do not keep", () => {
    const few = deriveOperatingPoints({ fitted: often("bare"), held: comparisonsOf("bare", faces) }, [2 / 24]);
    expect(few).toMatchObject({ points: [], left: [{ rate: 2 / 24, why: "too-few-pairs" }] });
    const alike: typeof faces = faces.map((each) => face(each.person, 1, 0));
    const nearer = (visit: Parameters<ReturnType<typeof often>>[0]) => {
      for (let time = 0; time < 1000; time++) comparisonsOf("bare", alike)(visit);
    };
    const broken = deriveOperatingPoints({ fitted: often("bare"), held: nearer }, [2 / 24]);
    expect(broken).toMatchObject({ points: [], left: [{ rate: 2 / 24, why: "rate-not-kept" }] });
  });
});
