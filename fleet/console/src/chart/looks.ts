import type { LineTone } from "./chart.js";

export interface ChartLooks {
  readonly text: string;
  readonly grid: string;
  readonly font: string;
  readonly tones: Readonly<Record<LineTone, string>>;
}

/** The page's tokens as colours that a canvas understands. */
export function looksOfPage(): ChartLooks {
  const sample = document.createElement("span");
  document.body.append(sample);
  const colour = (token: string): string => {
    sample.style.color = `var(--${token})`;
    return getComputedStyle(sample).color;
  };
  const { fontFamily } = getComputedStyle(document.documentElement);
  const looks: ChartLooks = {
    text: colour("muted"),
    grid: colour("line"),
    font: `13px ${fontFamily}`,
    tones: {
      accent: colour("accent"),
      ok: colour("ok"),
      wait: colour("wait"),
      stop: colour("stop"),
      muted: colour("muted"),
    },
  };
  sample.remove();
  return looks;
}
