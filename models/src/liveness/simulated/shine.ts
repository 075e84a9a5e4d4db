import type { Rgb } from "./light.js";
import type { Draws } from "./seeded-draws.js";

/** Adds what a surface mirrors, at a point of it that is given as shares of its width and height. */
export type Shine = (across: number, down: number, out: Rgb) => void;

/** A lamp's soft spot, a window with its edges, or a veil over everything; often hardly any. `most` is the brightest. */
export function drawShine(most: number, draws: Draws): Shine {
  const kind = draws.pick(["lamp", "window", "veil", "none"]);
  const light = most * draws.next() ** 1.5;
  const [x, y] = [draws.next(), draws.next()];
  const [wide, high] = [draws.between(0.05, 0.4), draws.between(0.05, 0.5)];
  const lean = draws.between(-0.6, 0.6);
  const soft = draws.between(4, 40);
  const tint: Rgb = [draws.between(0.85, 1), draws.between(0.92, 1), draws.between(0.85, 1)];
  const amount = (across: number, down: number): number => {
    const [dx, dy] = [across - x + lean * (down - y), down - y];
    switch (kind) {
      case "lamp":
        return Math.exp(-((dx / wide) ** 2 + (dy / high) ** 2));
      case "window":
        return Math.min(1, Math.max(0, Math.min(wide - Math.abs(dx), high - Math.abs(dy)) * soft)) * 0.6;
      case "veil":
        return 0.25;
      case "none":
        return 0;
    }
  };
  return (across, down, out) => {
    const added = light * amount(across, down);
    if (added === 0) return;
    for (let channel = 0; channel < 3; channel++) out[channel] = (out[channel] ?? 0) + added * (tint[channel] ?? 1);
  };
}
