import type { Audit } from "../audit/index.js";
import type { WardFigures } from "../figures/index.js";
import type { Database } from "../platform/sql/database.js";
import type { Staff } from "../staff/index.js";
import { createSqlValueStore, createValue, type Value } from "../value/index.js";
import type { Machines } from "./machines.js";
import type { World } from "./world.js";

/** What the site gets for what it pays. */
export function openValue(
  world: World,
  parts: { database: Database; audit: Audit; machines: Machines; staff: Staff; figures: WardFigures },
): Value {
  const { database, audit, machines, staff, figures } = parts;
  return createValue({
    store: createSqlValueStore(database),
    figures,
    kiosks: () => machines.devices.registry.list({ kind: "kiosk", state: "enrolled" }).length,
    people: async () => (await staff.directory.find({ standing: "active", limit: 1 })).total,
    now: () => world.now(),
    record: (kind, body) => audit.append(kind, body),
  });
}
