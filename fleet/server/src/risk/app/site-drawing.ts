import type { DrawnModel, RiskPicture } from "../domain/risk-picture.js";
import type { Steps } from "../domain/steps.js";
import { draw } from "./draw.js";
import type { FleetFacts, ImportedSource, RiskStore } from "./ports.js";
import { inSlices, type Slicing } from "./slices.js";

/** The site as it is drawn anew, and the files that it is drawn from. */
export interface Redrawn {
  readonly sources: readonly ImportedSource[];
  readonly drawn: DrawnModel;
}

/** Nobody reads it before it is taken; `null`: it was called off. */
export async function drawSite(
  parts: {
    readonly store: RiskStore;
    readonly fleet: FleetFacts;
    readonly now: () => number;
    readonly slicing: Slicing;
  },
  picture: RiskPicture,
  isOff: () => boolean,
): Promise<Redrawn | null> {
  const { store, fleet, now, slicing } = parts;
  const sources = await store.sources();
  const imports = sources.map((each) => each.import);
  const imported = {
    assets: await store.assets(imports),
    links: await store.links(imports),
    vulnerabilities: await store.vulnerabilities(imports),
  };
  const site = { people: await fleet.people(), devices: fleet.devices(), pairs: fleet.pairs() };
  const steps = function* (): Steps<DrawnModel> {
    return yield* picture.drawing(yield* draw(site, imported), now());
  };
  const drawn = await inSlices(steps(), slicing, isOff);
  return drawn === null ? null : { sources, drawn };
}

/** Whether a picture of the ones is one of the others too. */
export const isDrawnFrom = (ones: readonly ImportedSource[], others: readonly ImportedSource[]): boolean => {
  const imports = new Set(ones.map((each) => each.import));
  return imports.size === others.length && others.every((each) => imports.has(each.import));
};
