import { type DetAxes, detChart } from "./evaluate/det-chart.js";
import { pageStyle } from "./evaluate/page-style.js";
import type { LivenessReport } from "./evaluate-liveness.js";
import { histogramBins, type LivenessRates, type Rate } from "./evaluate-liveness-rates.js";

const axes: DetAxes = [
  { what: "APCER (attacks accepted)", least: 0.0008, most: 0.6, ticks: [0.001, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5] },
  { what: "BPCER (people refused)", least: 0.0008, most: 0.9, ticks: [0.001, 0.005, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8] },
];
const colours = ["#0b62c4", "#b4520a", "#12805c", "#8a3ab9", "#b3261e", "#5a6672"] as const;
const lineStyle = colours
  .map((colour, kind) => `svg .kind${kind} { stroke: ${colour}; } .key.kind${kind} { background: ${colour}; }`)
  .join("\n");

/**
 * The report as one page that needs nothing else: rates by kind, the tradeoff, what gave no answer, and how the scores lie.
 * Text from folders is escaped.
 */
export function livenessPage(report: LivenessReport): string {
  const simulated =
    report.pictures === "given"
      ? "Pictures given by whoever ran this."
      : "Simulated recaptures of photos: these rates say nothing of real prints and real displays.";
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Passive liveness, measured</title><style>${pageStyle}${lineStyle}
svg.scores { height: 7rem; }</style></head><body>
<h1>Passive liveness, measured</h1>
<p>${simulated} Terms of ISO/IEC 30107-3; no claim of conformance. Intervals: ${escaped(report.intervalMethod)}.</p>
${ratesTable("At the threshold in force", report.inForce)}
${report.atBpcer3 === null ? "" : ratesTable("At the threshold that refuses 3 % of these bona fide presentations", report.atBpcer3)}
${report.challenges === undefined ? "" : challengeTable(report.challenges)}
${tradeoff(report.det)}
${responseTable(report.responses)}
<h2>Scores</h2><p>From 0 (attack) on the left to 1 (live) on the right; the line is the threshold in force.</p>
${Object.entries(report.histogram)
  .map(([kind, counts]) => histogram(kind, counts, report.inForce.threshold))
  .join("\n")}
</body></html>
`;
}

function ratesTable(title: string, rates: LivenessRates): string {
  const rows = [
    ...Object.entries(rates.bpcerByGroup).map(([group, rate]) => row(`${group}: refused (BPCER)`, rate)),
    ...Object.entries(rates.apcer).map(([kind, rate]) => row(`${kind}: accepted (APCER)`, rate)),
  ];
  return `<h2>${title} (${rates.threshold})</h2>
<div class="wide"><table><tr><th>presentations</th><th>rate</th><th>95 % interval</th><th>number</th></tr>${rows.join("")}</table></div>`;
}

function tradeoff(det: LivenessReport["det"]): string {
  const kinds = Object.entries(det);
  const title = "<h2>Tradeoff by kind</h2>";
  if (kinds.length === 0) {
    return `${title}<p>No curve: it takes thirty live presentations and thirty of a kind of attack.</p>`;
  }
  const lines = kinds.map(([, points], index) => ({
    name: `kind${index % colours.length}`,
    points: points.map(({ apcer, bpcer, firm }) => ({ fmr: apcer, fnmr: bpcer, firm })),
  }));
  const key = kinds.map(([kind], index) => `<span class="key kind${index % colours.length}"></span>${escaped(kind)}`);
  return `${title}<div class="tradeoff"><figure>${detChart(lines, axes)}<figcaption>${key.join("")}.
Dotted: fewer than 30 accepted attacks. Axes: normal deviate.</figcaption></figure></div>`;
}

function responseTable(responses: LivenessReport["responses"]): string {
  const rows = Object.entries(responses).map(([kind, { presentations, withoutFace, unreadable }]) => {
    const cells = [withoutFace, unreadable].map((rate) => `<td>${withInterval(rate)}</td>`).join("");
    return `<tr><td>${escaped(kind)}</td><td>${presentations}</td>${cells}</tr>`;
  });
  return `<h2>Presentations without an answer</h2>
<p>Shares of all presentations of the kind. Of live ones, one in which no face is found, or whose picture cannot be read, counts as refused.
An attack in which no face is found counts as not accepted; an attack whose picture cannot be read is left out of its rate.</p>
<div class="wide"><table><tr><th>kind</th><th>presentations</th><th>no face found</th><th>unreadable</th></tr>${rows.join("")}</table></div>`;
}

function withInterval({ rate, interval95: [low, high] }: Rate): string {
  return `${percent(rate)} (${percent(low).slice(0, -2)}–${percent(high)})`;
}

function challengeTable(challenges: Readonly<Record<string, Rate>>): string {
  const rows = Object.entries(challenges).map(([kind, rate]) => row(`${kind}: passed by a photo`, rate));
  return `<h2>Challenges, photos moved in the hand (simulated)</h2>
<table><tr><th>challenge</th><th>rate</th><th>95 % interval</th><th>number</th></tr>${rows.join("")}</table>`;
}

function row(what: string, { rate, interval95: [low, high], presentations }: Rate): string {
  const between = `${percent(low)} to ${percent(high)}`;
  return `<tr><td>${escaped(what)}</td><td>${percent(rate)}</td><td>${between}</td><td>${presentations}</td></tr>`;
}

function histogram(kind: string, counts: readonly number[], threshold: number): string {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const most = Math.max(1, ...counts);
  const bars = counts.map((count, bin) => {
    const height = (count / most) * 90;
    return `<rect x="${bin * 10}" y="${100 - height}" width="9" height="${height}"><title>${count}</title></rect>`;
  });
  const at = threshold * histogramBins * 10;
  return `<h3>${escaped(kind)}: ${total}</h3>
<svg class="scores" viewBox="0 0 ${histogramBins * 10} 100" preserveAspectRatio="none" role="img" aria-label="Scores of ${escaped(kind)}" fill="#36c">${bars.join("")}<line x1="${at}" x2="${at}" y1="0" y2="100" stroke="#c30"/></svg>`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
