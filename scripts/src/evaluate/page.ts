import { detChart } from "./det-chart.js";
import { histogramChart } from "./histogram-chart.js";
import type { Interval } from "./intervals.js";
import { pageStyle } from "./page-style.js";
import type { Rates, Report } from "./report.js";

const branches = ["bare", "masked"] as const;

/** The report as one HTML file without scripts, pictures or anything from elsewhere. Shows no face and names no photo. */
export function reportPage(report: Report): string {
  const shown = branches.filter((branch) => report.branches[branch] + report.byBranch[branch].impostorPairs > 0);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Wardkey: faces, measured</title><style>${pageStyle}</style></head><body>
<h1>Faces, measured</h1>
<p class="soft">${count(report.pairs)} pairs (${count(report.genuinePairs)} of one person), ${count(report.photos)} photos of
${count(report.people)} people. Different people: ${count(report.impostorPairs)} pairs, ${
    report.impostors === "cross" ? "every enrolled face against every live face of somebody else" : "those listed"
  }. Masks: ${escaped(maskWords(report))}.${chosenWords(report)}</p>
<div class="figures">
${figure("Accuracy, ten folds", percent(report.accuracy), spread(report.accuracyInterval95))}
${figure("Equal error rate", percent(report.eer), "")}
${Object.entries(report.fnmrAtFmr)
  .slice(0, 2)
  .map(([rate, missed]) =>
    figure(`False non-match at ${percent(Number(rate))}`, percent(missed), spread(report.interval95[rate])),
  )
  .join("\n")}
</div>
<h2>Error rates</h2>
<p>False non-match rate (somebody is not recognised) at stated false match rates (somebody else is taken for them). A dash
stands where fewer than 30 false matches would be behind the figure.</p>
<div class="wide"><table><thead><tr><th>Pairs</th><th>of one person</th><th>of different people</th><th>equal error</th>${Object.keys(
    report.fnmrAtFmr,
  )
    .map((rate) => `<th>at ${percent(Number(rate))}</th>`)
    .join("")}</tr></thead><tbody>
${ratesRow("all", { ...report, eer: report.eer })}
${shown.map((branch) => ratesRow(`judged as ${branch}`, report.byBranch[branch])).join("\n")}
</tbody></table></div>
<h2>At the thresholds in force</h2>
<div class="wide"><table><thead><tr><th>Branch</th><th>threshold</th><th>false match rate</th><th>false non-match rate</th></tr></thead><tbody>
${shown
  .map((branch) => {
    const { threshold, fmr, fmrInterval95, fnmr, fnmrInterval95 } = report.inForce[branch];
    const cells = [threshold ?? "closed", withSpread(fmr, fmrInterval95), withSpread(fnmr, fnmrInterval95)];
    return `<tr><td>${branch}</td>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  })
  .join("\n")}
</tbody></table></div>
<h2>Tradeoff</h2>
<div class="tradeoff"><figure>${detChart([
    { name: "all", points: report.curves.all.det },
    ...shown.map((branch) => ({ name: branch, points: report.curves[branch].det })),
  ])}<figcaption><span class="key" style="background:var(--all)"></span>all${shown
    .filter((branch) => report.curves[branch].det.length > 0)
    .map((branch) => `<span class="key" style="background:var(--${branch})"></span>judged as ${branch}`)
    .join("")}. Dotted: fewer than 30 false matches. Axes: normal deviate.</figcaption></figure></div>
<h2>Scores</h2>
<div class="charts">${shown.map((branch) => histogramFigure(report, branch)).join("\n")}</div>
<h2>Photos that gave no face</h2>
${failuresTable(report)}
<h2>What this is</h2>
<p>${simulated(report)}</p>
<p>The pipeline is the one that the kiosk runs; a pair's live face chooses its branch, and every score is the similarity
less the threshold in force of that branch. Intervals: ${escaped(report.intervalMethod)}. The median photo took
${report.msPerImage.detect} ms to find and ${report.msPerImage.embed} ms to embed on this machine. Whoever is not in these photos was not measured.</p>
</body></html>
`;
}

function figure(name: string, value: string, more: string): string {
  return `<div class="figure">${name}<b>${value}</b><span class="soft">${more || "&nbsp;"}</span></div>`;
}

function ratesRow(name: string, rates: Rates): string {
  const cells = Object.entries(rates.fnmrAtFmr).map(([rate, missed]) => withSpread(missed, rates.interval95[rate]));
  return `<tr><td>${name}</td><td>${count(rates.genuinePairs)}</td><td>${count(rates.impostorPairs)}</td><td>${percent(
    rates.eer,
  )}</td>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}

function histogramFigure(report: Report, branch: (typeof branches)[number]): string {
  const { histogram } = report.curves[branch];
  if (histogram === null) return "";
  const without = histogram.genuineWithoutScore;
  return `<figure>${histogramChart(histogram)}<figcaption>Judged as ${branch}:
<span class="key" style="background:var(--genuine)"></span>one person<span class="key" style="background:var(--impostor)"></span>different
people, each to its own scale; dashed: the threshold.${
    without > 0 ? ` Pairs of one person without a score, which count as not recognised: ${count(without)}.` : ""
  }</figcaption></figure>`;
}

function failuresTable(report: Report): string {
  const { enrolment, probe } = report.failures;
  const reasons = [...new Set([...Object.keys(enrolment), ...Object.keys(probe)])];
  const total = `<p>${count(report.failedToEnrol)} sets of photos could not be enrolled, in ${count(
    report.failedToFind,
  )} live photos no face was found. Each counts as not recognised; none is left out.</p>`;
  if (reasons.length === 0) return total;
  const rows = reasons.map(
    (reason) => `<tr><td>${escaped(reason)}</td><td>${enrolment[reason] ?? 0}</td><td>${probe[reason] ?? 0}</td></tr>`,
  );
  return `${total}<div class="wide"><table><thead><tr><th>Reason</th><th>enrolled photos</th><th>live photos</th></tr></thead><tbody>${rows.join(
    "\n",
  )}</tbody></table></div>`;
}

function maskWords({ mask, masks }: Report): string {
  switch (mask) {
    case "none":
      return "none put on";
    case "probe":
      return `on every live photo, ${masks}`;
    case "both":
      return `on every photo, ${masks}`;
  }
}

function chosenWords({ chosen: { people, enrolled, farther } }: Report): string {
  const held = people === "held-out" ? " Only people kept out of training and calibration." : "";
  const first =
    enrolled === null ? "" : ` Enrolled: the first ${enrolled === 1 ? "photo" : `${enrolled} photos`} of each person.`;
  const far = farther === 1 ? "" : ` Live faces as from ${farther} times as far (simulated: made smaller).`;
  return `${held}${first}${far}`;
}

function simulated(report: Report): string {
  return report.mask === "none"
    ? "Nothing was simulated: photos were compared as they are."
    : "<strong>The masks are simulated.</strong> Pictures of masks were bent over the landmarks of each face, covering at " +
        "least 40 % of the aligned face where its pose allows. Real masks, crooked or under the nose, were not measured.";
}

function withSpread(value: number | null, interval: Interval | null | undefined): string {
  const range = interval ? spread(interval) : "";
  return value === null ? "–" : `${percent(value)}${range === "" ? "" : `<br><span class="soft">${range}</span>`}`;
}

function spread(interval: Interval | undefined): string {
  return interval === undefined ? "" : `${percent(interval[0]).slice(0, -2)}–${percent(interval[1])}`;
}

function percent(share: number | null): string {
  return share === null ? "–" : `${Number((share * 100).toPrecision(3))} %`;
}

function count(value: number): string {
  return value.toLocaleString("en-GB");
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
