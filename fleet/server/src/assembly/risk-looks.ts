import type { DeviceEntry } from "../devices/index.js";
import type { Trigger } from "../risk/index.js";

const MINUTE = 60_000;
/** Devices follow a new policy within seconds; who is behind for this long, and is there, does not want to. */
const LAG_MS = 30 * MINUTE;
/** Prolonged at each look while it lasts. */
const LOOK_LASTS_MS = 15 * MINUTE;
const LOOK_EVERY_MS = 5 * MINUTE;
/** A page of the list is judged anew for each: few pages are many devices. */
const PAGE = 5_000;
/** Of one sort at a look; who is away is none of them. */
const MOST_NOTICED = 2_000;

type Looked = Pick<DeviceEntry, "health"> & {
  readonly device: Pick<DeviceEntry["device"], "id">;
  readonly shadow: Pick<DeviceEntry["shadow"], "online" | "desiredAt"> & {
    readonly reported: { readonly clockOffsetMs?: number | null | undefined } | null;
  };
};
/** Devices with a finding, by page. */
export interface LookedAt {
  page(query: {
    readonly health: "policy-lag" | "clock-off";
    readonly sort: "id";
    readonly order: "up";
    readonly from: number;
    readonly limit: number;
  }): Promise<{ readonly entries: readonly Looked[] }>;
}

/** Who runs an old policy and whose clock is far off, among devices that are there. */
export function createLooks(now: () => number, listing: LookedAt): () => Promise<Trigger[]> {
  let lookedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const at = now();
    if (at - lookedAt < LOOK_EVERY_MS) return [];
    lookedAt = at;
    const about = ({ device }: Looked, more: Pick<Trigger, "detector" | "strength" | "facts">): Trigger => ({
      ...{ device: device.id, staffId: null, at, lastsMs: LOOK_LASTS_MS },
      ...more,
    });
    const since = ({ shadow }: Looked): number => (shadow.desiredAt === null ? 0 : at - shadow.desiredAt);
    const behind = await found(listing, "policy-lag", (entry) => since(entry) >= LAG_MS);
    const off = await found(listing, "clock-off", ({ health }) =>
      health.some(({ code, severity }) => code === "clock-off" && severity === "critical"),
    );
    return [
      ...behind.map((entry) => {
        const facts = { code: "policy-lag", minutes: Math.round(since(entry) / MINUTE) };
        return about(entry, { detector: "policy-lag", strength: 0.3, facts });
      }),
      ...off.map((entry) => {
        const minutes = Math.round(Math.abs(entry.shadow.reported?.clockOffsetMs ?? 0) / MINUTE);
        return about(entry, { detector: "clock-tampering", strength: 0.4, facts: { code: "clock-off", minutes } });
      }),
    ];
  };
}

/** All pages are read: however many are away, who is there is found behind them. */
async function found(
  listing: LookedAt,
  health: "policy-lag" | "clock-off",
  isMeant: (entry: Looked) => boolean,
): Promise<Looked[]> {
  const meant: Looked[] = [];
  for (let from = 0; ; from += PAGE) {
    const { entries } = await listing.page({ health, sort: "id", order: "up", from, limit: PAGE });
    meant.push(...entries.filter((entry) => entry.shadow.online && isMeant(entry)));
    if (entries.length < PAGE || meant.length >= MOST_NOTICED) return meant.slice(0, MOST_NOTICED);
  }
}
