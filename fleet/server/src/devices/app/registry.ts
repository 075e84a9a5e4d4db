import { type Device, type DeviceAct, type DeviceKind, transition } from "../domain/device.js";
import type { RecordAct } from "./fleet-ports.js";
import type { DeviceFilter, RegistryStore } from "./registry-port.js";

export interface NewDevice {
  readonly id: string;
  readonly name: string;
  readonly ward: string;
  readonly kind: DeviceKind;
  readonly tags: readonly string[];
}

export type ChangeCode =
  | "device-unknown"
  | "device-retired"
  | "device-denied"
  | "device-quarantined"
  | "device-enrolled"
  | "device-not-quarantined"
  | "device-busy";
export type Changed =
  | { readonly ok: true; readonly device: Device }
  | { readonly ok: false; readonly code: ChangeCode };

/** Every device that the site ever knew. What it is now is in memory, for questions that each message asks. */
export interface Registry {
  add(device: NewDevice, by: string): Promise<{ ok: true; device: Device } | { ok: false; code: "device-known" }>;
  one(id: string): Device | null;
  list(filter?: DeviceFilter): Device[];
  /** Name, ward or tags. */
  describe(id: string, words: { name?: string; ward?: string; tags?: readonly string[] }, by: string): Promise<Changed>;
  /** Moves it through its life; `reason` of a denial or quarantine. Who asks writes the audit. */
  act(id: string, act: DeviceAct, reason?: string): Promise<Changed>;
  /** Takes over what other fleet servers on the same database changed. */
  refresh(): Promise<void>;
  onChanged(listener: (device: Device) => void): () => void;
}

/** Two servers' clocks may differ by this much, and a transaction may take it to become visible. */
const OVERLAP_MS = 10_000;
const ATTEMPTS = 5;

export async function openRegistry(parts: {
  store: RegistryStore;
  record: RecordAct;
  now(): number;
}): Promise<Registry> {
  const { store, record, now } = parts;
  const known = new Map<string, Device>();
  const listeners = new Set<(device: Device) => void>();
  let newest = 0;
  const keep = (device: Device): void => {
    const before = known.get(device.id);
    if (before !== undefined && before.revision >= device.revision) return;
    known.set(device.id, device);
    newest = Math.max(newest, device.changedAt);
    for (const listener of listeners) listener(device);
  };
  for (const device of await store.all()) keep(device);

  const change = async (
    id: string,
    make: (device: Device) => Changed | { ok: true; device: null },
  ): Promise<Changed> => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const current = await store.one(id);
      if (current === null) return { ok: false, code: "device-unknown" };
      const made = make(current);
      if (!made.ok) return made;
      if (made.device === null) return { ok: true, device: current };
      const next = { ...made.device, changedAt: now(), revision: current.revision + 1 };
      if (await store.replace(next, current.revision)) {
        keep(next);
        return { ok: true, device: next };
      }
    }
    return { ok: false, code: "device-busy" };
  };

  return {
    async add({ id, name, ward, kind, tags }, by) {
      const at = now();
      const device: Device = {
        ...{ id, name, ward, kind, tags: [...new Set(tags)].sort() },
        ...{ state: "awaiting", reason: null, addedAt: at, enrolledAt: null, changedAt: at, revision: 1 },
      };
      if ((await store.insert(device)) === "known") return { ok: false, code: "device-known" };
      keep(device);
      await record("device.added", { device: id, profile: kind, by });
      return { ok: true, device };
    },
    one: (id) => known.get(id) ?? null,
    list: (filter = {}) => [...known.values()].filter((device) => matches(device, filter)),
    async describe(id, words, by) {
      const changed: string[] = [];
      const outcome = await change(id, (device) => {
        if (device.state === "retired") return { ok: false, code: "device-retired" };
        const next = { ...device, ...defined(words) };
        changed.splice(0);
        if (next.name !== device.name) changed.push("name");
        if (next.ward !== device.ward) changed.push("ward");
        if (next.tags.join() !== device.tags.join()) changed.push("tags");
        return { ok: true, device: changed.length === 0 ? null : next };
      });
      if (outcome.ok) for (const what of changed) await record("device.changed", { device: id, changed: what, by });
      return outcome;
    },
    act: (id, act, reason) =>
      change(id, (device) => {
        const next = transition(device, act);
        if (!next.ok) return next;
        const held = next.state === "denied" || next.state === "quarantined";
        const enrolledAt = enrolledAfter(device, act, now());
        const kept = held ? (reason ?? device.reason) : null;
        const same = next.state === device.state && enrolledAt === device.enrolledAt && kept === device.reason;
        return { ok: true, device: same ? null : { ...device, state: next.state, reason: kept, enrolledAt } };
      }),
    async refresh() {
      for (const device of await store.changedSince(newest - OVERLAP_MS)) keep(device);
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function enrolledAfter(device: Device, act: DeviceAct, now: number): number | null {
  if (act === "enrol") return device.enrolledAt ?? now;
  return act === "replace" ? null : device.enrolledAt;
}

function defined(words: { name?: string; ward?: string; tags?: readonly string[] }): Partial<Device> {
  return {
    ...(words.name === undefined ? {} : { name: words.name }),
    ...(words.ward === undefined ? {} : { ward: words.ward }),
    ...(words.tags === undefined ? {} : { tags: [...new Set(words.tags)].sort() }),
  };
}

function matches(device: Device, { search, ward, kind, state, tag }: DeviceFilter): boolean {
  if (ward !== undefined && device.ward !== ward) return false;
  if (kind !== undefined && device.kind !== kind) return false;
  if (state !== undefined && device.state !== state) return false;
  if (tag !== undefined && !device.tags.includes(tag)) return false;
  if (search === undefined || search === "") return true;
  const wanted = search.toLowerCase();
  return device.id.includes(wanted) || device.name.toLowerCase().includes(wanted);
}
