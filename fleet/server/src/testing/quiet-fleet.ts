import { join } from "node:path";
import { pino } from "pino";
import { systemClock } from "../assembly/world.js";
import { type Fleet, startFleet } from "../fleet.js";
import type { FleetConfigInput } from "../fleet-config.js";

/** A fleet server in `folder` on free ports by the machine's own clock, which logs nothing: a site for other parts' tests. */
export function startQuietFleet(folder: string, change: Partial<FleetConfigInput> = {}): Promise<Fleet> {
  return startFleet({
    config: {
      dataDir: join(folder, "data"),
      siteId: "st-mary",
      siteName: "St Mary",
      ports: { console: 0, devices: 0, mqtt: 0 },
      profile: "demo",
      operatorCodeFile: join(folder, "operator-code"),
      consolePageDir: join(folder, "page"),
      ...change,
    },
    clock: systemClock,
    logger: pino({ level: "silent" }),
    version: "0.0.0-test",
  });
}
