import { type Asset, anyOf, EASE, type Link, unit, type Vulnerability, weaknessOf } from "./asset.js";
import { levelOf, type RiskLevel, scoreOf } from "./level.js";
import { RiskGraph } from "./risk-graph.js";
import { Spread } from "./spread.js";
import { finish, inSteps, type Steps } from "./steps.js";

/** What is known of one asset, every number from 0 to 1. */
export interface AssetRisk {
  readonly asset: Asset;
  /** That somebody holds it: beginning anywhere from outside, or where something was seen. */
  readonly likelihood: number;
  /** The same by what was seen alone. */
  readonly seen: number;
  /** The most that can be lost from there. */
  readonly stake: number;
  /** Likelihood times stake: the weight of the worst path through it. */
  readonly risk: number;
  /** What a device is told by. */
  readonly score: number;
  readonly level: RiskLevel;
}

/** From where somebody begins to what is lost. */
export interface AttackPath {
  /** Ids, in order. */
  readonly steps: readonly string[];
  readonly likelihood: number;
  readonly impact: number;
  readonly risk: number;
}

/**
 * The site's assets, what connects them, and the risk of each. Raising anything (an exposure, a sign, a vulnerability, an
 * impact, a link) lowers no risk, and taking a link away makes no path. Nothing is computed before `settle`.
 */
export class RiskModel {
  #graph = new RiskGraph();
  #likely = new Spread(this.#graph, "onward");
  #seen = new Spread(this.#graph, "onward");
  #stake = new Spread(this.#graph, "back");
  #assets = new Map<string, Asset>();
  #links = new Map<string, Map<string, Set<Link["relation"]>>>();
  #into = new Map<string, Set<string>>();
  #vulnerabilities = new Map<string, readonly Vulnerability[]>();
  #signs = new Map<string, Map<string, number>>();
  #eased = new Map<string, number>();

  get graph(): RiskGraph {
    return this.#graph;
  }

  /**
   * Another like this one to try things on, which knows how likely everything is reached, and not what was seen or is at
   * stake. What is said of links stays one for both, and only this one is told more of it.
   */
  forTrials(): RiskModel {
    const copy = new RiskModel();
    copy.#graph = this.#graph.copy();
    copy.#likely = this.#likely.copy(copy.#graph);
    copy.#seen = new Spread(copy.#graph, "onward");
    copy.#stake = new Spread(copy.#graph, "back");
    copy.#assets = new Map(this.#assets);
    copy.#links = this.#links;
    copy.#into = this.#into;
    copy.#vulnerabilities = new Map(this.#vulnerabilities);
    copy.#signs = new Map([...this.#signs].map(([id, signs]) => [id, new Map(signs)]));
    copy.#eased = new Map(this.#eased);
    return copy;
  }

  get assets(): ReadonlyMap<string, Asset> {
    return this.#assets;
  }

  /** Makes assets and links what they are said to be, touching what differs alone. Links whose ends are unknown wait. */
  redraw(assets: ReadonlyMap<string, Asset>, links: Iterable<Link>): void {
    finish(this.redrawing(assets, links));
  }

