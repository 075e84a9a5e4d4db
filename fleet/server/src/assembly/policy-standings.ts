import { seconds } from "@wardkey/protocol";
import type { Devices } from "../devices/index.js";
import type { Standing } from "../rollout/index.js";

/** Several people who look at a roll-out share one look at the devices. */
const FRESH = seconds(3);
const ALL = 1_000_000;

/** What every enrolled device reported last of its policy, at most a moment old. */
export function policyStandings(
  devices: Pick<Devices, "listing">,
  now: () => number,
): () => Promise<readonly Standing[]> {
  let last: { at: number; standings: Promise<readonly Standing[]> } | null = null;
  return () => {
    if (last !== null && Math.abs(now() - last.at) < FRESH) return last.standings;
    const standings = read(devices);
    last = { at: now(), standings };
    standings.catch(() => {
      last = null;
    });
    return standings;
  };
}

async function read({ listing }: Pick<Devices, "listing">): Promise<readonly Standing[]> {
  const { entries } = await listing.page({ sort: "id", order: "up", from: 0, limit: ALL });
  return entries
    .filter(({ device }) => device.state === "enrolled" || device.state === "quarantined")
    .map(({ device, shadow }) => ({
      device: device.id,
      name: device.name,
      ward: device.ward,
      online: shadow.online,
      version: shadow.reported?.policy?.version ?? null,
    }));
}
