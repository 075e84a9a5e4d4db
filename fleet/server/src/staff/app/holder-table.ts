import { type Instant, instant } from "@wardkey/protocol";
import { identifierPrefix, identifierWindow, rotatingIdentifier } from "@wardkey/protocol/credential";
import { encodeHolderTable, PREFIX_BYTES } from "@wardkey/protocol/fleet";
import type { ActiveHolder, StaffStore } from "./ports.js";

/** Makes the table that a kiosk keeps until `until`; the same one for every kiosk while nothing changed. */
export function createTableMaker(parts: {
  site: string;
  store: StaffStore;
  now(): Instant;
}): (until: number) => Promise<Uint8Array> {
  let last: { key: string; table: Uint8Array } | null = null;
  return async (until) => {
    const firstWindow = identifierWindow(parts.now()) - 1;
    const windows = identifierWindow(instant(until)) + 1 - firstWindow + 1;
    const key = [firstWindow, windows, parts.store.revision()].join(":");
    if (last?.key === key) return last.table;
    const active = await parts.store.activeHolders(parts.now());
    const holders = active.map((holder) => ({
      staffId: holder.staffId,
      epoch: holder.epoch,
      templateKeys: [{ epoch: holder.epoch, key: holder.templateKey }],
      prefixes: prefixesOf(holder, { site: parts.site, firstWindow, windows }),
    }));
    last = { key, table: encodeHolderTable({ firstWindow, windows, holders }) };
    return last.table;
  };
}

function prefixesOf(
  { eidKey }: ActiveHolder,
  { site, firstWindow, windows }: { site: string; firstWindow: number; windows: number },
): Uint8Array {
  const prefixes = new Uint8Array(windows * PREFIX_BYTES);
  for (let offset = 0; offset < windows; offset += 1) {
    const identifier = rotatingIdentifier({ eidKey, site, window: firstWindow + offset });
    prefixes.set(identifierPrefix(identifier), offset * PREFIX_BYTES);
  }
  return prefixes;
}
