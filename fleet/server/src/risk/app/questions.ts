import type { AssetKind } from "@wardkey/protocol/fleet";
import { RISK_LEVELS } from "@wardkey/protocol/policy";
import type { Asset, Relation } from "../domain/asset.js";
import type { RiskLevel } from "../domain/level.js";
import { type Ranking, ranking } from "../domain/mitigations.js";
import type { AssetRisk, AttackPath } from "../domain/risk-model.js";
import type { Risk } from "./risk.js";
import { inSlices, type Slicing } from "./slices.js";

export const ASSET_SORTS = ["risk", "likelihood", "stake", "name", "kind", "level"] as const;
export interface AssetQuery {
  readonly search?: string | undefined;
  readonly kind?: AssetKind | undefined;
  readonly level?: RiskLevel | undefined;
  readonly sort: (typeof ASSET_SORTS)[number];
  readonly order: "up" | "down";
  readonly from: number;
  readonly limit: number;
}

/** A part of the graph that fits on a screen. */
export interface Excerpt {
  readonly nodes: readonly AssetRisk[];
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly relation: string;
    readonly onPath: boolean;
  }[];
  readonly paths: readonly AttackPath[];
  /** How many nodes are not shown. */
  readonly left: number;
}

const MOST_PATHS = 50;

/** What people ask of the picture. Answers that are costly are kept until the picture changes. */
export class RiskQuestions {
  readonly #risk: Risk;
  readonly #slicing: Slicing;
  #ranked: (Ranking & { revision: number }) | null = null;
  #ranking: Promise<void> | null = null;
  #paths: { revision: number; list: readonly AttackPath[] } | null = null;
  #risks: { revision: number; list: readonly AssetRisk[] } | null = null;

  constructor(risk: Risk, slicing: Slicing) {
    this.#risk = risk;
    this.#slicing = slicing;
  }

  summary(): {
    total: number;
    devices: Record<RiskLevel, number>;
    detections: number;
    assets: number;
    links: number;
    vulnerabilities: number;
    computedAt: number;
  } {
    const { picture, computedAt } = this.#risk;
    const { model } = picture;
    const devices: Record<RiskLevel, number> = { normal: 0, raised: 0, high: 0 };
    for (const { asset, level } of this.#all()) if (asset.kind === "device") devices[level] += 1;
    let vulnerabilities = 0;
    for (const [id, list] of model.vulnerable()) if (model.assets.has(id)) vulnerabilities += list.length;
    const detections = picture.detections.active().length;
    return {
      ...{ total: model.total(), devices, detections, assets: model.assets.size },
      ...{ links: model.graph.links, vulnerabilities, computedAt },
    };
  }

  assets(query: AssetQuery): { total: number; assets: readonly AssetRisk[] } {
    const words = (query.search ?? "").trim().toLowerCase();
    const found = this.#all().filter(
      ({ asset, level }) =>
        (query.kind === undefined || asset.kind === query.kind) &&
        (query.level === undefined || level === query.level) &&
        (words === "" || asset.id.toLowerCase().includes(words) || asset.name.toLowerCase().includes(words)),
    );
    const turn = query.order === "up" ? 1 : -1;
    const sorted = found.sort((a, b) => turn * compare(a, b, query.sort) || (a.asset.id < b.asset.id ? -1 : 1));
    return { total: found.length, assets: sorted.slice(query.from, query.from + query.limit) };
  }

  one(
    id: string,
  ): { risk: AssetRisk; path: AttackPath | null; into: readonly Neighbour[]; onward: readonly Neighbour[] } | null {
    const { model } = this.#risk.picture;
    const risk = model.riskOf(id);
    const node = model.graph.numberOf(id);
    if (risk === null || node === undefined) return null;
    const neighbour = (other: string | null, [from, to]: readonly [string, string]): Neighbour[] => {
      const asset = other === null ? undefined : model.assets.get(other);
      return asset === undefined ? [] : [{ asset, relations: model.relations(from, to) }];
    };
    const { graph } = model;
    const into = graph
      .edgesTo(node)
      .slice(0, MOST_NEIGHBOURS)
      .flatMap((edge) => neighbour(graph.nameOf(graph.fromOf(edge)), [graph.nameOf(graph.fromOf(edge)) ?? "", id]));
    const onward = graph
      .edgesFrom(node)
      .slice(0, MOST_NEIGHBOURS)
      .flatMap((edge) => neighbour(graph.nameOf(graph.toOf(edge)), [id, graph.nameOf(graph.toOf(edge)) ?? ""]));
    return { risk, path: model.pathThrough(id), into, onward };
  }

