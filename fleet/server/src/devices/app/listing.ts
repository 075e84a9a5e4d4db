import { type Duration, seconds } from "@wardkey/protocol";
import type { Device } from "../domain/device.js";
import { type Finding, HEALTH_CODES, type HealthCode, healthOf } from "../domain/health.js";
import { type Difference, difference, emptyShadow, type Shadow } from "../domain/shadow.js";
import type { Registry } from "./registry.js";
import type { DeviceFilter } from "./registry-port.js";
import type { ShadowStore } from "./shadow-port.js";

export const SORTS = ["id", "name", "ward", "state", "seen", "health"] as const;

export interface DeviceQuery extends DeviceFilter {
  /** A health code, or `any`: whatever has a finding that is more than a note. */
  readonly health?: HealthCode | "any" | undefined;
  readonly sort: (typeof SORTS)[number];
  readonly order: "up" | "down";
  readonly from: number;
  readonly limit: number;
}

export interface DeviceEntry {
  readonly device: Device;
  readonly shadow: Shadow;
  readonly health: readonly Finding[];
  readonly difference: readonly Difference[];
}

export interface DeviceListing {
  page(query: DeviceQuery): Promise<{ total: number; entries: DeviceEntry[] }>;
  one(id: string): Promise<DeviceEntry | null>;
  /** How many devices have which finding. */
  counts(): Promise<{ devices: number; online: number; findings: Partial<Record<HealthCode, number>> }>;
}

/** Time alone makes a device no worse within it: the shortest grace of a finding is half a minute. */
const JUDGED_FOR: Duration = seconds(5);

export function createDeviceListing(parts: {
  registry: Pick<Registry, "one" | "list">;
  shadows: Pick<ShadowStore, "one" | "many">;
  now(): number;
}): DeviceListing {
  const { registry, shadows, now } = parts;
  const judged = new Map<string, { readonly entry: DeviceEntry; readonly at: number }>();
  const entryOf = (device: Device, shadow: Shadow): DeviceEntry => {
    const at = now();
    const last = judged.get(device.id);
    const isSame = last !== undefined && last.entry.device === device && last.entry.shadow === shadow;
    if (isSame && Math.abs(at - last.at) < JUDGED_FOR) return last.entry;
    const entry = { device, shadow, health: healthOf(device, shadow, at), difference: difference(shadow) };
    judged.set(device.id, { entry, at });
    return entry;
  };
  const entriesOf = async (devices: readonly Device[]): Promise<DeviceEntry[]> => {
    const known = await shadows.many(devices.map(({ id }) => id));
    return devices.map((device) => entryOf(device, known.get(device.id) ?? emptyShadow(device.id)));
  };
  return {
    async page({ sort, order, from, limit, health, ...filter }) {
      const direction = order === "up" ? 1 : -1;
      const found = registry.list(filter);
      if (health === undefined && sort !== "seen" && sort !== "health") {
        // The registry alone orders these: shadows are read of the one page.
        found.sort((a, b) => direction * compareText(a[sort], b[sort]) || compareText(a.id, b.id));
        return { total: found.length, entries: await entriesOf(found.slice(from, from + limit)) };
      }
      const entries = (await entriesOf(found)).filter((entry) => hasHealth(entry, health));
      entries.sort((a, b) => direction * compareEntries(a, b, sort) || compareText(a.device.id, b.device.id));
      return { total: entries.length, entries: entries.slice(from, from + limit) };
    },
    async one(id) {
      const device = registry.one(id);
      return device === null ? null : entryOf(device, await shadows.one(id));
    },
    async counts() {
      const findings: Partial<Record<HealthCode, number>> = {};
      const entries = await entriesOf(registry.list());
      let online = 0;
      for (const { shadow, health } of entries) {
        if (shadow.online) online += 1;
        for (const { code } of health) findings[code] = (findings[code] ?? 0) + 1;
      }
      return { devices: entries.length, online, findings };
    },
  };
}

function hasHealth({ health }: DeviceEntry, wanted: HealthCode | "any" | undefined): boolean {
  if (wanted === undefined) return true;
  if (wanted === "any") return health.some(({ severity }) => severity !== "note");
  return health.some(({ code }) => code === wanted);
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function compareEntries(a: DeviceEntry, b: DeviceEntry, sort: DeviceQuery["sort"]): number {
  switch (sort) {
    case "seen":
      return (a.shadow.seenAt ?? 0) - (b.shadow.seenAt ?? 0);
    case "health":
      return gravity(a) - gravity(b);
    case "id":
    case "name":
    case "ward":
    case "state":
      return compareText(a.device[sort], b.device[sort]);
  }
}

/** Worst first when sorted up: the first finding is the gravest. */
function gravity({ health }: DeviceEntry): number {
  const [worst] = health;
  if (worst === undefined) return 3 * HEALTH_CODES.length;
  const rank = { critical: 0, warning: 1, note: 2 }[worst.severity];
  return rank * HEALTH_CODES.length + HEALTH_CODES.indexOf(worst.code);
}
