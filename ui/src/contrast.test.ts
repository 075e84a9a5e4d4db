import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("../styles/tokens.css", import.meta.url), "utf8");
const colours = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(([, name, light, dark]) => [
    name,
    { light, dark },
  ]),
);

const GROUNDS = ["background", "surface", "sunken"];
const TONES = ["accent", "ok", "wait", "stop"];

/** Foreground, ground: every pair that the style sheets let meet as text. */
const TEXT_PAIRS: [string, string][] = [
  ...GROUNDS.flatMap((ground): [string, string][] => [
    ["text", ground],
    ["muted", ground],
  ]),
  ...TONES.flatMap((tone): [string, string][] => [
    [tone, "background"],
    [tone, "surface"],
    [tone, `${tone}-soft`],
    ["text", `${tone}-soft`],
    [`on-${tone}`, tone],
  ]),
  ["accent-strong", "accent-soft"],
  ["on-accent", "accent-strong"],
  ["on-ink", "ink"],
  ["on-amber", "amber"],
];

/** Borders of controls and shapes that carry meaning (WCAG 2.2, 1.4.11). */
const SHAPE_PAIRS: [string, string][] = [
  ["edge", "background"],
  ["edge", "surface"],
  ["edge", "sunken"],
  ["accent", "sunken"],
];

const themes = ["light", "dark"] as const;

describe("contrast", () => {
  it.each(themes.flatMap((theme) => TEXT_PAIRS.map((pair) => [theme, ...pair] as const)))(
    "in %s, %s on %s reaches the kiosk's 7:1",
    (theme, front, ground) => {
      expect(contrast(colour(theme, front), colour(theme, ground))).toBeGreaterThanOrEqual(7);
    },
  );

  it.each(themes.flatMap((theme) => SHAPE_PAIRS.map((pair) => [theme, ...pair] as const)))(
    "in %s, the shape %s on %s reaches 3:1",
    (theme, front, ground) => {
      expect(contrast(colour(theme, front), colour(theme, ground))).toBeGreaterThanOrEqual(3);
    },
  );
});

function colour(theme: "light" | "dark", name: string): string {
  const value = colours.get(name)?.[theme];
  if (value === undefined) throw new Error(`no colour ${name}`);
  return value;
}

/** WCAG 2.2, "contrast ratio" and "relative luminance". */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
