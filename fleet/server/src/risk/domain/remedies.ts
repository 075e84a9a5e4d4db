import type { RiskModel } from "./risk-model.js";
import { inSteps, type Steps } from "./steps.js";

/** What could be done about a risk. */
export type Remedy =
  | { readonly kind: "patch"; readonly cve: string; readonly assets: readonly string[] }
  | { readonly kind: "cut-link"; readonly from: string; readonly to: string }
  | { readonly kind: "shield"; readonly asset: string }
  | { readonly kind: "train"; readonly behaviour: string };

/** What remedies are found in and tried on. */
export type TrialModel = Pick<
  RiskModel,
  "assets" | "pathTo" | "relations" | "vulnerabilitiesOf" | "vulnerable" | "weaken" | "put" | "tryEase"
>;

/** Hours of work, assumed: what ranks is the ratio between them. */
export const COST_HOURS = { patchEach: 2, cutLink: 4, shield: 8, train: 3 } as const;

/** Links that are care itself: somebody works in a ward, a kiosk stands in it. */
const NOT_CUT = new Set(["stands-in", "has", "works-in", "works-at", "invites", "reports-to"]);
/** Of so many, those that could remove most for their hours. */
const MOST_TRIED = 120;

/** Something to try. */
export interface Candidate {
  readonly remedy: Remedy;
  readonly costHours: number;
  /** It cannot remove more than all that is reached over it. */
  readonly atMost: number;
}

/** What could remove any risk: what lies on the likeliest path to something that matters. */
export function* candidates(model: TrialModel): Steps<readonly Candidate[]> {
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

function assetsByCve(model: TrialModel): Map<string, string[]> {
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
export function apply(model: TrialModel, remedy: Remedy): () => void {
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
function expose(model: TrialModel, id: string, factor: number): () => void {
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
