import { join } from "node:path";
import { type Fleet, startFleet } from "@wardkey/fleet-server";
import { pino } from "pino";
import { systemClock } from "../clock.js";

/** The site of every benchmark of a fleet server. */
export const BENCH_SITE = "bench";

/** On embedded defaults as `npm start` runs it, in `folder` with its log, on free ports; the console's pages lie in `pages`. */
export function startBenchFleet(
  folder: string,
  { siteName, pages }: { siteName: string; pages: string },
): Promise<Fleet> {
  return startFleet({
    config: {
      dataDir: join(folder, "fleet"),
      siteId: BENCH_SITE,
      siteName,
      ports: { console: 0, devices: 0, mqtt: 0 },
      profile: "production",
      operatorCodeFile: join(folder, "operator-code"),
      consolePageDir: pages,
    },
    clock: systemClock,
    logger: pino({ level: "warn" }, pino.destination(join(folder, "fleet.log"))),
    version: "0.0.0",
  });
}

/** Answers what the benchmark asks over IPC; what fails ends this process. */
export function answerBenchmark<Asked>(answer: (message: Asked) => Promise<void>): void {
  process.on("message", (message: Asked) => {
    answer(message).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(1);
    });
  });
}
