import type { LivenessReport } from "./evaluate-liveness.js";
import { histogramBins, type LivenessRates, type Rate } from "./evaluate-liveness-rates.js";

/** The report as one page that needs nothing else: rates by kind, and how the scores lie. Text from folders is escaped. */
export function livenessPage(report: LivenessReport): string {
  const simulated =
    report.pictures === "given"
      ? "Pictures given by whoever ran this."
      : "Simulated recaptures of photos: these rates say nothing of real prints and real displays.";
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Passive liveness, measured</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; } th, td { padding: .3rem .8rem; text-align: left; border-bottom: 1px solid #999; }
td.n { text-align: right; font-variant-numeric: tabular-nums; } svg { width: 100%; height: 7rem; }
</style></head><body>
<h1>Passive liveness, measured</h1>
<p>${simulated} Terms of ISO/IEC 30107-3; no claim of conformance.</p>
${ratesTable("At the threshold in force", report.inForce)}
${report.atBpcer3 === null ? "" : ratesTable("At the threshold that refuses 3 % of these bona fide presentations", report.atBpcer3)}
${report.challenges === undefined ? "" : challengeTable(report.challenges)}
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
<table><tr><th>presentations</th><th>rate</th><th>95 % interval</th><th>number</th></tr>${rows.join("")}</table>`;
}

function challengeTable(challenges: Readonly<Record<string, Rate>>): string {
  const rows = Object.entries(challenges).map(([kind, rate]) => row(`${kind}: passed by a photo`, rate));
  return `<h2>Challenges, photos moved in the hand (simulated)</h2>
<table><tr><th>challenge</th><th>rate</th><th>95 % interval</th><th>number</th></tr>${rows.join("")}</table>`;
}

function row(what: string, { rate, interval95: [low, high], presentations }: Rate): string {
  const between = `${percent(low)} to ${percent(high)}`;
  return `<tr><td>${escaped(what)}</td><td class="n">${percent(rate)}</td><td class="n">${between}</td><td class="n">${presentations}</td></tr>`;
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
<svg viewBox="0 0 ${histogramBins * 10} 100" preserveAspectRatio="none" role="img" aria-label="Scores of ${escaped(kind)}" fill="#36c">${bars.join("")}<line x1="${at}" x2="${at}" y1="0" y2="100" stroke="#c30"/></svg>`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
