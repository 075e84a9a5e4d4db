import { type Database, exclusively } from "../platform/sql/database.js";
import { leapOver } from "./leap.js";
import { readMarker, removeMarker } from "./marker.js";
import type { RestorationRow } from "./schema.js";

/** What devices remember of the fleet, each in its owner's tables; called in one transaction. */
export interface Counters {
  /** Answers the epoch before and after. */
  denyEpoch(transaction: Database, by: number, at: number): Promise<{ after: number; before: number }>;
  readonly epochs: readonly ((transaction: Database, by: number) => Promise<void>)[];
  newestPolicy(transaction: Database): Promise<number>;
}

/** From which moment to which the site does not know what it did. */
export interface Lost {
  readonly from: number;
  readonly to: number;
}

/** That this site came back from a backup, and what follows from it for as long as it lives. */
export interface Restorations {
  /** What counters of devices begin with that the backup did not know. */
  epochFloor(): number;
  /** No policy of this or a lower version is published any more: some device may have met another one of it. */
  policyFloor(): number;
  /** For the heads of the log: `null` for a site that was never restored. */
  log(): { readonly era: number; readonly ahead: number } | null;
  lost(): readonly Lost[];
  /** Deny epochs that this site does not know of, until a person has said that everything was denied again. */
  gap(): { readonly after: number; readonly before: number } | null;
  /** `false`: there was nothing to review. */
  review(at: number): Promise<boolean>;
  /** Calls `record` for each restore that it has not been called for. */
  announce(record: (restored: { madeAt: number; restoredAt: number; leap: number }) => Promise<void>): Promise<void>;
  /** Takes over what another fleet server on the same database did. */
  refresh(): Promise<void>;
}

/**
 * Opens what is known of restores, and takes up one that was made since the last start: every counter that devices
 * remember goes ahead, in one transaction under the restore's own name, so that a start that breaks off repeats nothing.
 */
export async function openRestorations(parts: {
  database: Database;
  dataDir: string;
  counters: Counters;
}): Promise<Restorations> {
  const { database } = parts;
  await takeUp(parts);
  const read = (): Promise<RestorationRow[]> => database<RestorationRow>("restorations").orderBy("restored_at");
  let rows = await read();
  const most = (of: (row: RestorationRow) => number): number => Math.max(0, ...rows.map((row) => Number(of(row))));
  const sum = (of: (row: RestorationRow) => number): number => rows.reduce((all, row) => all + Number(of(row)), 0);
  const open = (): RestorationRow[] => rows.filter((row) => row.reviewed_at === null);
  return {
    epochFloor: () => sum((row) => row.epochs),
    policyFloor: () => most((row) => row.policy_floor),
    log: () => (rows.length === 0 ? null : { era: most((row) => row.era), ahead: sum((row) => row.events) }),
    lost: () => rows.map((row) => ({ from: Number(row.made_at), to: Number(row.restored_at) })),
    gap() {
      const unknown = open();
      if (unknown.length === 0) return null;
      return {
        after: Math.min(...unknown.map((row) => Number(row.deny_after))),
        before: Math.max(...unknown.map((row) => Number(row.deny_before))),
      };
    },
    async review(at) {
      const reviewed = await database<RestorationRow>("restorations")
        .whereNull("reviewed_at")
        .update({ reviewed_at: at });
      rows = await read();
      return reviewed > 0;
    },
    async announce(record) {
      for (const row of rows.filter(({ recorded }) => !recorded)) {
        const { id, made_at, restored_at, epochs } = row;
        await record({ madeAt: Number(made_at), restoredAt: Number(restored_at), leap: Number(epochs) });
        await database<RestorationRow>("restorations").where({ id }).update({ recorded: true });
      }
    },
    async refresh() {
      rows = await read();
    },
  };
}

async function takeUp(parts: { database: Database; dataDir: string; counters: Counters }): Promise<void> {
  const { database, dataDir, counters } = parts;
  const marker = await readMarker(dataDir);
  if (marker === null) return;
  const { id, madeAt, restoredAt } = marker;
  const leap = leapOver(marker);
  await exclusively(database, "restoration", async (transaction) => {
    const restorations = () => transaction<RestorationRow>("restorations");
    if ((await restorations().where({ id }).first()) !== undefined) return;
    const newest = await restorations().max({ era: "era" }).first();
    const { after, before } = await counters.denyEpoch(transaction, leap.epochs, restoredAt);
    for (const raise of counters.epochs) await raise(transaction, leap.epochs);
    await restorations().insert({
      id,
      made_at: madeAt,
      restored_at: restoredAt,
      epochs: leap.epochs,
      events: leap.events,
      // By the clock, so that the same backup put back twice makes two eras.
      era: Math.max(Number(newest?.["era"] ?? 0) + 1, Math.floor(restoredAt / 1_000)),
      policy_floor: (await counters.newestPolicy(transaction)) + leap.versions,
      deny_after: after,
      deny_before: before,
      recorded: false,
      reviewed_at: null,
    });
  });
  await removeMarker(dataDir);
}
