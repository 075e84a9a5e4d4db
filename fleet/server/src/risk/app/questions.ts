import type { AssetKind } from "@wardkey/protocol/fleet";
import { RISK_LEVELS } from "@wardkey/protocol/policy";
import type { Asset, Relation } from "../domain/asset.js";
import type { RiskLevel } from "../domain/level.js";
import { type Ranking, ranking } from "../domain/mitigations.js";
import type { AssetRisk, AttackPath } from "../domain/risk-model.js";
import { isPerson } from "../domain/risk-picture.js";
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
  /** How many that the list has are not shown. */
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

  /** People are in none of its orders: nobody is ranked. */
  assets(query: AssetQuery): { total: number; assets: readonly AssetRisk[] } {
    const words = (query.search ?? "").trim().toLowerCase();
    const found = this.#all().filter(
      ({ asset, level }) =>
        !isPerson(asset.id) &&
        (query.kind === undefined || asset.kind === query.kind) &&
        (query.level === undefined || level === query.level) &&
        (words === "" || asset.id.toLowerCase().includes(words) || asset.name.toLowerCase().includes(words)),
    );
    const turn = query.order === "up" ? 1 : -1;
    const sorted = found.sort((a, b) => turn * compare(a, b, query.sort) || (a.asset.id < b.asset.id ? -1 : 1));
    return { total: found.length, assets: sorted.slice(query.from, query.from + query.limit) };
  }

  /** `people`: whether who asks may read of single people. */
  one(
    id: string,
    people: boolean,
  ): { risk: AssetRisk; path: AttackPath | null; into: readonly Neighbour[]; onward: readonly Neighbour[] } | null {
    const { model } = this.#risk.picture;
    const { graph } = model;
    const risk = seenBy(people, id) ? model.riskOf(id) : null;
    const node = graph.numberOf(id);
    if (risk === null || node === undefined) return null;
    const around = (nodes: readonly number[], relations: (other: string) => readonly Relation[]): Neighbour[] => {
      const names = nodes.flatMap((each) => graph.nameOf(each) ?? []).filter((name) => seenBy(people, name));
      return names.slice(0, MOST_NEIGHBOURS).flatMap((name) => {
        const asset = model.assets.get(name);
        return asset === undefined ? [] : [{ asset, relations: relations(name) }];
      });
    };
    const into = around(
      graph.edgesTo(node).map((edge) => graph.fromOf(edge)),
      (from) => model.relations(from, id),
    );
    const onward = around(
      graph.edgesFrom(node).map((edge) => graph.toOf(edge)),
      (to) => model.relations(id, to),
    );
    return { risk, path: model.pathThrough(id), into, onward };
  }

  /** The worst path to each thing that matters, the worst first; to no person, because nobody is ranked. */
  paths(): readonly AttackPath[] {
    const { picture, revision } = this.#risk;
    if (this.#paths?.revision !== revision) {
      const { model } = picture;
      const list = [...model.assets.values()]
        .filter(({ id, impact }) => impact > 0 && !isPerson(id))
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

  /** The worst paths, or an asset with its neighbours and its path: at most so many nodes, and of `people` where one may. */
  excerpt(focus: string | null, { most, people }: { most: number; people: boolean }): Excerpt | null {
    const { model } = this.#risk.picture;
    const chosen = new Set<string>();
    const add = (ids: readonly string[]): boolean => {
      const fresh = ids.filter((id) => !chosen.has(id) && seenBy(people, id));
      if (chosen.size + fresh.length > most) return false;
      for (const id of fresh) chosen.add(id);
      return true;
    };
    const paths: AttackPath[] = [];
    if (focus === null) {
      for (const path of this.paths()) if (add(path.steps)) paths.push(path);
    } else {
      const one = this.one(focus, people);
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
    const listed = this.#all().filter(({ asset }) => !isPerson(asset.id) && !chosen.has(asset.id));
    return { nodes, edges, paths, left: listed.length };
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

const seenBy = (people: boolean, id: string): boolean => people || !isPerson(id);

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
