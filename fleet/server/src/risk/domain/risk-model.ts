import { type Asset, anyOf, EASE, type Link, unit, type Vulnerability, weaknessOf } from "./asset.js";
import { levelOf, type RiskLevel, scoreOf } from "./level.js";
import { RiskGraph } from "./risk-graph.js";
import { Spread } from "./spread.js";

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
  readonly graph = new RiskGraph();
  readonly #likely = new Spread(this.graph, "onward");
  readonly #seen = new Spread(this.graph, "onward");
  readonly #stake = new Spread(this.graph, "back");
  readonly #assets = new Map<string, Asset>();
  readonly #links = new Map<string, Map<string, Set<Link["relation"]>>>();
  readonly #into = new Map<string, Set<string>>();
  readonly #vulnerabilities = new Map<string, readonly Vulnerability[]>();
  readonly #signs = new Map<string, Map<string, number>>();
  readonly #eased = new Map<string, number>();

  get assets(): ReadonlyMap<string, Asset> {
    return this.#assets;
  }

  /** Makes assets and links what they are said to be, touching what differs alone. Links whose ends are unknown wait. */
  redraw(assets: ReadonlyMap<string, Asset>, links: Iterable<Link>): void {
    for (const id of [...this.#assets.keys()]) if (!assets.has(id)) this.remove(id);
    for (const asset of assets.values()) this.put(asset);
    const before = [...this.#links].map(([from, ends]) => [from, [...ends.keys()]] as const);
    this.#links.clear();
    this.#into.clear();
    for (const link of links) this.#note(link);
    for (const [from, ends] of before) {
      for (const to of ends) if (this.#links.get(from)?.has(to) !== true) this.graph.connect(from, to, 0);
    }
    for (const [from, ends] of this.#links) for (const to of ends.keys()) this.#ease(from, to);
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
    const changed = new Set<number>();
    for (const spread of [this.#likely, this.#seen, this.#stake]) {
      for (const node of spread.settle()) changed.add(node);
    }
    const names = new Set<string>();
    for (const node of changed) {
      const name = this.graph.nameOf(node);
      if (name !== null) names.add(name);
    }
    this.graph.settled();
    return names;
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
    for (const { id, impact } of this.#assets.values()) {
      const node = this.graph.numberOf(id);
      if (impact > 0 && node !== undefined) sum += this.#likely.valueOf(node) * impact;
    }
    return sum;
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
    const ends = this.#links.get(from) ?? new Map<string, Set<Link["relation"]>>();
    this.#links.set(from, ends.set(to, (ends.get(to) ?? new Set<Link["relation"]>()).add(relation)));
    this.#into.set(to, (this.#into.get(to) ?? new Set<string>()).add(from));
  }

  #ease(from: string, to: string): void {
    const said = this.#eased.get(`${from} ${to}`);
    // Two connections are two chances; the better one is taken, as in every path.
    const ease = said ?? Math.max(0, ...[...(this.#links.get(from)?.get(to) ?? [])].map((relation) => EASE[relation]));
    this.graph.connect(from, to, ease);
  }
}
