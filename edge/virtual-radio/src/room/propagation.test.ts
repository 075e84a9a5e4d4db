import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asReportedRssi, DEFAULT_PATH_LOSS, meanRssi, shadowing } from "./propagation.js";

describe("strength in the room", () => {
  it("is the reference at one metre and falls by ten times the exponent a decade", () => {
    expect([1, 10, 100].map((metres) => meanRssi(DEFAULT_PATH_LOSS, metres, 0))).toEqual([-59, -81, -103]);
  });

  it("never grows with distance, and falls by the body loss for each pocket", () => {
    const metres = fc.double({ min: 0, max: 1_000, noNaN: true });
    fc.assert(
      fc.property(metres, metres, (a, b) => {
        const [near, far] = a < b ? [a, b] : [b, a];
        expect(meanRssi(DEFAULT_PATH_LOSS, far, 0)).toBeLessThanOrEqual(meanRssi(DEFAULT_PATH_LOSS, near, 0));
        expect(meanRssi(DEFAULT_PATH_LOSS, a, 2)).toBeCloseTo(meanRssi(DEFAULT_PATH_LOSS, a, 0) - 16, 6);
      }),
    );
  });

  it("has shadowing of the configured size that hardly changes in a moment", () => {
    const at = (timeMs: number): number => shadowing(DEFAULT_PATH_LOSS, { seed: 3, link: "a b", timeMs });
    const samples = Array.from({ length: 4_000 }, (_, index) => at(index * 2_000));
    const sigma = Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
    const steps = Array.from({ length: 4_000 }, (_, index) => Math.abs(at(index * 50 + 10) - at(index * 50)));
    expect({
      size: Math.abs(sigma - DEFAULT_PATH_LOSS.shadowingSigmaDb) < 0.2,
      smooth: Math.max(...steps) < 0.5,
    }).toEqual({ size: true, smooth: true });
  });

  it("is reported within what HCI can say", () => {
    expect([-300, -127.4, -58.6, 40].map(asReportedRssi)).toEqual([-127, -127, -59, 20]);
  });
});
