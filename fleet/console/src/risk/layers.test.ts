import { describe, expect, it } from "vitest";
import type { RiskAsset } from "./answers.js";
import { placesOf } from "./layers.js";

const node = (id: string): RiskAsset => ({
  ...{ id, kind: "device", name: id, zone: null, impact: 0, exposure: 0 },
  ...{ likelihood: 0, seen: 0, stake: 0, risk: 0, level: "normal" },
});
const step = (id: string) => ({ id, name: id, kind: "device" });
const edge = (from: string, to: string) => ({ from, to, relation: "uses", onPath: false });

describe("the picture of attack paths", () => {
  it("runs from left to right, and what lies on no path stands beside what it touches", () => {
    const placed = placesOf({
      nodes: ["a", "b", "c", "near", "next"].map(node),
      edges: [edge("a", "b"), edge("b", "c"), edge("near", "b"), edge("c", "next")],
      paths: [{ steps: [step("a"), step("b"), step("c")], relations: [], likelihood: 1, impact: 1, risk: 1 }],
    });
    expect(Object.fromEntries(placed.map(({ id, x }) => [id, x / 210]))).toEqual({
      a: 0,
      near: 0,
      b: 1,
      c: 2,
      next: 3,
    });
  });

  it("has the first of those that nothing leads to in the middle, and the last at the ends", () => {
    const placed = placesOf({ nodes: ["a", "b", "c", "d", "e"].map(node), edges: [], paths: [] });
    expect(placed.map(({ id }) => id)).toEqual(["e", "c", "a", "b", "d"]);
    expect(placed.map(({ y }) => Math.sign(y))).toEqual([-1, -1, 0, 1, 1]);
  });

  it("puts no two nodes in one place, whatever the graph", () => {
    const ids = Array.from({ length: 40 }, (_, index) => `n${index}`);
    const edges = ids.flatMap((id, index) => [
      edge(id, ids[(index * 7 + 3) % 40] ?? id),
      edge(ids[index % 5] ?? id, id),
    ]);
    const placed = placesOf({ nodes: ids.map(node), edges, paths: [] });
    expect(new Set(placed.map(({ x, y }) => `${x} ${y}`)).size).toBe(40);
  });
});
