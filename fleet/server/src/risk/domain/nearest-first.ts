/** Nodes by how far they are, the nearest first. A node may wait several times; who takes it skips what is out of date. */
export class NearestFirst {
  readonly #far: number[] = [];
  readonly #nodes: number[] = [];

  get size(): number {
    return this.#nodes.length;
  }

  push(node: number, far: number): void {
    let at = this.#nodes.length;
    this.#nodes.push(node);
    this.#far.push(far);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (this.#farOf(above) <= far) break;
      this.#move(above, at);
      at = above;
    }
    this.#nodes[at] = node;
    this.#far[at] = far;
  }

  /** Takes the nearest; `null` when nobody waits. */
  take(): { readonly node: number; readonly far: number } | null {
    const [node] = this.#nodes;
    const [far] = this.#far;
    const lastNode = this.#nodes.pop();
    const lastFar = this.#far.pop();
    if (node === undefined || far === undefined || lastNode === undefined || lastFar === undefined) return null;
    const size = this.#nodes.length;
    if (size === 0) return { node, far };
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= size) break;
      if (below + 1 < size && this.#farOf(below + 1) < this.#farOf(below)) below += 1;
      if (this.#farOf(below) >= lastFar) break;
      this.#move(below, at);
      at = below;
    }
    this.#nodes[at] = lastNode;
    this.#far[at] = lastFar;
    return { node, far };
  }

  /** Takes all, also those that come meanwhile. */
  *all(): Generator<{ readonly node: number; readonly far: number }, void> {
    for (let next = this.take(); next !== null; next = this.take()) yield next;
  }

  #farOf(at: number): number {
    return this.#far[at] ?? Number.POSITIVE_INFINITY;
  }

  #move(from: number, to: number): void {
    this.#nodes[to] = this.#nodes[from] ?? 0;
    this.#far[to] = this.#farOf(from);
  }
}
