import type { Asset, Link, Vulnerability } from "@wardkey/fleet-server/measuring/risk";

/** A site that nobody has, of the size that is asked for: wards, kiosks, people, services and what they hold. */
export interface SimulatedSite {
  readonly assets: readonly Asset[];
  readonly links: readonly Link[];
  readonly weak: ReadonlyMap<string, readonly Vulnerability[]>;
  readonly devices: readonly string[];
  readonly wardOf: (device: string) => string;
}

/** Repeatable chances: mulberry32. */
export function chances(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const WARDS = 100;

export function simulatedSite({ nodes, edges, seed }: { nodes: number; edges: number; seed: number }): SimulatedSite {
  const chance = chances(seed);
  const below = (count: number): number => Math.floor(chance() * count);
  const deviceCount = Math.floor(nodes * 0.6);
  const peopleCount = Math.floor(nodes * 0.3);
  const serviceCount = Math.floor(nodes * 0.05);
  const dataCount = nodes - WARDS - deviceCount - peopleCount - serviceCount;
  const assets: Asset[] = [];
  const links = new Map<string, Link>();
  const link = (from: string, to: string, relation: Link["relation"]): void => {
    if (from !== to && links.size < edges) links.set(`${from} ${to}`, { from, to, relation });
  };
  const put = (kind: Asset["kind"], name: string, impact: number, exposure: number): string => {
    const id = `${kind}:${name}`;
    assets.push({ id, kind, name, zone: null, impact, exposure });
    return id;
  };
  // Ends in something that no two share, so that no two paths are equally likely.
  const about = (value: number): number => value * (0.5 + chance());
  const zones = Array.from({ length: WARDS }, (_, index) => put("zone", `ward-${index}`, 0, 0));
  const devices = Array.from({ length: deviceCount }, (_, index) =>
    put("device", `kiosk-${index}`, index % 5 === 0 ? about(0.5) : 0, about(0.02)),
  );
  const people = Array.from({ length: peopleCount }, (_, index) => put("person", `staff-${index}`, 0, about(0.02)));
  const services = Array.from({ length: serviceCount }, (_, index) =>
    put("service", `service-${index}`, about(0.4), 0),
  );
  const data = Array.from({ length: dataCount }, (_, index) => put("data", `data-${index}`, about(0.6), 0));
  const one = (of: readonly string[]): string => of[below(of.length)] ?? "";
  const wards = new Map<string, string>();
  for (const [index, device] of devices.entries()) {
    const zone = zones[index % WARDS] ?? "";
    wards.set(device.slice("device:".length), zone);
    link(device, zone, "stands-in");
    link(zone, device, "has");
    link(device, one(services), "uses");
  }
  for (const person of people) link(person, one(zones), "works-in");
  for (const service of services) for (let index = 0; index < 4; index += 1) link(service, one(data), "holds");
  while (links.size < edges) {
    const from = chance() < 0.8 ? one(devices) : one(services);
    link(from, chance() < 0.7 ? one(devices) : one(services), "sends-to");
  }
  const weak = new Map<string, readonly Vulnerability[]>();
  for (const id of [...devices, ...services]) {
    const list = Array.from({ length: below(4) }, () => ({
      cve: `CVE-2025-${1_000 + below(2_000)}`,
      cvss: Math.round(100 * chance()) / 10,
      epss: chance() ** 4,
    }));
    weak.set(id, list);
  }
  return {
    ...{ assets, links: [...links.values()], weak },
    devices: devices.map((id) => id.slice("device:".length)),
    wardOf: (device) => wards.get(device) ?? "",
  };
}