  /** The same step by step: only while nobody else reads this. */
  *redrawing(assets: ReadonlyMap<string, Asset>, links: Iterable<Link>): Steps<void> {
    for (const id of [...this.#assets.keys()]) if (!assets.has(id)) this.remove(id);
    yield* inSteps(assets.values(), (asset) => this.put(asset));
    const before = [...this.#links].map(([from, ends]) => [from, [...ends.keys()]] as const);
    this.#links.clear();
    this.#into.clear();
    yield* inSteps(links, (link) => this.#note(link));
    yield* inSteps(before, ([from, ends]) => {
      for (const to of ends) if (this.#links.get(from)?.has(to) !== true) this.graph.connect(from, to, 0);
    });
    yield* inSteps(this.#links, ([from, ends]) => {
      for (const to of ends.keys()) this.#ease(from, to);
    });
  }

  put(asset: Asset): void {
    const known = this.#assets.get(asset.id);
    this.#assets.set(asset.id, asset);
    this.graph.put(asset.id, weaknessOf(asset.kind, this.vulnerabilitiesOf(asset.id)));
    if (known === undefined) this.#easeAround(asset.id);
    this.#seed(asset);
  }

  remove(id: string): void {
    this.#assets.delete(id);
    this.graph.remove(id);
  }

  link(link: Link): void {
    this.#note(link);
    this.#ease(link.from, link.to);
  }

  relations(from: string, to: string): readonly Link["relation"][] {
    return [...(this.#links.get(from)?.get(to) ?? [])];
  }

  /** How many assets have such a link to this one. */
  linkedTo(to: string, relation: Link["relation"]): number {
    const from = [...(this.#into.get(to) ?? [])];
    return from.filter((id) => this.#assets.has(id) && this.#links.get(id)?.get(to)?.has(relation) === true).length;
  }

  vulnerabilitiesOf(id: string): readonly Vulnerability[] {
    return this.#vulnerabilities.get(id) ?? [];
  }

  vulnerable(): ReadonlyMap<string, readonly Vulnerability[]> {
    return this.#vulnerabilities;
  }

  weaken(id: string, vulnerabilities: readonly Vulnerability[]): void {
    if (vulnerabilities.length === 0) this.#vulnerabilities.delete(id);
    else this.#vulnerabilities.set(id, vulnerabilities);
    const asset = this.#assets.get(id);
    if (asset !== undefined) this.graph.put(id, weaknessOf(asset.kind, vulnerabilities));
  }

  /** Something was seen at this asset; a strength of 0 takes the sign back. */
  sign(id: string, name: string, strength: number): void {
    const signs = this.#signs.get(id) ?? new Map<string, number>();
    if (strength > 0) signs.set(name, unit(strength));
    else signs.delete(name);
    if (signs.size === 0) this.#signs.delete(id);
    else this.#signs.set(id, signs);
    const asset = this.#assets.get(id);
    if (asset !== undefined) this.#seed(asset);
  }

  /** Sets the ease of a link for a trial; `null`: what its relations say. */
  tryEase(from: string, to: string, ease: number | null): void {
    const key = `${from} ${to}`;
    if (ease === null) this.#eased.delete(key);
    else this.#eased.set(key, ease);
    this.#ease(from, to);
  }

  /** Computes what changed since the last time; answers the assets whose risk may be another now. */
  settle(): ReadonlySet<string> {
    return finish(this.settling());
  }

  /** The same step by step: only while nobody else reads or changes this. */
  *settling(): Steps<ReadonlySet<string>> {
    const changed = new Set<number>();
    for (const spread of [this.#likely, this.#seen, this.#stake]) {
      for (const node of yield* spread.settling()) changed.add(node);
    }
    const names = new Set<string>();
    for (const node of changed) {
      const name = this.graph.nameOf(node);
      if (name !== null) names.add(name);
    }
    this.graph.settled();
    return names;
  }

  /** Of a model for trials: computes what changed; answers the nodes that are reached more or less likely now. */
  *reaching(): Steps<readonly number[]> {
    const changed = yield* this.#likely.settling();
    this.graph.settled();
    return changed;
  }

  riskOf(id: string): AssetRisk | null {
    const [asset, node] = [this.#assets.get(id), this.graph.numberOf(id)];
    if (asset === undefined || node === undefined) return null;
    const [likelihood, seen, stake] = [this.#likely, this.#seen, this.#stake].map((spread) => spread.valueOf(node));
    const [likely, live, lost] = [likelihood ?? 0, seen ?? 0, stake ?? 0];
    const score = scoreOf(live, lost);
    return { asset, likelihood: likely, seen: live, stake: lost, risk: likely * lost, score, level: levelOf(score) };
  }

  /** The worst path through an asset; `null` when nobody comes there. */
  pathThrough(id: string): AttackPath | null {
    const node = this.graph.numberOf(id);
    const risk = this.riskOf(id);
    if (node === undefined || risk === null || risk.risk === 0) return null;
    return this.#path([...this.#likely.pathOf(node), ...this.#stake.pathOf(node).slice(1)], risk.risk);
  }

  /** The likeliest path to an asset; `null` when nobody comes there. */
  pathTo(id: string): AttackPath | null {
    const node = this.graph.numberOf(id);
    const asset = this.#assets.get(id);
    if (node === undefined || asset === undefined) return null;
    const path = this.#likely.pathOf(node);
    return path.length === 0 ? null : this.#path(path, this.#likely.valueOf(node) * asset.impact);
  }

  /** Where somebody who was seen anywhere would have begun to come to this asset; empty when nothing was. */
  seenFrom(id: string): readonly string[] {
    const node = this.graph.numberOf(id);
    return node === undefined
      ? []
      : this.#seen
          .pathOf(node)
          .slice(0, 1)
          .flatMap((each) => this.graph.nameOf(each) ?? []);
  }

  /** Where somebody may begin, with minus the logarithm of how likely. */
  *entries(): Generator<readonly [string, number], void> {
    for (const id of this.#assets.keys()) {
      const far = this.#likely.seedOf(this.graph.numberOf(id) ?? -1);
      if (far < Number.POSITIVE_INFINITY) yield [id, far];
    }
  }

  /** What the site expects to lose: of everything that matters, how likely it is reached times what it is worth. */
  total(): number {
    let sum = 0;
    for (const [node, impact] of this.weighed()) sum += this.reachedAt(node) * impact;
    return sum;
  }

  /** The nodes that matter and what they are worth, always in this order. */
  *weighed(): Generator<readonly [node: number, impact: number], void> {
    for (const { id, impact } of this.#assets.values()) {
      const node = this.graph.numberOf(id);
      if (impact > 0 && node !== undefined) yield [node, impact];
    }
  }

  /** How likely somebody holds it. */
  reachedAt(node: number): number {
    return this.#likely.valueOf(node);
  }

  #path(nodes: readonly number[], risk: number): AttackPath {
    const steps = nodes.flatMap((node) => this.graph.nameOf(node) ?? []);
    const impact = this.#assets.get(steps.at(-1) ?? "")?.impact ?? 0;
    return { steps, likelihood: impact === 0 ? 0 : risk / impact, impact, risk };
  }

  #seed(asset: Asset): void {
    const node = this.graph.numberOf(asset.id);
    if (node === undefined) return;
    const seen = anyOf(this.#signs.get(asset.id)?.values() ?? []);
    this.#seen.seed(node, seen);
    this.#likely.seed(node, anyOf([asset.exposure, seen]));
    this.#stake.seed(node, asset.impact);
  }

  #easeAround(id: string): void {
    for (const to of this.#links.get(id)?.keys() ?? []) this.#ease(id, to);
    for (const from of this.#into.get(id) ?? []) this.#ease(from, id);
  }

  #note({ from, to, relation }: Link): void {
    const ends = entryOf(this.#links, from, () => new Map<string, Set<Link["relation"]>>());
    entryOf(ends, to, () => new Set<Link["relation"]>()).add(relation);
    entryOf(this.#into, to, () => new Set<string>()).add(from);
  }

  #ease(from: string, to: string): void {
    // Two connections are two chances; the better one is taken, as in every path.
    let ease = 0;
    for (const relation of this.#links.get(from)?.get(to) ?? []) ease = Math.max(ease, EASE[relation]);
    this.graph.connect(from, to, this.#eased.size === 0 ? ease : (this.#eased.get(`${from} ${to}`) ?? ease));
  }
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, made: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = made();
  map.set(key, value);
  return value;
}
