import type { DeviceEntry, Devices } from "../devices/index.js";

/** More than a site's listing ever holds. */
const EVERY_DEVICE = 1_000_000;
/** A map that many look at is made once for all of them. */
const FRESH_MS = 2_000;

/** What stands in one ward, and how it does. */
export interface Ward {
  readonly ward: string;
  /** All but the retired. */
  readonly devices: number;
  /** Those that ought to be heard: neither denied nor still without an identity. */
  readonly expected: number;
  readonly kiosks: number;
  readonly online: number;
  /** Kiosks at which somebody is in now. */
  readonly unlocked: number;
  /** Expected devices by the gravest of their findings; one with notes alone is in neither. */
  readonly critical: number;
  readonly warning: number;
}

/** Devices gathered by where they stand. Who asks within two seconds gets the same answer. */
export function createWardMap(parts: { listing: Pick<Devices["listing"], "page">; now(): number }): {
  read(): Promise<readonly Ward[]>;
} {
  const { listing, now } = parts;
  let last: { at: number; wards: Promise<readonly Ward[]> } | null = null;
  return {
    read() {
      if (last !== null && Math.abs(now() - last.at) < FRESH_MS) return last.wards;
      const wards = listing
        .page({ sort: "ward", order: "up", from: 0, limit: EVERY_DEVICE })
        .then(({ entries }) => wardsOf(entries));
      last = { at: now(), wards };
      wards.catch(() => {
        last = null;
      });
      return wards;
    },
  };
}

/** What was taken out of service for good is in no ward. */
export function wardsOf(entries: readonly DeviceEntry[]): Ward[] {
  const wards = new Map<string, { -readonly [Key in keyof Ward]: Ward[Key] }>();
  for (const { device, shadow, health } of entries) {
    if (device.state === "retired") continue;
    const none = { devices: 0, expected: 0, kiosks: 0, online: 0, unlocked: 0, critical: 0, warning: 0 };
    const ward = wards.get(device.ward) ?? { ward: device.ward, ...none };
    wards.set(device.ward, ward);
    ward.devices += 1;
    if (device.state === "denied" || device.state === "awaiting") continue;
    ward.expected += 1;
    if (device.kind === "kiosk") ward.kiosks += 1;
    if (shadow.online) ward.online += 1;
    if (shadow.online && shadow.reported?.state === "unlocked") ward.unlocked += 1;
    // The gravest finding comes first.
    const worst = health[0]?.severity;
    if (worst === "critical" || worst === "warning") ward[worst] += 1;
  }
  return [...wards.values()];
}
