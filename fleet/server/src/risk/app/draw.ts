import type { Asset, Link, Vulnerability } from "../domain/asset.js";
import { larger, mergeAssets } from "../domain/inventory-book.js";
import { type Drawn, deviceAsset, FLEET_ASSET, personAsset } from "../domain/risk-picture.js";
import { inSteps, type Steps } from "../domain/steps.js";
import type { FleetFacts, KeptVulnerability } from "./ports.js";

/** What the fleet knows of itself at one moment. */
export interface FleetNow {
  readonly devices: ReturnType<FleetFacts["devices"]>;
  readonly people: Awaited<ReturnType<FleetFacts["people"]>>;
  readonly pairs: ReturnType<FleetFacts["pairs"]>;
}

/** What is at stake at a device whose inventory says nothing of it, and how exposed it stands. Assumed, not measured. */
const KIND_OF_DEVICE = {
  kiosk: { kind: "device", impact: 0.4, exposure: 0.02 },
  "medical-device": { kind: "device", impact: 0.9, exposure: 0.005 },
  service: { kind: "device", impact: 0.6, exposure: 0.005 },
} as const;
const PERSON = { impact: 0.1, exposure: 0.02 };
const FLEET = { impact: 0.9, exposure: 0.002 };

/**
 * The site's assets: what the fleet knows of itself (devices stand in wards, people work there, machines send to each
 * other, all report to the fleet server), and over it every imported inventory. Who is in several is one asset.
 */
export function* draw(
  fleet: FleetNow,
  imported: {
    readonly assets: readonly Asset[];
    readonly links: readonly Link[];
    readonly vulnerabilities: readonly KeptVulnerability[];
  },
): Steps<Drawn> {
  const assets = new Map<string, Asset>();
  const links: Link[] = [];
  const put = (asset: Asset): void => {
    const known = assets.get(asset.id);
    assets.set(asset.id, known === undefined ? asset : mergeAssets(known, asset));
  };
  const zone = (name: string): string => {
    const id = `zone:${name}`;
    if (!assets.has(id)) put({ id, kind: "zone", name, zone: null, impact: 0, exposure: 0 });
    return id;
  };
  put({ id: FLEET_ASSET, kind: "service", name: "Wardkey", zone: null, ...FLEET });
  const standIn = (id: string, ward: string): void => {
    links.push({ from: id, to: zone(ward), relation: "stands-in" }, { from: zone(ward), to: id, relation: "has" });
  };
  yield* inSteps(fleet.devices, ({ id, name, ward, kind, serves }) => {
    if (!serves) return;
    put({ id: deviceAsset(id), name, zone: ward, ...KIND_OF_DEVICE[kind] });
    standIn(deviceAsset(id), ward);
    links.push({ from: deviceAsset(id), to: FLEET_ASSET, relation: "reports-to" });
  });
  yield* inSteps(fleet.people, ({ staffId, wards }) => {
    // Ids alone: names of people are for who looks after people.
    put({ id: personAsset(staffId), kind: "person", name: staffId, zone: wards[0] ?? null, ...PERSON });
    for (const ward of wards) links.push({ from: personAsset(staffId), to: zone(ward), relation: "works-in" });
  });
  yield* inSteps(fleet.pairs, ({ from, to }) => {
    links.push({ from: deviceAsset(from), to: deviceAsset(to), relation: "sends-to" });
  });
  yield* inSteps(imported.assets, (asset) => {
    const known = assets.has(asset.id);
    put(asset);
    if (asset.zone !== null && asset.kind === "device" && !known) standIn(asset.id, asset.zone);
  });
  yield* inSteps(imported.links, (link) => links.push(link));
  return { assets, links, vulnerabilities: yield* vulnerabilitiesAt(assets, imported.vulnerabilities) };
}

/** A vulnerability without a score is taken for one of the middle. */
const UNKNOWN_CVSS = 5;

function* vulnerabilitiesAt(
  assets: ReadonlyMap<string, Asset>,
  kept: readonly KeptVulnerability[],
): Steps<ReadonlyMap<string, readonly Vulnerability[]>> {
  const numbers = new Map<string, { cvss: number | null; epss: number | null }>();
  yield* inSteps(kept, ({ cve, cvss, epss }) => {
    const known = numbers.get(cve);
    numbers.set(cve, { cvss: larger(known?.cvss ?? null, cvss), epss: larger(known?.epss ?? null, epss) });
  });
  const named = new Map<string, string[]>();
  yield* inSteps(assets.keys(), (id) => {
    const bare = id.slice(id.indexOf(":") + 1);
    const ids = named.get(bare);
    if (ids === undefined) named.set(bare, [id]);
    else ids.push(id);
  });
  const found = new Map<string, Map<string, Vulnerability>>();
  yield* inSteps(kept, ({ at, cve }) => {
    for (const id of at === "" ? [] : (named.get(at) ?? [])) {
      const { cvss = null, epss = null } = numbers.get(cve) ?? {};
      const here = found.get(id) ?? new Map<string, Vulnerability>();
      found.set(id, here.set(cve, { cve, cvss: cvss ?? UNKNOWN_CVSS, epss }));
    }
  });
  return new Map([...found].map(([id, list]) => [id, [...list.values()]]));
}
