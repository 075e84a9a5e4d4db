import { describe, expect, it } from "vitest";
import { type CalibrationFace, isHeldOut, ratesAt, similarity, thresholdFor } from "./evaluate-faces-calibration.js";
import { fitMaskEvidence } from "./evaluate-faces-mask-evidence.js";

/** A unit vector in the plane at an angle in degrees, as whole and upper face alike. */
function vectors(angle: number) {
  const radians = (angle * Math.PI) / 180;
  const whole = Float32Array.of(Math.cos(radians), Math.sin(radians));
  return { whole, upper: whole, maskFeatures: new Float32Array() };
}

function face(person: string, photo: number, angle: number, maskFound = true): CalibrationFace {
  const own = vectors(angle);
  return {
    person,
    photo: `${person}/${photo}.jpg`,
    enrolled: own,
    bareProbe: own,
    maskedProbe: maskFound ? own : undefined,
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

describe("calibration", () => {
  it("keeps about a quarter of all people out, always the same ones", () => {
    const people = Array.from({ length: 4000 }, (_, index) => `person ${index}`);
    const held = people.filter(isHeldOut);
    expect(held.length / people.length).toBeCloseTo(0.25, 1);
    expect(people.filter(isHeldOut)).toEqual(held);
  });

  it("scores the masked branch as the mean of whole and upper faces", () => {
    const [one, other] = [vectors(0), { ...vectors(0), upper: Float32Array.of(0, 1) }];
    expect([similarity("bare", one, other), similarity("masked", one, other)]).toEqual([1, 0.5]);
  });

  it("finds the lowest threshold that keeps to a false match rate", () => {
    // Of 24 pairs of different people the nearest two are bob and eve at 10 degrees, the next two at 20.
    expect(thresholdFor("bare", faces, 2 / 24)).toBeCloseTo(Math.cos((20 * Math.PI) / 180), 3);
    expect(ratesAt("bare", faces, 0.95).falseMatchRate).toBeCloseTo(2 / 24, 3);
  });

  it("counts both error rates with intervals around them", () => {
    const rates = ratesAt("bare", faces, 0.9);
    expect(rates).toMatchObject({ threshold: 0.9, impostorPairs: 24, genuinePairs: 6, falseNonMatchRate: 0.333 });
    const [low, high] = rates.falseNonMatchInterval95;
    expect(low).toBeLessThanOrEqual(0.333);
    expect(high).toBeGreaterThanOrEqual(0.333);
  });

  it("takes a masked face that was not found for a false non-match", () => {
    // Ann and Bob match both ways; of Eve's two pairs one has no masked face and the other is 40 degrees apart.
    expect(ratesAt("masked", faces, 0.9)).toMatchObject({ genuinePairs: 6, falseNonMatchRate: 0.333 });
    expect(ratesAt("masked", faces, 0.5)).toMatchObject({ genuinePairs: 6, falseNonMatchRate: 0.167 });
  });
});

describe("fitting mask evidence", () => {
  const examples = Array.from({ length: 200 }, (_, index) => ({
    features: Float32Array.of(Math.sin(index), index % 2 === 0 ? 0.5 : -0.5, 3),
    masked: index % 2 === 0,
    weight: 1,
  }));

  it("gives weights that tell the examples apart, the same at each run", () => {
    const weights = fitMaskEvidence(examples);
    const estimate = (features: Float32Array) =>
      weights.hidden.reduce(
        (sum, unit) =>
          sum +
          unit.output *
            Math.max(
              0,
              unit.weights.reduce((inner, value, i) => inner + value * (features[i] ?? 0), unit.bias),
            ),
        weights.bias,
      );
    expect(examples.every(({ features, masked }) => estimate(features) > 0 === masked)).toBe(true);
    expect(fitMaskEvidence(examples)).toEqual(weights);
  });
});
