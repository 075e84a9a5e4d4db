import { parseArgs } from "node:util";
import {
  deviceAsset,
  mitigationsOf,
  type RiskModel,
  RiskPicture,
  type SeenEvent,
  Spread,
} from "@wardkey/fleet-server/measuring/risk";
import { percentile } from "./percentile.js";
import { type Compared, comparePaths, peerOf, peerPaths, seedPeer } from "./risk-bench/peer.js";
import { chances, type SimulatedSite, simulatedSite } from "./risk-bench/simulated-site.js";

/**
 * `npm run bench -- risk [--json]`: how long it takes after an event until every risk of a simulated site is right again:
 * detectors, likelihoods, stakes, and what devices are to be told. Beside it graphology-shortest-path finds the likeliest
 * path to every asset on the same graph after the same events, from the beginning, as it knows no other way.
 */

const options = {
  json: { type: "boolean", default: false },
  nodes: { type: "string", default: "10000" },
  edges: { type: "string", default: "50000" },
  events: { type: "string", default: "2000" },
  seed: { type: "string", default: "1" },
} as const;

/** After every so many events both are asked for all paths. */
const COMPARE_EVERY = 100;
const START = Date.UTC(2026, 0, 5, 8);
const MINUTE = 60_000;

interface Times {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

export interface RiskBench {
  readonly simulated: true;
  readonly nodes: number;
  readonly edges: number;
  readonly events: number;
  /** After one event: detectors, graph, levels. */
  readonly recomputeMs: Times;
  /** The same work on the whole graph at once, as at a start. */
  readonly wholeMs: number;
  /** Ranking what could be done, over the whole site. */
  readonly mitigationsMs: number;
  readonly peer: { readonly name: "graphology-shortest-path"; readonly singleSourceMs: Times };
  readonly paths: Compared;
  /** Keeping up, to theirs, at the median: below 1, ours took less. */
  readonly ratio: number;
  /** All likeliest paths from the beginning, as the peer finds them, and what that is to theirs. */
  readonly fromTheBeginning: { readonly ms: Times; readonly ratio: number };
}

/** Resolves with the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options, strict: true });
  const [nodes, edges, events, seed] = [values.nodes, values.edges, values.events, values.seed].map(Number);
  const result = measureRisk({ nodes: nodes ?? 0, edges: edges ?? 0, events: events ?? 0, seed: seed ?? 0 });
  process.stdout.write(`${JSON.stringify(result, null, values.json ? 0 : 2)}\n`);
  return result.recomputeMs.p95 < 500 && result.paths.different === 0 ? 0 : 1;
}

export function measureRisk(size: { nodes: number; edges: number; events: number; seed: number }): RiskBench {
  const site = simulatedSite(size);
  const begun = performance.now();
  const picture = pictureOf(site);
  const wholeMs = performance.now() - begun;
  const peer = peerOf(picture.model);
  const chance = chances(size.seed + 1);
  const ours: number[] = [];
  const theirs: number[] = [];
  const anew: number[] = [];
  const sum = { paths: 0, same: 0, tied: 0, different: 0 };
  let now = START;
  for (let turn = 1; turn <= size.events; turn += 1) {
    now += 20_000;
    const event = eventAt(site, { now, chance });
    const from = performance.now();
    picture.see(event, now);
    picture.settle(now);
    ours.push(performance.now() - from);
    if (turn % COMPARE_EVERY !== 0) continue;
    seedPeer(peer, picture.model);
    const asked = performance.now();
    const paths = peerPaths(peer);
    theirs.push(performance.now() - asked);
    anew.push(fromTheBeginning(picture.model));
    const compared = comparePaths(picture.model, { graph: peer, paths });
    for (const key of ["paths", "same", "tied", "different"] as const) sum[key] += compared[key];
  }
  const ranked = performance.now();
  mitigationsOf(picture.model);
  const [recomputeMs, singleSourceMs, anewMs] = [timesOf(ours), timesOf(theirs), timesOf(anew)];
  return {
    simulated: true,
    nodes: picture.model.assets.size,
    edges: picture.model.graph.links,
    events: size.events,
    recomputeMs,
    wholeMs: round(wholeMs),
    mitigationsMs: round(performance.now() - ranked),
    peer: { name: "graphology-shortest-path", singleSourceMs },
    paths: sum,
    ratio: round(recomputeMs.p50 / singleSourceMs.p50, 5),
    fromTheBeginning: { ms: anewMs, ratio: round(anewMs.p50 / singleSourceMs.p50) },
  };
}

function fromTheBeginning(model: RiskModel): number {
  const from = performance.now();
  const spread = new Spread(model.graph, "onward");
  for (const [id, far] of model.entries()) spread.seed(model.graph.numberOf(id) ?? -1, Math.exp(-far));
  spread.settle();
  return performance.now() - from;
}

function pictureOf(site: SimulatedSite): RiskPicture {
  let ids = 0;
  const picture = new RiskPicture({
    newId: () => {
      ids += 1;
      return `detection-${ids}`;
    },
    wardOf: site.wardOf,
  });
  for (const [id, list] of site.weak) picture.model.weaken(id, list);
  picture.redraw({ assets: new Map(site.assets.map((asset) => [asset.id, asset])), links: site.links }, START);
  picture.settle(START);
  return picture;
}

/** Every one of these raises something; and since each lasts a while, about as many end. */
function eventAt({ devices, weak }: SimulatedSite, { now, chance }: { now: number; chance: () => number }): SeenEvent {
  const device = devices[Math.floor(chance() * devices.length)] ?? "";
  const raised = weak.get(deviceAsset(device))?.length ?? 0;
  const kinds: readonly [string, SeenEvent["body"]][] = [
    ["camera.lost", { reason: "camera-injected" }],
    ["policy.expired", { version: raised }],
    ["security.alert", { reason: "policy-rolled-back", kiosk: null }],
    ["security.alert", { reason: "clock-behind" }],
  ];
  const [kind, body] = kinds[Math.floor(chance() * kinds.length)] ?? ["policy.expired", {}];
  return { source: device, kind, at: now - Math.floor(chance() * MINUTE), body };
}

const round = (value: number, digits = 3): number => Number(value.toFixed(digits));
/** In microseconds first: `percentile` keeps one digit. */
const at = (values: readonly number[], rank: number): number =>
  round(
    percentile(
      values.map((ms) => ms * 1_000),
      rank,
    ) / 1_000,
  );
const timesOf = (values: readonly number[]): Times => ({
  p50: at(values, 50),
  p95: at(values, 95),
  max: at(values, 100),
});
