import type { DetPoint } from "./curves.js";

export interface DetLine {
  /** The class that the line is drawn with. */
  readonly name: string;
  readonly points: readonly DetPoint[];
}

const [width, height] = [560, 440];
const box = { left: 62, right: 545, top: 14, bottom: 392 };

interface Axis {
  /** What the rate is, as it stands beside the axis. */
  readonly what: string;
  readonly least: number;
  readonly most: number;
  readonly ticks: readonly number[];
}

/** Across, and up. */
export type DetAxes = readonly [Axis, Axis];

const faceAxes: DetAxes = [
  { what: "false match rate", least: 0.000005, most: 0.6, ticks: [0.00001, 0.0001, 0.001, 0.01, 0.05, 0.2, 0.5] },
  {
    what: "false non-match rate",
    least: 0.0008,
    most: 0.9,
    ticks: [0.001, 0.005, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8],
  },
];

/**
 * Detection error tradeoff as SVG: both rates on the scale of the normal deviate (Martin et al., 1997), on which scores
 * that are normally distributed make a straight line. Dotted where fewer than thirty errors are behind a point.
 */
export function detChart(lines: readonly DetLine[], axes: DetAxes = faceAxes): string {
  const [matchAxis, nonMatchAxis] = axes;
  const across = (rate: number): number => round(box.left + share(rate, matchAxis) * (box.right - box.left));
  const up = (rate: number): number => round(box.bottom - share(rate, nonMatchAxis) * (box.bottom - box.top));
  const path = (name: string, points: readonly DetPoint[]): string => {
    if (points.length < 2) return "";
    const steps = points.map(({ fmr, fnmr }) => `${across(fmr)} ${up(fnmr)}`);
    return `<path class="${name}" d="M${steps.join("L")}"/>`;
  };
  const columns = matchAxis.ticks.map((rate) => {
    const x = across(rate);
    const text = `<text x="${x}" y="${box.bottom + 18}" text-anchor="middle">${label(rate)}</text>`;
    return `<path class="grid" d="M${x} ${box.top}V${box.bottom}"/>${text}`;
  });
  const rows = nonMatchAxis.ticks.map((rate) => {
    const y = up(rate);
    const text = `<text x="${box.left - 8}" y="${y + 4}" text-anchor="end">${label(rate)}</text>`;
    return `<path class="grid" d="M${box.left} ${y}H${box.right}"/>${text}`;
  });
  const curves = lines.map(({ name, points }) => {
    const firm = points.filter((point) => point.firm);
    const loose = points.slice(Math.max(0, firm.length - 1));
    return path(`curve ${name}`, firm) + path(`curve loose ${name}`, loose);
  });
  return (
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${capital(nonMatchAxis.what)} against ${matchAxis.what}">` +
    `${columns.join("")}${rows.join("")}${curves.join("")}` +
    `<text x="${(box.left + box.right) / 2}" y="${height - 8}" text-anchor="middle">${matchAxis.what}</text>` +
    `<text transform="translate(14 ${(box.top + box.bottom) / 2}) rotate(-90)" text-anchor="middle">${nonMatchAxis.what}</text></svg>`
  );
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function share(rate: number, { least, most }: Axis): number {
  const [low, high] = [deviate(least), deviate(most)];
  return (deviate(Math.min(most, Math.max(least, rate))) - low) / (high - low);
}

/** The standard normal deviate of a probability (Acklam's rational approximation, error under 1.2e-9 of it). */
export function deviate(probability: number): number {
  if (probability > 0.5) return -deviate(1 - probability);
  if (probability < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(probability));
    const top =
      ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q +
        4.374664141464968) *
        q +
      2.938163982698783;
    const bottom =
      (((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1;
    return top / bottom;
  }
  const q = probability - 0.5;
  const r = q * q;
  const top =
    (((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
      2.506628277459239) *
    q;
  const bottom =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
    1;
  return top / bottom;
}

function label(rate: number): string {
  return `${Number((rate * 100).toPrecision(3))} %`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
