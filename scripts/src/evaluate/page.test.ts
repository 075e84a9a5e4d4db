import { describe, expect, it } from "vitest";
import { listedImpostors } from "./cross-impostors.js";
import { deviate } from "./det-chart.js";
import { reportPage } from "./page.js";
import { buildReport, type ReportAbout } from "./report.js";
import type { JudgedPair } from "./scores.js";

const about: ReportAbout = {
  people: 40,
  photos: 80,
  mask: "probe",
  masks: "pictures (simulated): surgical, <b>cloth</b>",
  impostors: "listed",
  chosen: { people: "held-out", enrolled: 3, farther: 2 },
  failedToEnrol: 1,
  failedToFind: 2,
  failures: { enrolment: { "no-face": 1 }, probe: { "image-unreadable": 1, "no-face-under-mask": 1 } },
  msPerImage: { detect: 12.5, embed: 6 },
};
const interval = [0, 1] as [number, number];
const point = { rate: 1e-3, threshold: 0.4, falseMatchRate: 1e-3, falseNonMatchRate: 0.1 };
const measured = { ...point, falseMatchInterval95: interval, falseNonMatchInterval95: interval };
const thresholds = { bare: measured, masked: null, maskEvidence: 0.5, liveness: 0.5 };

/** Genuine scores around 0.3, impostors around -0.3, every tenth judged as masked. */
function pairsOf(count: number): readonly JudgedPair[] {
  return Array.from({ length: count }, (_, index) => ({
    person: `person ${index % 40}`,
    same: index % 2 === 0,
    score: (index % 2 === 0 ? 0.3 : -0.3) + 0.4 * Math.sin(index * 7.1),
    branch: index % 10 === 0 ? ("masked" as const) : ("bare" as const),
  }));
}

function reportOf(pairs: readonly JudgedPair[]) {
  return buildReport({ pairs, impostors: listedImpostors(pairs), thresholds, about });
}

describe("a report", () => {
  it("has null for rates with fewer than thirty expected false matches, and intervals for the others", () => {
    const report = reportOf(pairsOf(8000));
    expect(report).toMatchObject({ pairs: 8000, genuinePairs: 4000, impostorPairs: 4000 });
    expect(report.fnmrAtFmr).toEqual({
      "0.01": expect.any(Number),
      "0.001": null,
      "0.0001": null,
      "0.00001": null,
    });
    expect(Object.keys(report.interval95)).toEqual(["0.01"]);
    expect(report.branches).toEqual({ bare: 7200, masked: 800 });
    expect(report.inForce.masked).toMatchObject({ threshold: null });
    expect(report.inForce.bare).toMatchObject({ threshold: 0.4, fmr: expect.any(Number), fnmr: expect.any(Number) });
  });

  it("draws the tradeoff with falling false match rates and says where few false matches are behind it", () => {
    const { det } = reportOf(pairsOf(8000)).curves.all;
    const rates = det.map(({ fmr }) => fmr);
    expect(rates).toEqual([...rates].sort((one, other) => other - one));
    expect(det.map(({ firm }) => firm)).toEqual(rates.map((rate) => rate * 4000 >= 30));
  });

  it("draws no curve for fewer than thirty pairs of one person", () => {
    expect(reportOf(pairsOf(58)).curves.all.det).toEqual([]);
  });

  it("has no rates at all without pairs of one person", () => {
    const pairs = pairsOf(100).filter(({ same }) => !same);
    expect(reportOf(pairs)).toMatchObject({ eer: null, curves: { all: { det: [] } } });
  });
});

describe("the page", () => {
  const page = reportPage(reportOf(pairsOf(8000)));

  it("holds figures, curves and histograms, and nothing from elsewhere", () => {
    expect(page.match(/<svg/g)).toHaveLength(2 + 1);
    expect(page).not.toMatch(/<script|<img|https?:|url\(/);
    expect(page).toContain("judged as masked");
    expect(page).toContain("no-face-under-mask");
  });

  it("says what was simulated and what a dash means", () => {
    expect(page).toContain("The masks are simulated.");
    expect(page).toContain("fewer than 30 false matches");
    expect(page).toContain("Only people kept out of training and calibration.");
    expect(page).toContain("Live faces as from 2 times as far (simulated: made smaller).");
    expect(page).toContain("Enrolled: the first 3 photos of each person.");
  });

  it("shows what it was given as text", () => {
    expect(page).toContain("&#60;b&#62;cloth");
  });
});

describe("the scale of the tradeoff", () => {
  it("is the standard normal deviate", () => {
    expect([0.5, 0.1586552539, 0.0013498980316, 0.97724986805].map((p) => deviate(p).toFixed(5))).toEqual([
      "0.00000",
      "-1.00000",
      "-3.00000",
      "2.00000",
    ]);
  });
});
