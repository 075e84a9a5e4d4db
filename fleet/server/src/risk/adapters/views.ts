import type { z } from "zod";
import type { RiskQuestions } from "../app/questions.js";
import type { Risk } from "../app/risk.js";
import type { Detection } from "../domain/detections.js";
import type { Mitigation, Ranking } from "../domain/mitigations.js";
import { COST_HOURS } from "../domain/remedies.js";
import type { AssetRisk, AttackPath, RiskModel } from "../domain/risk-model.js";
import { isPerson } from "../domain/risk-picture.js";
import type { AssetAnswer, AssetView, DetectionView, MitigationsAnswer, MitigationView, PathView } from "./schemas.js";

const MOST_NAMED = 20;

export const assetView = ({ asset, likelihood, seen, stake, risk, level }: AssetRisk): z.infer<typeof AssetView> => ({
  ...asset,
  ...{ likelihood, seen, stake, risk, level },
});

/** Who reads, and when. `people`: whether they may read of single people. */
export interface Reading {
  readonly people: boolean;
  readonly now: number;
}

export const detectionView = (detection: Detection, { people, now }: Reading): z.infer<typeof DetectionView> => ({
  ...detection,
  staffId: people ? detection.staffId : null,
  facts: { ...detection.facts },
  active: detection.dismissed === null && detection.until > now,
});

const named = (model: RiskModel, id: string): Pick<z.infer<typeof AssetView>, "id" | "name" | "kind"> => {
  const asset = model.assets.get(id);
  return { id, name: asset?.name ?? id, kind: asset?.kind ?? "service" };
};

/** In the place of a person, for whom persons are none of their business. */
const SOMEBODY = { id: "person:", name: "", kind: "person" } as const;

export const pathView = (model: RiskModel, path: AttackPath, people: boolean): z.infer<typeof PathView> => ({
  steps: path.steps.map((id) => (people || !isPerson(id) ? named(model, id) : SOMEBODY)),
  relations: path.steps.slice(1).map((to, index) => model.relations(path.steps[index] ?? "", to)[0] ?? "uses"),
  ...{ likelihood: path.likelihood, impact: path.impact, risk: path.risk },
});

/** Everything about one asset: what it is worth, how somebody comes there, what was seen, what it was told. */
export function assetAnswer(
  { risk, questions, reading }: { risk: Risk; questions: RiskQuestions; reading: Reading },
  id: string,
): z.infer<typeof AssetAnswer> | null {
  const { people, now } = reading;
  const one = questions.one(id, people);
  if (one === null) return null;
  const { picture, statements } = risk;
  const { model } = picture;
  const device = id.startsWith("device:") ? id.slice("device:".length) : null;
  const told = device === null ? null : statements.of(device);
  const signs =
    device === null
      ? picture.detections.active().filter(({ staffId }) => staffId !== null && id === `person:${staffId}`)
      : picture.signsFor(device);
  return {
    asset: assetView(one.risk),
    path: one.path === null ? null : pathView(model, one.path, people),
    into: one.into.map(({ asset, relations }) => ({ ...named(model, asset.id), relations: [...relations] })),
    onward: one.onward.map(({ asset, relations }) => ({ ...named(model, asset.id), relations: [...relations] })),
    vulnerabilities: [...model.vulnerabilitiesOf(id)].sort((a, b) => (b.epss ?? 0) - (a.epss ?? 0)).slice(0, 200),
    behaviours: picture.behavioursAt(id, now).map(({ name, rate }) => ({ name, rate })),
    told:
      told === null
        ? null
        : {
            ...{ level: told.level, reasons: [...told.reasons], until: told.until },
            ...{ said: told.said, quarantined: statements.locks(told.device) },
          },
    detections: signs.slice(0, MOST_NAMED).map((each) => detectionView(each, reading)),
  };
}

export function mitigationsAnswer(
  { total, mitigations }: Ranking,
  { model, people }: { model: RiskModel; people: boolean },
): z.infer<typeof MitigationsAnswer> {
  return {
    total,
    assumedHours: { ...COST_HOURS },
    mitigations: mitigations.map((each): z.infer<typeof MitigationView> => {
      const { remedy, removes, costHours } = each;
      const ids = assetsOf(remedy);
      return {
        kind: remedy.kind,
        cve: remedy.kind === "patch" ? remedy.cve : null,
        assets: ids.slice(0, MOST_NAMED).map((id) => {
          const { id: shown, name } = people || !isPerson(id) ? named(model, id) : SOMEBODY;
          return { id: shown, name };
        }),
        assetCount: ids.length,
        ...{ removes, costHours, share: total === 0 ? 0 : Math.min(1, removes / total) },
      };
    }),
  };
}

function assetsOf(remedy: Mitigation["remedy"]): readonly string[] {
  switch (remedy.kind) {
    case "patch":
      return remedy.assets;
    case "cut-link":
      return [remedy.from, remedy.to];
    case "shield":
      return [remedy.asset];
    case "train":
      return [remedy.behaviour];
  }
}
