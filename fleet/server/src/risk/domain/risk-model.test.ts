import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Asset, type Link, RELATIONS, type Vulnerability } from "./asset.js";
import { mitigationsOf } from "./mitigations.js";
import { RiskModel } from "./risk-model.js";

const NAMES = ["a", "b", "c", "d", "e", "f", "g"];
const Name = fc.constantFrom(...NAMES);
const Chance = fc.integer({ min: 0, max: 20 }).map((twentieths) => twentieths / 20);
const AnyAsset = fc.record({
  id: Name,
  kind: fc.constantFrom("device", "person", "service", "data", "zone"),
  name: fc.constant("x"),
  zone: fc.constant(null),
  impact: Chance,
  exposure: Chance,
}) as fc.Arbitrary<Asset>;
const AnyLink: fc.Arbitrary<Link> = fc.record({ from: Name, to: Name, relation: fc.constantFrom(...RELATIONS) });
const AnyVulnerability: fc.Arbitrary<Vulnerability> = fc.record({
  cve: fc.constantFrom("CVE-1", "CVE-2"),
  cvss: fc.integer({ min: 0, max: 10 }),
  epss: Chance,
});
interface Site {
  readonly assets: readonly Asset[];
  readonly links: readonly Link[];
  readonly weak: readonly { readonly at: string; readonly vulnerability: Vulnerability }[];
  readonly signs: readonly { readonly at: string; readonly strength: number }[];
}
const AnySite: fc.Arbitrary<Site> = fc.record({
  assets: fc.uniqueArray(AnyAsset, { selector: ({ id }) => id, minLength: 1 }),
  links: fc.array(AnyLink, { maxLength: 20 }),
  weak: fc.array(fc.record({ at: Name, vulnerability: AnyVulnerability }), { maxLength: 6 }),
  signs: fc.array(fc.record({ at: Name, strength: Chance }), { maxLength: 4 }),
});

function modelOf({ assets, links, weak, signs }: Site): RiskModel {
  const model = new RiskModel();
  model.redraw(new Map(assets.map((asset) => [asset.id, asset])), links);
  for (const at of NAMES) {
    const here = weak.filter((each) => each.at === at).map(({ vulnerability }) => vulnerability);
    model.weaken(at, here);
  }
  for (const [index, { at, strength }] of signs.entries()) model.sign(at, `s${index}`, strength);
  model.settle();
  return model;
}

const risksOf = (model: RiskModel): Map<string, readonly number[]> =>
  new Map(
    NAMES.flatMap((id) => {
      const risk = model.riskOf(id);
      return risk === null ? [] : [[id, [risk.likelihood, risk.seen, risk.stake, risk.risk, risk.score]]];
    }),
  );

/** No number of `after` is below the one of `before`, but for the last bits of a logarithm. */
function expectNoneLower(before: RiskModel, after: RiskModel): void {
  const then = risksOf(after);
  for (const [id, numbers] of risksOf(before)) {
    const lower = numbers.filter((number, index) => number > (then.get(id)?.[index] ?? 0) + 1e-12);
    expect([id, lower]).toEqual([id, []]);
  }
  expect(after.total()).toBeGreaterThanOrEqual(before.total() - 1e-12);
}

const raise = (value: number, by: number): number => Math.min(1, value + by);
const runs = process.env["WARDKEY_CAMPAIGN"] === "1" ? 20_000 : 300;

describe("raising any input never lowers a risk", () => {
  const raised: readonly [string, (site: Site, at: number, by: number) => Site][] = [
    [
      "an exposure",
      (site, at, by) => ({
        ...site,
        assets: site.assets.map((asset, index) =>
          index === at % site.assets.length ? { ...asset, exposure: raise(asset.exposure, by) } : asset,
        ),
      }),
    ],
    [
      "an impact",
      (site, at, by) => ({
        ...site,
        assets: site.assets.map((asset, index) =>
          index === at % site.assets.length ? { ...asset, impact: raise(asset.impact, by) } : asset,
        ),
      }),
    ],
    [
      "a CVSS score",
      (site, at, by) => ({
        ...site,
        weak: site.weak.map(({ at: where, vulnerability }, index) => ({
          at: where,
          vulnerability:
            index === at % site.weak.length
              ? { ...vulnerability, cvss: Math.min(10, vulnerability.cvss + 10 * by) }
              : vulnerability,
        })),
      }),
    ],
    [
      "an EPSS",
      (site, at, by) => ({
        ...site,
        weak: site.weak.map(({ at: where, vulnerability }, index) => ({
          at: where,
          vulnerability:
            index === at % site.weak.length
              ? { ...vulnerability, epss: raise(vulnerability.epss ?? 0, by) }
              : vulnerability,
        })),
      }),
    ],
    [
      "a sign",
      (site, at, by) => ({
        ...site,
        signs: site.signs.map((sign, index) =>
          index === at % site.signs.length ? { ...sign, strength: raise(sign.strength, by) } : sign,
        ),
      }),
    ],
  ];
  it.each(raised)("%s", (_what, change) => {
    fc.assert(
      fc.property(AnySite, fc.nat(), Chance, (site, at, by) =>
        expectNoneLower(modelOf(site), modelOf(change(site, at, by))),
      ),
      { numRuns: runs },
    );
  });

  it("one thing more: a link, a vulnerability, a sign", () => {
    fc.assert(
      fc.property(AnySite, AnyLink, AnyVulnerability, Name, Chance, (site, link, vulnerability, at, strength) => {
        const more = {
          ...site,
          links: [...site.links, link],
          weak: [...site.weak, { at, vulnerability }],
          signs: [...site.signs, { at, strength }],
        };
        expectNoneLower(modelOf(site), modelOf(more));
      }),
      { numRuns: runs },
    );
  });
});

