import { describe, expect, it } from "vitest";
import { ScoreHistograms } from "./score-histograms.js";

const bins = (filled: Readonly<Record<number, number>>) => Array.from({ length: 20 }, (_, bin) => filled[bin] ?? 0);

describe("histograms of similarities", () => {
  it("count by branch and outcome, and begin anew once they are taken", () => {
    const histograms = new ScoreHistograms();
    for (let time = 0; time < 15; time++) histograms.note("bare", "matched", 0.72);
    for (const similarity of [1, 0.999, -0.4, 0, 0.0499]) histograms.note("bare", "matched", similarity);
    for (let time = 0; time < 20; time++) histograms.note("masked", "refused", 0.31);
    expect(histograms.take()).toEqual([
      { branch: "bare", outcome: "matched", counts: bins({ 0: 3, 14: 15, 19: 2 }) },
      { branch: "masked", outcome: "refused", counts: bins({ 6: 20 }) },
    ]);
    expect(histograms.take()).toEqual([]);
  });

  it("keep to themselves what could be one person's, until there is more", () => {
    const histograms = new ScoreHistograms();
    for (let time = 0; time < 19; time++) histograms.note("bare", "refused", 0.2);
    expect(histograms.take()).toEqual([]);
    histograms.note("bare", "refused", 0.2);
    expect(histograms.take()).toEqual([{ branch: "bare", outcome: "refused", counts: bins({ 4: 20 }) }]);
  });

  it("do not count what is no number", () => {
    const histograms = new ScoreHistograms();
    for (let time = 0; time < 30; time++) histograms.note("bare", "refused", Number.NaN);
    expect(histograms.take()).toEqual([]);
  });
});
