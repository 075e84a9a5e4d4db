import type { RiskModel } from "./risk-model.js";
import { finish, inSteps, type Steps } from "./steps.js";

/** What could be done about a risk. */
export type Remedy =
  | { readonly kind: "patch"; readonly cve: string; readonly assets: readonly string[] }
  | { readonly kind: "cut-link"; readonly from: string; readonly to: string }
  | { readonly kind: "shield"; readonly asset: string }
  | { readonly kind: "train"; readonly behaviour: string };

export interface Mitigation {
  readonly remedy: Remedy;
  /** Of the site's total. */
  readonly removes: number;
  readonly costHours: number;
  readonly perHour: number;
}

/** Hours of work, assumed: what ranks is the ratio between them. */
export const COST_HOURS = { patchEach: 2, cutLink: 4, shield: 8, train: 3 } as const;

/** Links that are care itself: somebody works in a ward, a kiosk stands in it. */
const NOT_CUT = new Set(["stands-in", "has", "works-in", "works-at", "invites", "reports-to"]);
const MOST_TRIED = 120;

/** What could be done, and the site's total that it is a share of. */
export interface Ranking {
  readonly total: number;
  /** The best first. */
  readonly mitigations: readonly Mitigation[];
}

/** What removes most risk for its cost, the best first. */
export const mitigationsOf = (model: RiskModel, most?: number): readonly Mitigation[] =>
  finish(ranking(model, most)).mitigations;

/**
 * The same step by step, of the model as it is at the first. Only what lies on the likeliest path to something that
 * matters can remove any; each of those is tried on a copy, so that the model may be read and go on meanwhile.
 */
export function* ranking(model: RiskModel, most = 50): Steps<Ranking> {
  const trial = model.copy();
  yield* trial.settling();
  const total = trial.total();
  const tried: Mitigation[] = [];
  for (const { remedy, costHours } of yield* candidates(trial)) {
    const undo = apply(trial, remedy);
    yield* trial.settling();
    const removes = Math.max(0, total - trial.total());
    undo();
    yield* trial.settling();
    tried.push({ remedy, removes, costHours, perHour: removes / costHours });
    yield;
  }
  const mitigations = tried
    .filter(({ removes }) => removes > 1e-9)
    .sort((a, b) => b.perHour - a.perHour || keyOf(a.remedy).localeCompare(keyOf(b.remedy)))
    .slice(0, most);
  return { total, mitigations };
}

interface Candidate {
  readonly remedy: Remedy;
  readonly costHours: number;
  /** It cannot remove more than all that is reached over it. */
  readonly atMost: number;
}

function* candidates(model: RiskModel): Steps<readonly Candidate[]> {
  const byKey = new Map<string, Candidate>();
  const weigh = (remedy: Remedy, costHours: number, risk: number): void => {
    const key = keyOf(remedy);
    byKey.set(key, { remedy, costHours, atMost: (byKey.get(key)?.atMost ?? 0) + risk });
  };
  const affected = assetsByCve(model);
  yield;
  yield* inSteps(model.assets.values(), (asset) => {
    const path = asset.impact > 0 ? model.pathTo(asset.id) : null;
    if (path === null || path.risk === 0) return;
    for (const [index, id] of path.steps.entries()) {
      const step = model.assets.get(id);
      const next = path.steps[index + 1];
      if (step === undefined) continue;
      if (index > 0) {
        for (const { cve } of model.vulnerabilitiesOf(id)) {
          const assets = affected.get(cve) ?? [id];
          weigh({ kind: "patch", cve, assets }, COST_HOURS.patchEach * assets.length, path.risk);
        }
      }
      if (index === 0 && step.kind === "behaviour") {
        weigh({ kind: "train", behaviour: id }, COST_HOURS.train, path.risk);
      } else if (index === 0 && step.exposure > 0 && step.kind !== "person") {
        weigh({ kind: "shield", asset: id }, COST_HOURS.shield, path.risk);
      }
      if (next !== undefined && model.relations(id, next).every((relation) => !NOT_CUT.has(relation))) {
        weigh({ kind: "cut-link", from: id, to: next }, COST_HOURS.cutLink, path.risk);
      }
    }
  });
  return [...byKey.values()].sort((a, b) => b.atMost / b.costHours - a.atMost / a.costHours).slice(0, MOST_TRIED);
}

function assetsByCve(model: RiskModel): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [id, list] of model.vulnerable()) {
    if (!model.assets.has(id)) continue;
    for (const { cve } of list) {
      const assets = found.get(cve);
      if (assets === undefined) found.set(cve, [id]);
      else assets.push(id);
    }
  }
  return found;
}

/** Does it to the model; answers how to take it back. */
function apply(model: RiskModel, remedy: Remedy): () => void {
  switch (remedy.kind) {
    case "patch": {
      const before = remedy.assets.map((id) => [id, model.vulnerabilitiesOf(id)] as const);
      for (const [id, list] of before)
        model.weaken(
          id,
          list.filter(({ cve }) => cve !== remedy.cve),
        );
      return () => {
        for (const [id, list] of before) model.weaken(id, list);
      };
    }
    case "cut-link":
      model.tryEase(remedy.from, remedy.to, 0);
      return () => model.tryEase(remedy.from, remedy.to, null);
    case "shield":
      return expose(model, remedy.asset, 0.1);
    case "train":
      return expose(model, remedy.behaviour, 0.5);
  }
}

/** A shield leaves a tenth of an exposure; training halves a behaviour. */
function expose(model: RiskModel, id: string, factor: number): () => void {
  const asset = model.assets.get(id);
  if (asset === undefined) return () => {};
  model.put({ ...asset, exposure: asset.exposure * factor });
  return () => model.put(asset);
}

export function keyOf(remedy: Remedy): string {
  switch (remedy.kind) {
    case "patch":
      return `patch ${remedy.cve}`;
    case "cut-link":
      return `cut ${remedy.from} ${remedy.to}`;
    case "shield":
      return `shield ${remedy.asset}`;
    case "train":
      return `train ${remedy.behaviour}`;
  }
}
