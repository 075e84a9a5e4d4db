import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RiskGraph } from "./risk-graph.js";
import { Spread } from "./spread.js";

const MOST_NODES = 9;
const nameOf = (node: number): string => `n${node}`;
const Node = fc.integer({ min: 0, max: MOST_NODES - 1 });
/** Few values, so that equal paths and certain steps come up; 0 takes something out. */
const Chance = fc.constantFrom(0, 0.1, 0.25, 0.5, 0.5, 0.9, 1);
const Change = fc.oneof(
  fc.record({ what: fc.constant("link" as const), from: Node, to: Node, value: Chance }),
  fc.record({ what: fc.constant("weakness" as const), node: Node, value: Chance }),
  fc.record({ what: fc.constant("seed" as const), node: Node, value: Chance }),
  fc.record({ what: fc.constant("remove" as const), node: Node }),
  fc.record({ what: fc.constant("settle" as const) }),
);
type Change = typeof Change extends fc.Arbitrary<infer T> ? T : never;

interface World {
  readonly weakness: Map<string, number>;
  readonly seeds: Map<string, number>;
  readonly links: Map<string, number>;
}

/** By trying every step until nothing gets likelier (Bellman and Ford): slow, and hard to get wrong. */
function slowly({ weakness, seeds, links }: World, direction: "onward" | "back"): Map<string, number> {
  const value = new Map([...weakness.keys()].map((name) => [name, seeds.get(name) ?? 0]));
  for (let round = 0; round < weakness.size; round += 1) {
    for (const [key, ease] of links) {
      const [from = "", to = ""] = key.split(">");
      const step = ease * (weakness.get(to) ?? 0);
      const [start, end] = direction === "onward" ? [from, to] : [to, from];
      value.set(end, Math.max(value.get(end) ?? 0, (value.get(start) ?? 0) * step));
    }
  }
  return value;
}

function perform(
  changes: readonly Change[],
  direction: "onward" | "back",
): { graph: RiskGraph; spread: Spread; world: World } {
  const graph = new RiskGraph();
  const spread = new Spread(graph, direction);
  const world: World = { weakness: new Map(), seeds: new Map(), links: new Map() };
  const put = (name: string, weakness: number): void => {
    world.weakness.set(name, weakness);
    graph.put(name, weakness);
  };
  for (let node = 0; node < MOST_NODES; node += 1) put(nameOf(node), 0.8);
  const settle = (): void => {
    const before = new Map(
      [...world.weakness.keys()].map((name) => [name, spread.valueOf(graph.numberOf(name) ?? -1)]),
    );
    const changed = new Set(spread.settle());
    graph.settled();
    for (const [name, value] of before) {
      const node = graph.numberOf(name) ?? -1;
      expect([name, changed.has(node)]).toEqual([name, spread.valueOf(node) !== value]);
    }
  };
  for (const change of changes) {
    switch (change.what) {
      case "link": {
        const [from, to] = [nameOf(change.from), nameOf(change.to)];
        if (from === to || !world.weakness.has(from) || !world.weakness.has(to)) break;
        if (change.value === 0) world.links.delete(`${from}>${to}`);
        else world.links.set(`${from}>${to}`, change.value);
        graph.connect(from, to, change.value);
        break;
      }
      case "weakness":
        put(nameOf(change.node), change.value);
        break;
      case "seed": {
        const node = graph.numberOf(nameOf(change.node));
        if (node === undefined) break;
        world.seeds.set(nameOf(change.node), change.value);
        spread.seed(node, change.value);
        break;
      }
      case "remove": {
        const name = nameOf(change.node);
        world.weakness.delete(name);
        world.seeds.delete(name);
        for (const key of world.links.keys()) if (key.split(">").includes(name)) world.links.delete(key);
        graph.remove(name);
        break;
      }
      case "settle":
        settle();
    }
  }
  settle();
  return { graph, spread, world };
}

describe.each(["onward", "back"] as const)("likelihood that spreads %s", (direction) => {
  it("is after any changes what trying every step comes to", () => {
    fc.assert(
      fc.property(fc.array(Change, { maxLength: 60 }), (changes) => {
        const { graph, spread, world } = perform(changes, direction);
        for (const [name, value] of slowly(world, direction)) {
          expect(spread.valueOf(graph.numberOf(name) ?? -1)).toBeCloseTo(value, 12);
        }
        expect(graph.links).toBe(world.links.size);
      }),
      { numRuns: process.env["WARDKEY_CAMPAIGN"] === "1" ? 20_000 : 400 },
    );
  });

  it("has a path whose steps are there and multiply to it", () => {
    fc.assert(
      fc.property(fc.array(Change, { maxLength: 60 }), (changes) => {
        const { graph, spread, world } = perform(changes, direction);
        for (const name of world.weakness.keys()) {
          const node = graph.numberOf(name) ?? -1;
          const path = spread.pathOf(node).map((each) => graph.nameOf(each) ?? "");
          if (spread.valueOf(node) === 0) {
            expect(path).toEqual([]);
            continue;
          }
          expect(new Set(path).size).toBe(path.length);
          const [begin, end] = direction === "onward" ? [path[0], path.at(-1)] : [path.at(-1), path[0]];
          expect(end).toBe(name);
          const steps = path.slice(1).map((to, index) => {
            const ease = world.links.get(`${path[index]}>${to}`) ?? 0;
            return ease * (world.weakness.get(to) ?? 0);
          });
          const product = steps.reduce((all, step) => all * step, world.seeds.get(begin ?? "") ?? 0);
          expect(product).toBeCloseTo(spread.valueOf(node), 12);
        }
      }),
      { numRuns: 200 },
    );
  });
});
