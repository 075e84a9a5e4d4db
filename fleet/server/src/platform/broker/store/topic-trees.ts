/** [MQTT-4.7.2-1]: a filter that begins with a wildcard does not match topics that begin with `$`. */
const hidden = (topic: string): boolean => topic.startsWith("$");

interface TopicNode<V> {
  readonly children: Map<string, TopicNode<V>>;
  value: V | undefined;
}
const topicNode = <V>(): TopicNode<V> => ({ children: new Map(), value: undefined });

/** Values by topic, found by filter: a look-up costs the levels of the filter, not the number of topics. */
export class TopicTree<V> {
  readonly #root = topicNode<V>();

  set(topic: string, value: V): void {
    let node = this.#root;
    for (const level of topic.split("/")) {
      let child = node.children.get(level);
      if (child === undefined) {
        child = topicNode();
        node.children.set(level, child);
      }
      node = child;
    }
    node.value = value;
  }

  delete(topic: string): void {
    const path: { parent: TopicNode<V>; level: string; node: TopicNode<V> }[] = [];
    let node = this.#root;
    for (const level of topic.split("/")) {
      const child = node.children.get(level);
      if (child === undefined) return;
      path.push({ parent: node, level, node: child });
      node = child;
    }
    node.value = undefined;
    for (const step of path.reverse()) {
      if (step.node.value !== undefined || step.node.children.size > 0) return;
      step.parent.children.delete(step.level);
    }
  }

  *match(filter: string): Generator<V> {
    yield* this.#walk(this.#root, filter.split("/"), 0);
  }

  *#walk(node: TopicNode<V>, levels: readonly string[], at: number): Generator<V> {
    const level = levels[at];
    if (level === undefined) {
      if (node.value !== undefined) yield node.value;
      return;
    }
    if (level === "#") {
      yield* this.#all(node, at === 0);
      return;
    }
    if (level !== "+") {
      const child = node.children.get(level);
      if (child !== undefined) yield* this.#walk(child, levels, at + 1);
      return;
    }
    for (const [name, child] of node.children) {
      if (at === 0 && hidden(name)) continue;
      yield* this.#walk(child, levels, at + 1);
    }
  }

  *#all(node: TopicNode<V>, atRoot: boolean): Generator<V> {
    if (node.value !== undefined) yield node.value;
    for (const [name, child] of node.children) if (!(atRoot && hidden(name))) yield* this.#all(child, false);
  }
}

interface FilterNode<V> {
  readonly children: Map<string, FilterNode<V>>;
  readonly values: Map<string, V>;
}
const filterNode = <V>(): FilterNode<V> => ({ children: new Map(), values: new Map() });

/** Values by filter and owner, found by topic. */
export class FilterTree<V> {
  readonly #root = filterNode<V>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  set(filter: string, owner: string, value: V): void {
    let node = this.#root;
    for (const level of filter.split("/")) {
      let child = node.children.get(level);
      if (child === undefined) {
        child = filterNode();
        node.children.set(level, child);
      }
      node = child;
    }
    if (!node.values.has(owner)) this.#size += 1;
    node.values.set(owner, value);
  }

  delete(filter: string, owner: string): void {
    const path: { parent: FilterNode<V>; level: string; node: FilterNode<V> }[] = [];
    let node = this.#root;
    for (const level of filter.split("/")) {
      const child = node.children.get(level);
      if (child === undefined) return;
      path.push({ parent: node, level, node: child });
      node = child;
    }
    if (node.values.delete(owner)) this.#size -= 1;
    for (const step of path.reverse()) {
      if (step.node.values.size > 0 || step.node.children.size > 0) return;
      step.parent.children.delete(step.level);
    }
  }

  match(topic: string): V[] {
    const found: V[] = [];
    this.#walk(this.#root, topic.split("/"), 0, hidden(topic), found);
    return found;
  }

  #walk(node: FilterNode<V>, levels: readonly string[], at: number, reserved: boolean, found: V[]): void {
    const wild = !(at === 0 && reserved);
    // `a/#` also matches `a`: MQTT 3.1.1, 4.7.1.2.
    if (wild) found.push(...(node.children.get("#")?.values.values() ?? []));
    const level = levels[at];
    if (level === undefined) {
      found.push(...node.values.values());
      return;
    }
    const exact = node.children.get(level);
    if (exact !== undefined) this.#walk(exact, levels, at + 1, reserved, found);
    const any = wild && level !== "+" ? node.children.get("+") : undefined;
    if (any !== undefined) this.#walk(any, levels, at + 1, reserved, found);
  }
}
