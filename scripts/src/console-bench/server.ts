import { cp } from "node:fs/promises";
import { join } from "node:path";
import { hours } from "@wardkey/protocol";
import { answerBehaviours } from "../demo-fleet/simulated-site.js";
import { answerBenchmark, BENCH_SITE, startBenchFleet } from "../fleet-bench/served-fleet.js";
import { pemOf } from "../m2m/site-https.js";
import { projectRoot } from "../project-root.js";
import { fill } from "./fill.js";
import type { FromServer, ToServer } from "./messages.js";

/** The fleet server on embedded defaults, in a process of its own, with the console's built pages; with a line to the benchmark. */

const [folder = ""] = process.argv.slice(2);
// A page of its own: whoever builds the console meanwhile does not change what is measured.
const page = join(folder, "page");
await cp(join(projectRoot, "fleet/console/dist/page"), page, { recursive: true });
const fleet = await startBenchFleet(folder, { siteName: "Benchmark (simulated)", pages: page });
const say = (message: FromServer): void => void process.send?.(message);

async function answer(message: ToServer): Promise<void> {
  switch (message.type) {
    case "fill": {
      const from = performance.now();
      await fill(fleet, message, (line) => void process.stderr.write(`${line}\n`));
      const events = await fleet.records.audit.proofs.size();
      return say({ type: "filled", seconds: Math.round((performance.now() - from) / 1_000), events });
    }
    case "kiosk": {
      await answerBehaviours(fleet);
      const id = "kiosk-nudged";
      const kiosk = { id, name: "Simulated kiosk", ward: "Emergency 1", kind: "kiosk", tags: ["simulated"] } as const;
      await fleet.machines.devices.registry.add(kiosk, "bench");
      const issued = await fleet.machines.pki.issueTicket({ device: id, profile: "kiosk", ttl: hours(1) });
      if (!issued.ok) throw new Error(issued.code);
      const { mqttUrl, rootCertificate } = fleet;
      return say({ type: "kiosk", ticket: issued.ticket, mqttUrl, root: pemOf(rootCertificate), site: BENCH_SITE });
    }
    case "stop":
      await fleet.stop();
      process.disconnect();
  }
}

answerBenchmark(answer);
say({ type: "ready", url: fleet.url, setupUrl: fleet.setupUrl ?? "" });
