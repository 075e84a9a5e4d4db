import { setImmediate as nextTurn } from "node:timers/promises";
import { codeOf, days } from "@wardkey/protocol";
import type { Settings } from "@wardkey/protocol/policy";
import type { Audit } from "../audit/index.js";
import type { Live } from "../live/index.js";
import type { Database } from "../platform/sql/database.js";
import type { Policies } from "../policy/index.js";
import { createSqlRiskStore, type DeviceLock, Risk, type RiskStore, type Slicing } from "../risk/index.js";
import type { Staff } from "../staff/index.js";
import { type Machines, policyFacts } from "./machines.js";
import { createLooks } from "./risk-looks.js";
import type { World } from "./world.js";

const STATE_LIFE = days(30);
/** Under this reason the registry says that no person locked the device. */
const REASON = "risk-high";
const FLEET = "fleet";

export interface Risks {
  readonly risk: Risk;
  readonly store: RiskStore;
  readonly slicing: Slicing;
}

/** The risk of the site over its devices, people and audit. */
export async function openRisk(
  world: World,
  parts: { database: Database; audit: Audit; machines: Machines; staff: Staff; policies: Policies; live: Live },
): Promise<Risks> {
  const { logger, timers } = world;
  const { audit, machines, staff, policies, live } = parts;
  const { devices, matrix } = machines;
  const { registry } = devices;
  const store = createSqlRiskStore(parts.database);
  const lockOf = (device: string): DeviceLock => {
    const known = registry.one(device);
    if (known?.state === "enrolled") return "none";
    if (known?.state !== "quarantined") return "away";
    return known.reason === REASON ? "risk" : "person";
  };
  const settingsOf = (device: string): Settings | null => {
    const known = registry.one(device);
    if (known === null) return null;
    const { kind, ward, tags } = known;
    return policies.settingsFor(policyFacts({ device, kind, ward, tags }));
  };
  const slicing: Slicing = { monotonic: () => world.clock.monotonic(), rest: () => nextTurn() };
  const risk = await Risk.open({
    store,
    now: () => world.now(),
    after: (delay, act) => timers.after(delay, act),
    newId: () => world.newId(),
    slicing,
    changed: () => live.tell("risk"),
    wardOf: (device) => registry.one(device)?.ward ?? null,
    fleet: {
      devices: () =>
        registry.list().map(({ id, name, ward, kind, state }) => ({
          ...{ id, name, ward, kind },
          serves: state === "enrolled" || state === "quarantined",
        })),
      people: async () => {
        const active = new Set((await staff.standing()).active.map(({ staffId }) => staffId));
        return (await staff.people()).filter(({ staffId }) => active.has(staffId));
      },
      pairs: () => matrix.pairs(),
    },
    looks: createLooks(() => world.now(), devices.listing),
    effects: {
      async say(device, body, epoch) {
        // Only kiosks listen to it; of other machines the level is the console's, and quarantine is for all.
        if (registry.one(device)?.kind !== "kiosk") return true;
        const message = { to: device, kind: "risk", body, epoch, retain: true, expiresIn: STATE_LIFE } as const;
        const sent = await devices.downlink.send(message);
        // Somebody said something newer.
        return sent.outcome !== "refused" || sent.code === "downlink-older";
      },
      quarantines: (device) => settingsOf(device)?.["risk.quarantine"] === "high",
      lockOf,
      async quarantine(device) {
        const done = await devices.denials.quarantine({ device, by: FLEET, reason: REASON });
        return done.ok;
      },
      async release(device) {
        await devices.denials.release({ device, by: FLEET });
      },
      leaseChanged: (device) => devices.desired.refresh(device),
      record: (kind, body) => audit.record(kind, body),
      log: (event) => logger.warn(event, "something about a risk waits"),
    },
  });
  world.closing(() => risk.stop());
  registry.onChanged(() => risk.redrawSoon());
  staff.onChanged(() => risk.redrawSoon());
  return { risk, store, slicing };
}

/** What is told of a kiosk's journal, kept from those who wait for the acknowledgement. */
export function noteRisk(
  world: World,
  risk: Pick<Risk, "note">,
  device: string,
  durable: Parameters<Risk["note"]>[1],
): void {
  try {
    risk.note(device, durable);
  } catch (error) {
    world.logger.warn({ code: codeOf(error) }, "the risk did not take in what a device told");
  }
}
