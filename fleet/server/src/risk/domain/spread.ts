import { NearestFirst } from "./nearest-first.js";
import type { RiskGraph } from "./risk-graph.js";
import { finish, inSteps, type Steps } from "./steps.js";

const FAR = Number.POSITIVE_INFINITY;
const SEED = -1;
const NOWHERE = -2;

/**
 * The likeliest way from any seed to every node, kept up to date: only what a change can touch is looked at again
 * (Ramalingam and Reps, "An incremental algorithm for a generalization of the shortest-path problem", 1996). `onward`: a
 * node's value is how likely somebody who began at a seed gets there. `back`: the seeds are stakes, and a node's value is
 * the most that is at stake for who holds it.
 */
export class Spread {
  readonly #graph: RiskGraph;
  readonly #onward: boolean;
  #seed: number[] = [];
  #far: number[] = [];
  #via: number[] = [];
  #seedsChanged = new Map<number, number>();

  constructor(graph: RiskGraph, direction: "onward" | "back") {
    this.#graph = graph;
    this.#onward = direction === "onward";
  }

  /** Another like this one, over a copy of its graph. */
  copy(graph: RiskGraph): Spread {
    const copy = new Spread(graph, this.#onward ? "onward" : "back");
    copy.#seed = this.#seed.slice();
    copy.#far = this.#far.slice();
    copy.#via = this.#via.slice();
    copy.#seedsChanged = new Map(this.#seedsChanged);
    return copy;
  }

  /** Where a way may begin, and how likely; 0: nowhere here. */
  seed(node: number, likelihood: number): void {
    const before = this.#seed[node] ?? FAR;
    const seed = likelihood > 0 ? -Math.log(Math.min(likelihood, 1)) : FAR;
    const plain = seed === 0 ? 0 : seed;
    if (plain === before) return;
    if (!this.#seedsChanged.has(node)) this.#seedsChanged.set(node, before);
    this.#seed[node] = plain;
  }

  /** Minus the logarithm of how likely a way begins here; infinite where none does. */
  seedOf(node: number): number {
    return this.#seed[node] ?? FAR;
  }

  valueOf(node: number): number {
    return Math.exp(-(this.#far[node] ?? FAR));
  }

  /** Minus the logarithm of the value. */
  farOf(node: number): number {
    return this.#far[node] ?? FAR;
  }

  /** The nodes from the seed to this one, or from this one to the stake; empty when there is no way. */
  pathOf(node: number): number[] {
    const path: number[] = [];
    for (let at = node; this.farOf(at) < FAR; ) {
      path.push(at);
      const via = this.#via[at] ?? NOWHERE;
      if (via < 0) break;
      at = this.#before(via);
    }
    return this.#onward ? path.reverse() : path;
  }

  /** Takes in what changed of graph and seeds; answers the nodes whose value is another now. */
  settle(): readonly number[] {
    return finish(this.settling());
  }

  /** The same step by step: only while nobody else reads this or changes the graph. */
  *settling(): Steps<readonly number[]> {
    for (const node of this.#graph.leavingNodes()) this.seed(node, 0);
    const waiting = new NearestFirst();
    const before = new Map<number, number>();
    for (const node of yield* this.#unsupported()) before.set(node, this.farOf(node));
    for (const node of before.keys()) {
      this.#far[node] = FAR;
      this.#via[node] = NOWHERE;
    }
    for (const node of before.keys()) this.#offerSeed(node, waiting, before);
    yield* inSteps(before.keys(), (node) => {
      for (const edge of this.#intoEdges(node)) this.#offer(edge, waiting, before);
    });
    yield* inSteps(this.#seedsChanged.keys(), (node) => this.#offerSeed(node, waiting, before));
    yield* inSteps(this.#graph.changedEdges(), (edge) => this.#offer(edge, waiting, before));
    this.#seedsChanged.clear();
    yield* inSteps(waiting.all(), ({ node, far }) => {
      if (far > this.farOf(node)) return;
      for (const edge of this.#outEdges(node)) this.#offer(edge, waiting, before);
    });
    return [...before].filter(([node, far]) => far !== this.farOf(node)).map(([node]) => node);
  }

  /** Everything whose likeliest way led over something that became less likely. */
  *#unsupported(): Steps<Set<number>> {
    const found = new Set<number>();
    const look: number[] = [];
    const lose = (node: number): void => {
      if (found.has(node)) return;
      found.add(node);
      look.push(node);
    };
    for (const [node] of this.#seedsChanged) {
      if (this.#via[node] === SEED && (this.#seed[node] ?? FAR) > this.farOf(node)) lose(node);
    }
    yield* inSteps(this.#graph.changedEdges(), (edge) => {
      const end = this.#behind(edge);
      const now = this.farOf(this.#before(edge)) + this.#graph.costOf(edge);
      if (this.#via[end] === edge && now > this.farOf(end)) lose(end);
    });
    for (let node = look.pop(); node !== undefined; node = look.pop()) {
      for (const edge of this.#outEdges(node)) {
        const end = this.#behind(edge);
        if (this.#via[end] === edge) lose(end);
      }
    }
    return found;
  }

  #offerSeed(node: number, waiting: NearestFirst, before: Map<number, number>): void {
    const seed = this.#seed[node] ?? FAR;
    if (seed < this.farOf(node)) this.#take(node, { far: seed, via: SEED, waiting, before });
  }

  #offer(edge: number, waiting: NearestFirst, before: Map<number, number>): void {
    const far = this.farOf(this.#before(edge)) + this.#graph.costOf(edge);
    const end = this.#behind(edge);
    if (far < this.farOf(end)) this.#take(end, { far, via: edge, waiting, before });
  }

  #take(
    node: number,
    { far, via, waiting, before }: { far: number; via: number; waiting: NearestFirst; before: Map<number, number> },
  ): void {
    if (!before.has(node)) before.set(node, this.farOf(node));
    this.#far[node] = far;
    this.#via[node] = via;
    waiting.push(node, far);
  }

  #before(edge: number): number {
    return this.#onward ? this.#graph.fromOf(edge) : this.#graph.toOf(edge);
  }

  #behind(edge: number): number {
    return this.#onward ? this.#graph.toOf(edge) : this.#graph.fromOf(edge);
  }

  #outEdges(node: number): readonly number[] {
    return this.#onward ? this.#graph.edgesFrom(node) : this.#graph.edgesTo(node);
  }

  #intoEdges(node: number): readonly number[] {
    return this.#onward ? this.#graph.edgesTo(node) : this.#graph.edgesFrom(node);
  }
}
