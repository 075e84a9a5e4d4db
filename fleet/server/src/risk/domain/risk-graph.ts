import { unit } from "./asset.js";

/**
 * Numbered nodes and edges, each edge with what a step over it costs: minus the logarithm of its likelihood, so that the
 * likeliest path is the shortest. A step's likelihood is the ease of the edge times the weakness of the node it ends in.
 */
export class RiskGraph {
  #numbers = new Map<string, number>();
  #names: (string | null)[] = [];
  #weakness: number[] = [];
  #out: number[][] = [];
  #in: number[][] = [];
  #edges = new Map<number, number>();
  #from: number[] = [];
  #to: number[] = [];
  #ease: number[] = [];
  #cost: number[] = [];
  #freeNodes: number[] = [];
  #freeEdges: number[] = [];
  #changed = new Set<number>();
  #leaving = new Set<number>();
  #links = 0;

  /** Another like this one, for trials. */
  copy(): RiskGraph {
    const copy = new RiskGraph();
    copy.#numbers = new Map(this.#numbers);
    copy.#names = this.#names.slice();
    copy.#weakness = this.#weakness.slice();
    copy.#out = this.#out.map((edges) => edges.slice());
    copy.#in = this.#in.map((edges) => edges.slice());
    copy.#edges = new Map(this.#edges);
    copy.#from = this.#from.slice();
    copy.#to = this.#to.slice();
    copy.#ease = this.#ease.slice();
    copy.#cost = this.#cost.slice();
    copy.#freeNodes = this.#freeNodes.slice();
    copy.#freeEdges = this.#freeEdges.slice();
    copy.#changed = new Set(this.#changed);
    copy.#leaving = new Set(this.#leaving);
    copy.#links = this.#links;
    return copy;
  }

  /** One more than the largest number of a node. */
  get size(): number {
    return this.#names.length;
  }

  get links(): number {
    return this.#links;
  }

  numberOf(name: string): number | undefined {
    return this.#numbers.get(name);
  }

  nameOf(node: number): string | null {
    return this.#names[node] ?? null;
  }

  /** Adds a node, or says anew how weak it is. */
  put(name: string, weakness: number): number {
    const known = this.#numbers.get(name);
    const node = known ?? this.#freeNodes.pop() ?? this.#names.length;
    if (known === undefined) {
      this.#numbers.set(name, node);
      this.#names[node] = name;
      this.#out[node] = [];
      this.#in[node] = [];
    } else if (this.#weakness[node] === weakness) return node;
    this.#weakness[node] = unit(weakness);
    for (const edge of this.edgesTo(node)) this.#price(edge);
    return node;
  }

  /** Takes a node out with its edges. Its number is given away again once the change was settled. */
  remove(name: string): void {
    const node = this.#numbers.get(name);
    if (node === undefined) return;
    for (const edge of [...this.edgesFrom(node), ...this.edgesTo(node)]) this.#easeTo(edge, 0);
    this.#numbers.delete(name);
    this.#leaving.add(node);
  }

  /** Sets how easy the step is; 0 takes the edge out. Nothing happens when an end is unknown, or both are one. */
  connect(from: string, to: string, ease: number): void {
    const [start, end] = [this.#numbers.get(from), this.#numbers.get(to)];
    if (start === undefined || end === undefined || start === end) return;
    const key = keyOf(start, end);
    const known = this.#edges.get(key);
    if (known === undefined && unit(ease) === 0) return;
    const edge = known ?? this.#freeEdges.pop() ?? this.#from.length;
    if (known === undefined) {
      this.#edges.set(key, edge);
      this.#from[edge] = start;
      this.#to[edge] = end;
      this.#ease[edge] = 0;
      this.#cost[edge] = Number.POSITIVE_INFINITY;
      this.#out[start]?.push(edge);
      this.#in[end]?.push(edge);
    }
    this.#easeTo(edge, unit(ease));
  }

  edgesFrom(node: number): readonly number[] {
    return this.#out[node] ?? NONE;
  }

  edgesTo(node: number): readonly number[] {
    return this.#in[node] ?? NONE;
  }

  fromOf(edge: number): number {
    return this.#from[edge] ?? 0;
  }

  toOf(edge: number): number {
    return this.#to[edge] ?? 0;
  }

  /** Infinite for a step that nobody can take. */
  costOf(edge: number): number {
    return this.#cost[edge] ?? Number.POSITIVE_INFINITY;
  }

  /** The edges whose cost changed since `settled`. */
  changedEdges(): ReadonlySet<number> {
    return this.#changed;
  }

  /** The nodes that leave. */
  leavingNodes(): ReadonlySet<number> {
    return this.#leaving;
  }

  /** Everybody has read the changes: forgets what is gone. */
  settled(): void {
    for (const edge of this.#changed) {
      if ((this.#ease[edge] ?? 0) > 0) continue;
      const [start, end] = [this.fromOf(edge), this.toOf(edge)];
      this.#edges.delete(keyOf(start, end));
      drop(this.#out[start], edge);
      drop(this.#in[end], edge);
      this.#freeEdges.push(edge);
    }
    for (const node of this.#leaving) {
      this.#names[node] = null;
      this.#freeNodes.push(node);
    }
    this.#changed.clear();
    this.#leaving.clear();
  }

  #easeTo(edge: number, ease: number): void {
    const before = this.#ease[edge] ?? 0;
    if (before === ease) return;
    if (before === 0) this.#links += 1;
    if (ease === 0) this.#links -= 1;
    this.#ease[edge] = ease;
    this.#price(edge);
  }

  #price(edge: number): void {
    const cost = -Math.log((this.#ease[edge] ?? 0) * (this.#weakness[this.toOf(edge)] ?? 0));
    // Minus zero is not zero to everybody.
    const plain = cost === 0 ? 0 : cost;
    if (plain === this.#cost[edge]) {
      if (this.#ease[edge] === 0) this.#changed.add(edge);
      return;
    }
    this.#cost[edge] = plain;
    this.#changed.add(edge);
  }
}

const NONE: readonly number[] = [];
/** Of two nodes, for as many as a picture never has. */
const keyOf = (start: number, end: number): number => start * 2 ** 26 + end;

function drop(edges: number[] | undefined, edge: number): void {
  const at = edges?.indexOf(edge) ?? -1;
  if (at >= 0) edges?.splice(at, 1);
}