  /** The worst path to each thing that matters, the worst first. */
  paths(): readonly AttackPath[] {
    const { picture, revision } = this.#risk;
    if (this.#paths?.revision !== revision) {
      const { model } = picture;
      const list = [...model.assets.values()]
        .filter(({ impact }) => impact > 0)
        .flatMap(({ id }) => model.pathTo(id) ?? [])
        .sort((a, b) => b.risk - a.risk || ((a.steps.at(-1) ?? "") < (b.steps.at(-1) ?? "") ? -1 : 1))
        .slice(0, MOST_PATHS);
      this.#paths = { revision, list };
    }
    return this.#paths.list;
  }

  /**
   * What could be done about the picture as it is now, or became while it was ranked. Whoever asks during a ranking of an
   * older picture shares the one that comes after it.
   */
  async mitigations(): Promise<Ranking> {
    const wanted = this.#risk.revision;
    for (;;) {
      if (this.#ranked !== null && this.#ranked.revision >= wanted) return this.#ranked;
      this.#ranking ??= this.#rank().finally(() => {
        this.#ranking = null;
      });
      await this.#ranking;
    }
  }

  async #rank(): Promise<void> {
    const { picture, revision } = this.#risk;
    const ranked = await inSlices(ranking(picture.model), this.#slicing);
    if (ranked !== null) this.#ranked = { ...ranked, revision };
  }

  /** The worst paths, or an asset with its neighbours and its path; at most so many nodes. */
  excerpt(focus: string | null, most: number): Excerpt | null {
    const { model } = this.#risk.picture;
    const chosen = new Set<string>();
    const add = (ids: readonly string[]): boolean => {
      const fresh = ids.filter((id) => !chosen.has(id));
      if (chosen.size + fresh.length > most) return false;
      for (const id of fresh) chosen.add(id);
      return true;
    };
    const paths: AttackPath[] = [];
    if (focus === null) {
      for (const path of this.paths()) if (add(path.steps)) paths.push(path);
    } else {
      const one = this.one(focus);
      if (one === null) return null;
      add([focus]);
      if (one.path !== null && add(one.path.steps)) paths.push(one.path);
      for (const { asset } of [...one.into, ...one.onward]) add([asset.id]);
    }
    const onPath = new Set(paths.flatMap(({ steps }) => steps.slice(1).map((to, index) => `${steps[index]}\n${to}`)));
    const { graph } = model;
    const edges = [...chosen].flatMap((from) =>
      graph.edgesFrom(graph.numberOf(from) ?? -1).flatMap((edge) => {
        const to = graph.nameOf(graph.toOf(edge));
        if (to === null || !chosen.has(to)) return [];
        const [relation = "uses"] = model.relations(from, to);
        return [{ from, to, relation, onPath: onPath.has(`${from}\n${to}`) }];
      }),
    );
    const nodes = [...chosen].flatMap((id) => model.riskOf(id) ?? []);
    return { nodes, edges, paths, left: model.assets.size - nodes.length };
  }

  #all(): AssetRisk[] {
    const { picture, revision } = this.#risk;
    if (this.#risks?.revision !== revision) {
      const { model } = picture;
      this.#risks = { revision, list: [...model.assets.keys()].flatMap((id) => model.riskOf(id) ?? []) };
    }
    return [...this.#risks.list];
  }
}

const MOST_NEIGHBOURS = 100;
export interface Neighbour {
  readonly asset: Asset;
  readonly relations: readonly Relation[];
}

function compare(a: AssetRisk, b: AssetRisk, sort: AssetQuery["sort"]): number {
  switch (sort) {
    case "risk":
    case "likelihood":
    case "stake":
      return a[sort] - b[sort];
    case "level":
      return RISK_LEVELS.indexOf(a.level) - RISK_LEVELS.indexOf(b.level) || a.score - b.score;
    case "name":
    case "kind":
      return a.asset[sort].localeCompare(b.asset[sort]);
  }
}