describe("removing a link", () => {
  it("never adds a path, and never raises a risk", () => {
    fc.assert(
      fc.property(AnySite, fc.nat(), (site, at) => {
        const before = modelOf(site);
        const links = site.links.filter((_, index) => index !== at % Math.max(1, site.links.length));
        const after = modelOf({ ...site, links });
        expectNoneLower(after, before);
        for (const id of NAMES) {
          const path = after.pathTo(id);
          if (path === null) continue;
          expect(before.pathTo(id)).not.toBeNull();
          // Every step of what is left was there before.
          for (const [index, from] of path.steps.slice(0, -1).entries()) {
            expect(before.relations(from, path.steps[index + 1] ?? "")).not.toEqual([]);
          }
        }
      }),
      { numRuns: runs },
    );
  });

  it("in a model that goes on comes to what a new model says", () => {
    fc.assert(
      fc.property(AnySite, AnySite, (site, later) => {
        const model = modelOf(site);
        model.redraw(new Map(later.assets.map((asset) => [asset.id, asset])), later.links);
        for (const at of NAMES) {
          model.weaken(
            at,
            later.weak.filter((each) => each.at === at).map(({ vulnerability }) => vulnerability),
          );
        }
        for (const [index, { at }] of site.signs.entries()) model.sign(at, `s${index}`, 0);
        for (const [index, { at, strength }] of later.signs.entries()) model.sign(at, `s${index}`, strength);
        model.settle();
        const anew = risksOf(modelOf(later));
        for (const [id, numbers] of risksOf(model)) {
          for (const [index, number] of numbers.entries()) expect(number).toBeCloseTo(anew.get(id)?.[index] ?? -1, 12);
        }
        expect([...risksOf(model).keys()].sort()).toEqual([...anew.keys()].sort());
      }),
      { numRuns: runs },
    );
  });
});

const asset = (id: string, more: Partial<Asset> = {}): Asset => ({
  ...{ id, kind: "device", name: id, zone: null, impact: 0, exposure: 0 },
  ...more,
});
const ward = (): RiskModel => {
  const model = new RiskModel();
  const assets = [
    asset("device:kiosk", { exposure: 0.2 }),
    asset("service:records", { kind: "service" }),
    asset("data:patients", { kind: "data", impact: 1 }),
    asset("device:printer"),
  ];
  model.redraw(new Map(assets.map((each) => [each.id, each])), [
    { from: "device:kiosk", to: "service:records", relation: "uses" },
    { from: "service:records", to: "data:patients", relation: "holds" },
    { from: "device:printer", to: "data:patients", relation: "uses" },
  ]);
  model.weaken("service:records", [{ cve: "CVE-2026-1", cvss: 9.8, epss: 0.9 }]);
  model.settle();
  return model;
};

describe("an attack path", () => {
  it("leads from where somebody begins to what matters, with the likelihood of its steps", () => {
    // 0.2 x (0.5 x 0.9113) x (0.9 x 0.9): exposure, then ease times weakness of each step.
    expect(ward().pathThrough("service:records")).toEqual({
      steps: ["device:kiosk", "service:records", "data:patients"],
      likelihood: expect.closeTo(0.07382, 4),
      impact: 1,
      risk: expect.closeTo(0.07382, 4),
    });
    expect(ward().pathThrough("device:printer")).toBeNull();
  });
});

describe("mitigations", () => {
  it("are ranked by what they remove for their hours, and leave the model as it was", () => {
    const model = ward();
    const before = model.total();
    const ranked = mitigationsOf(model).map(({ remedy, removes, costHours }) => [
      remedy.kind,
      Math.round((100 * removes) / before),
      costHours,
    ]);
    expect(ranked).toEqual([
      ["patch", 78, 2],
      ["cut-link", 100, 4],
      ["cut-link", 100, 4],
      ["shield", 90, 8],
    ]);
    expect(model.total()).toBe(before);
  });

  it("never remove less than nothing, and what they say is what doing them does", () => {
    fc.assert(
      fc.property(AnySite, (site) => {
        const model = modelOf(site);
        const before = risksOf(model);
        for (const { removes } of mitigationsOf(model)) expect(removes).toBeGreaterThan(0);
        for (const [id, numbers] of risksOf(model)) {
          for (const [index, number] of numbers.entries())
            expect(number).toBeCloseTo(before.get(id)?.[index] ?? -1, 12);
        }
      }),
      { numRuns: 100 },
    );
  });
});
