import fc from "fast-check";
import { expect, it } from "vitest";
import { type Asset, type Link, RELATIONS, type Vulnerability } from "./asset.js";
import { type Mitigation, type Ranking, ranking } from "./mitigations.js";
import { apply, candidates, keyOf } from "./remedies.js";
import { RiskModel } from "./risk-model.js";
import { finish } from "./steps.js";

const COUNT = 24;
const runs = process.env["WARDKEY_CAMPAIGN"] === "1" ? 20_000 : 300;

const Place = fc.nat({ max: COUNT - 1 });
const Chance = fc.integer({ min: 0, max: 1_000 }).map((thousandths) => thousandths / 1_000);
const KINDS = ["device", "person", "service", "data", "zone", "behaviour"] as const;
const idOf = (place: number): string => `asset:${place}`;
const AnyAssets = fc.array(
  fc.record({ kind: fc.constantFrom(...KINDS), impact: Chance, exposure: fc.oneof(fc.constant(0), Chance) }),
  { minLength: 2, maxLength: COUNT },
);
const AnyLinks = fc.array(
  fc.record({ from: Place.map(idOf), to: Place.map(idOf), relation: fc.constantFrom(...RELATIONS) }),
  { maxLength: 60 },
);
const AnyVulnerability: fc.Arbitrary<Vulnerability> = fc.record({
  ...{ cve: fc.nat({ max: 5 }).map((number) => `CVE-${number}`), cvss: fc.integer({ min: 0, max: 10 }) },
  epss: fc.option(Chance),
});
const AnyWeak = fc.array(fc.tuple(Place.map(idOf), fc.array(AnyVulnerability, { maxLength: 3 })), { maxLength: 12 });
const AnySigns = fc.array(fc.tuple(Place.map(idOf), Chance), { maxLength: 4 });
const AnySite = fc.record({ assets: AnyAssets, links: AnyLinks, weak: AnyWeak, signs: AnySigns, late: AnySigns });
type Site = typeof AnySite extends fc.Arbitrary<infer Value> ? Value : never;

function modelOf({ assets, links, weak, signs, late }: Site): RiskModel {
  const model = new RiskModel();
  const drawn = assets.map((each, place): Asset => ({ ...each, id: idOf(place), name: idOf(place), zone: null }));
  for (const [id, list] of weak) model.weaken(id, list);
  model.redraw(new Map(drawn.map((asset) => [asset.id, asset])), links as readonly Link[]);
  for (const [id, strength] of signs) model.sign(id, "seen", strength);
  model.settle();
  // What is not settled yet counts too.
  for (const [id, strength] of late) model.sign(id, "late", strength);
  return model;
}

/** The same plainly: after each remedy and after each undoing everything is settled, and the whole total added anew. */
function rankedPlainly(model: RiskModel, most: number): Ranking {
  const trial = model.forTrials();
  finish(trial.settling());
  const total = trial.total();
  const tried = finish(candidates(trial)).map(({ remedy, costHours }): Mitigation => {
    const undo = apply(trial, remedy);
    trial.settle();
    const removes = Math.max(0, total - trial.total());
    undo();
    trial.settle();
    return { remedy, removes, costHours, perHour: removes / costHours };
  });
  const mitigations = tried
    .filter(({ removes }) => removes > 1e-9)
    .sort((a, b) => b.perHour - a.perHour || keyOf(a.remedy).localeCompare(keyOf(b.remedy)))
    .slice(0, most);
  return { total, mitigations };
}

it("ranks to the last bit as trying everything on the whole model does, and leaves the model as it was", () => {
  let ranked = 0;
  fc.assert(
    fc.property(AnySite, (site) => {
      const model = modelOf(site);
      const expected = rankedPlainly(modelOf(site), 50);
      expect(finish(ranking(model))).toEqual(expected);
      ranked += expected.mitigations.length;
      model.settle();
      expect(model.total()).toBe(expected.total);
    }),
    { numRuns: runs },
  );
  expect(ranked).toBeGreaterThan(runs);
});

it("finds what a remedy removes as a model has it in which it was done from the beginning", () => {
  fc.assert(
    fc.property(AnySite, (site) => {
      const model = modelOf({ ...site, late: [] });
      for (const { remedy, removes } of finish(ranking(model)).mitigations) {
        if (remedy.kind !== "patch") continue;
        const left = site.weak.map(([id, list]) => [id, list.filter(({ cve }) => cve !== remedy.cve)] as const);
        const without = modelOf({ ...site, late: [], weak: left as Site["weak"] });
        expect(removes).toBeCloseTo(model.total() - without.total(), 9);
      }
    }),
    { numRuns: 100 },
  );
});
