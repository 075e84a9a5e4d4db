import type { StylesheetJson } from "cytoscape";
import { looksOfPage } from "../chart/looks.js";

/** Shape says the kind, and with it the word below; colour says the level alone where shape and word say it too. */
const SHAPES = {
  device: "round-rectangle",
  person: "ellipse",
  service: "hexagon",
  data: "barrel",
  zone: "round-octagon",
  behaviour: "diamond",
} as const;

/** A token as a colour that a canvas understands. */
function colourOf(token: string): string {
  const sample = document.createElement("span");
  sample.style.color = `var(--${token})`;
  document.body.append(sample);
  const { color } = getComputedStyle(sample);
  sample.remove();
  return color;
}

/** The page's own colours, read anew when light and dark change places. */
export function graphLooks(): StylesheetJson {
  const looks = looksOfPage();
  const { accent, ok, wait, stop, muted } = looks.tones;
  const { fontFamily } = getComputedStyle(document.documentElement);
  const [surface, text] = [colourOf("surface"), colourOf("text")];
  return [
    {
      selector: "node",
      style: {
        ...{ label: "data(label)", color: text, "font-size": 13, "font-family": fontFamily },
        ...{ "text-wrap": "ellipsis", "text-max-width": "170px", "text-valign": "bottom", "text-margin-y": 6 },
        ...{ width: 34, height: 30, "background-color": surface, "border-width": 2, "border-color": ok },
        ...{ "text-background-color": surface, "text-background-opacity": 0.85, "text-background-padding": "2px" },
      },
    },
    ...Object.entries(SHAPES).map(([kind, shape]) => ({ selector: `node[kind = "${kind}"]`, style: { shape } })),
    {
      selector: 'node[level = "raised"]',
      style: { "border-color": wait, "border-width": 4, "border-style": "dashed" },
    },
    { selector: 'node[level = "high"]', style: { "border-color": stop, "border-width": 6, "border-style": "double" } },
    { selector: "node[?matters]", style: { "background-color": accent, "background-opacity": 0.25 } },
    {
      selector: "edge",
      style: {
        ...{ width: 1, "line-color": muted, "line-opacity": 0.45, "curve-style": "bezier" },
        ...{ "target-arrow-shape": "triangle", "target-arrow-color": muted, "arrow-scale": 0.8 },
      },
    },
    {
      selector: "edge[?onPath]",
      style: { width: 3, "line-color": accent, "line-opacity": 1, "target-arrow-color": accent },
    },
    { selector: "edge.chosen", style: { width: 6, "line-color": stop, "target-arrow-color": stop, "line-opacity": 1 } },
    { selector: "node.chosen", style: { "border-width": 6, "border-color": stop } },
  ];
}

/**
 * Cytoscape writes one rule into the page unless it finds an element of this name; the page's policy lets nobody write
 * styles into it, and the rule is in this page's own sheet.
 */
export function claimStylesheet(): void {
  const name = "__________cytoscape_stylesheet";
  if (document.getElementById(name) !== null) return;
  const claimed = document.createElement("meta");
  claimed.id = name;
  document.head.append(claimed);
}
