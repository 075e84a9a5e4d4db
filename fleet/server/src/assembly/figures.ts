import { codeOf } from "@wardkey/protocol";
import { createSqlFigureStore, createWardFigures, type WardFigures } from "../figures/index.js";
import type { Database } from "../platform/sql/database.js";
import type { Machines } from "./machines.js";
import type { World } from "./world.js";

/** What kiosks measured, by where they stand. */
export function openFigures(
  world: World,
  { database, machines }: { database: Database; machines: Pick<Machines, "devices"> },
): WardFigures {
  const figures = createWardFigures({
    store: createSqlFigureStore(database),
    wardOf: (device) => machines.devices.registry.one(device)?.ward ?? null,
    now: () => world.now(),
    after: (delay, act) => world.timers.after(delay, act),
    failed: (error) => world.logger.warn({ code: codeOf(error) }, "figures wait for the database"),
  });
  world.closing(() => figures.stop());
  return figures;
}
