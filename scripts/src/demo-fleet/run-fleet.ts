import { join, resolve } from "node:path";
import { startLine } from "../fleet-bench/child.js";
import { projectRoot } from "../project-root.js";
import { fillConsole } from "./fill-console.js";
import { SITE, type SimulatedSite, startSimulatedSite } from "./simulated-site.js";
import type { FromKiosks, ToKiosks } from "./swarm-messages.js";

export interface FleetDemoOptions {
  readonly dataDir?: string;
  readonly kiosks: number;
  readonly ports: { readonly console: number; readonly devices: number; readonly mqtt: number };
  readonly seed: number;
  readonly say: (line: string) => void;
  /** Ends the demo besides Ctrl+C. */
  readonly until?: Promise<unknown>;
}

const HISTORY_DAYS = 5;
const DAY_MS = 86_400_000;
const CONNECT_WITHIN_MS = 120_000;
const CATCH_UP_WITHIN_MS = 900_000;

/** Runs a fleet server with simulated kiosks on its real broker until Ctrl+C. Resolves with the exit code. */
export async function runFleetDemo(options: FleetDemoOptions): Promise<number> {
  const { kiosks, ports, seed, say } = options;
  const dir = resolve(options.dataDir ?? join(projectRoot, ".wardkey", "simulated-fleet"));
  say(`\nStarting a fleet server with ${kiosks} simulated kiosks (loopback only)`);
  const ended = Promise.race([interrupted(), ...(options.until === undefined ? [] : [options.until])]);
  const site = await startSimulatedSite({ dir, kiosks, ports, say });
  const ending = new AbortController();
  let filling: Promise<void> = Promise.resolve();
  const swarm = startLine<ToKiosks, FromKiosks>("../demo-fleet/swarm.js", []);
  try {
    const { fleet, root, wards, denied } = site;
    const connected = swarm.next("connected", CONNECT_WITHIN_MS);
    const caughtUp = swarm.next("caught-up", CATCH_UP_WITHIN_MS);
    swarm.send({
      type: "begin",
      url: fleet.mqttUrl,
      ca: root,
      site: SITE,
      seed,
      wards,
      denied,
      historyMs: HISTORY_DAYS * DAY_MS,
    });
    const { count } = await connected;
    say(`  ${count} simulated kiosks are on the broker, each with its own certificate`);
    say(welcome(site, dir));
    caughtUp.then(
      ({ events }) => say(`  ${events} simulated events of the last five days are in; from now on it is live`),
      () => undefined,
    );
    const { signal } = ending;
    filling = fillConsole({ fleet, kiosks, wards, historyDays: HISTORY_DAYS, caughtUp, say, signal });
    const fault = await Promise.race([ended.then(() => null), fleet.ended]);
    if (fault !== null) say(`\nThe fleet server ended by itself: ${fault}`);
    say("\nStopping");
    return fault === null ? 0 : 1;
  } finally {
    ending.abort();
    await filling;
    await swarm.end({ type: "stop" });
    await site.fleet.stop();
  }
}

function welcome({ fleet }: SimulatedSite, dir: string): string {
  return `
  Fleet console    ${fleet.url}
  First admin      ${fleet.setupUrl ?? "registered"}
  Status alone     ${fleet.pageUrl}

  Open the link of the first administrator once; then the console. Kiosks, people, walks and incidents are simulated;
  so is the officer who gives lessons, imports an inventory, writes policies and begins trials once you are in.
  Broker, certificates, journals, audit and console are the product. Kept in ${dir} and made anew
  at each start; Ctrl+C stops.
`;
}

function interrupted(): Promise<"interrupted"> {
  return new Promise((settle) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => settle("interrupted"));
  });
}
