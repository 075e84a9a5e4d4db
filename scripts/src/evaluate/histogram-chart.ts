import type { ScoreHistogram } from "./curves.js";

const [width, height] = [560, 260];
const box = { left: 14, right: 546, top: 12, bottom: 218 };

/** How often which score occurs, for pairs of one person and of different people, each scaled to its own highest bin. */
export function histogramChart({ from, to, genuine, impostors }: ScoreHistogram): string {
  const x = (score: number) => round(box.left + ((score - from) / (to - from)) * (box.right - box.left));
  const marks: string[] = [];
  const step = to - from > 0.8 ? 0.2 : 0.1;
  for (let score = Math.ceil(from / step - 1e-9) * step; score <= to + 1e-9; score += step) {
    const at = x(score);
    marks.push(
      `<path class="grid" d="M${at} ${box.top}V${box.bottom}"/>` +
        `<text x="${at}" y="${box.bottom + 17}" text-anchor="middle">${label(score)}</text>`,
    );
  }
  const threshold = from < 0 && to > 0 ? `<path class="mark" d="M${x(0)} ${box.top}V${box.bottom}"/>` : "";
  return (
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Scores of one person and of different people">` +
    `${marks.join("")}${area("impostor", impostors)}${area("genuine", genuine)}${threshold}` +
    `<text x="${(box.left + box.right) / 2}" y="${height - 6}" text-anchor="middle">score above the threshold in force</text></svg>`
  );
}

function area(name: string, shares: readonly number[]): string {
  const most = Math.max(...shares);
  if (!(most > 0)) return "";
  const step = (box.right - box.left) / shares.length;
  const tops = shares.map((share, bin) => {
    const y = round(box.bottom - (share / most) * (box.bottom - box.top - 6));
    return `L${round(box.left + bin * step)} ${y}H${round(box.left + (bin + 1) * step)}`;
  });
  return `<path class="area ${name}" d="M${box.left} ${box.bottom}${tops.join("")}L${box.right} ${box.bottom}Z"/>`;
}

function label(score: number): string {
  const rounded = Math.round(score * 10) / 10;
  return rounded > 0 ? `+${rounded}` : String(rounded === 0 ? 0 : rounded);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
