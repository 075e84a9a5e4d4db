import { assertNever } from "@wardkey/protocol";
import type { DeviceConnection, DeviceLease, DevicePairs } from "@wardkey/protocol/fleet";
import type { Device } from "../domain/device.js";
import type { Desired } from "./desired.js";
import type { DeviceIdentities, HolderTables } from "./fleet-ports.js";
import type { Registry } from "./registry.js";
import type { ShadowStore } from "./shadow-port.js";

type RefusalCode =
  | "device-unknown"
  | "device-denied"
  | "device-quarantined"
  | "reader-missing"
  | "table-unknown"
  | "kiosk-only";
export type Answer<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly code: RefusalCode };

/** What a device fetches over HTTPS, known by its certificate. */
export interface DeviceDesk {
  connection(device: string): Answer<{ connection: DeviceConnection }>;
  pairs(device: string): Answer<{ pairs: DevicePairs }>;
  /** Whether this device may serve people now: a kiosk, and not one that is quarantined. */
  serves(device: string): Answer<{ device: Device }>;
  lease(device: string): Promise<Answer<{ lease: DeviceLease }>>;
  table(device: string, digest: string): Promise<Answer<{ bytes: Uint8Array }>>;
}

export function createDeviceDesk(parts: {
  site: { id: string; name: string };
  mqttUrl: () => string;
  registry: Pick<Registry, "one">;
  shadows: Pick<ShadowStore, "leased">;
  identities: Pick<DeviceIdentities, "reader" | "status" | "denyNotice">;
  tables: HolderTables;
  desired: Pick<Desired, "leaseDigest">;
  pairsOf: (device: string) => Pick<DevicePairs, "sends" | "receives">;
  now(): number;
}): DeviceDesk {
  const { site, mqttUrl, registry, shadows, identities, tables, desired, pairsOf, now } = parts;
  const admitted = (id: string): Answer<{ device: Device }> => {
    const device = registry.one(id);
    if (device === null) return { ok: false, code: "device-unknown" };
    switch (device.state) {
      case "denied":
      case "retired":
        return { ok: false, code: "device-denied" };
      case "awaiting":
      case "enrolled":
      case "quarantined":
        return { ok: true, device };
      default:
        return assertNever(device.state);
    }
  };
  /** A quarantined kiosk keeps its line and gets nothing that would let it work on. */
  const working = (id: string): Answer<{ device: Device }> => {
    const found = admitted(id);
    if (!found.ok) return found;
    if (found.device.state === "quarantined") return { ok: false, code: "device-quarantined" };
    return found.device.kind === "kiosk" ? found : { ok: false, code: "kiosk-only" };
  };
  return {
    connection(id) {
      const found = admitted(id);
      if (!found.ok) return found;
      const { name, ward, kind, tags } = found.device;
      const words = { site: site.id, siteName: site.name, device: id, name, ward, kind, tags: [...tags] };
      return { ok: true, connection: { ...words, mqttUrl: mqttUrl(), now: now() } };
    },
    pairs(id) {
      const found = admitted(id);
      return found.ok ? { ok: true, pairs: { v: 1, ...pairsOf(id) } } : found;
    },
    serves: working,
    async lease(id) {
      const found = working(id);
      if (!found.ok) return found;
      const { name, ward } = found.device;
      const reader = await identities.reader({ kiosk: id, name, ward });
      if (reader === null) return { ok: false, code: "reader-missing" };
      const { digest } = await tables.current();
      const [{ status, denyEpoch, notAfter }, denyNotice] = await Promise.all([
        identities.status(id),
        identities.denyNotice(),
      ]);
      // Denied or quarantined while this was being signed: nothing leaves that would let it work on.
      const still = working(id);
      if (!still.ok) return still;
      await shadows.leased(id, notAfter);
      const lease = {
        status: textOf(status),
        denyEpoch,
        denyNotice: denyNotice === null ? null : textOf(denyNotice),
        readerChain: reader.chain.map(textOf),
        tableDigest: digest,
        leaseDigest: desired.leaseDigest(found.device, digest),
      };
      return { ok: true, lease };
    },
    async table(id, digest) {
      const found = working(id);
      if (!found.ok) return found;
      const kept = tables.at(digest);
      if (kept !== null) return { ok: true, bytes: kept.bytes };
      const current = await tables.current();
      return current.digest === digest ? { ok: true, bytes: current.bytes } : { ok: false, code: "table-unknown" };
    },
  };
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");
