import { type Duration, hours } from "@wardkey/protocol";
import { raiseShadowEpochs } from "../devices/index.js";
import { raiseDenyEpoch } from "../pki/index.js";
import type { Database } from "../platform/sql/database.js";
import { createSqlPolicyStore } from "../policy/index.js";
import { type Counters, openRestorations, type Restorations } from "../restoration/index.js";
import { raiseHeadRevision } from "../rollout/index.js";
import type { World } from "./world.js";

const REMIND_EVERY: Duration = hours(1);

/** Each counter in its owner's table. */
const counters: Counters = {
  denyEpoch: raiseDenyEpoch,
  epochs: [raiseShadowEpochs, raiseHeadRevision],
  newestPolicy: (transaction) => createSqlPolicyStore(transaction).newest(),
};

/** Before anything else reads the database: takes up a restore from a backup, if there was one. */
export const openRestored = ({ config }: World, database: Database): Promise<Restorations> =>
  openRestorations({ database, dataDir: config.dataDir, counters });

/** The audit hears of the restore, and the operator each hour until somebody has looked. */
export async function tellOfRestores(
  world: World,
  parts: { restorations: Restorations; record(kind: string, body: Record<string, string | number>): Promise<void> },
): Promise<void> {
  const { restorations, record } = parts;
  const { logger, timers, closing } = world;
  await restorations.announce((restored) => record("backup.restored", { by: "machine", ...restored }));
  let cancel = (): void => {};
  const remind = (): void => {
    const gap = restorations.gap();
    if (gap !== null) {
      const newest = restorations.lost().at(-1);
      logger.error(
        { code: "restored-not-reviewed", asOf: newest?.from ?? null, ...gap },
        "this site came back from a backup: what was denied, revoked, suspended or replaced since is not known here. Make it again, enrol again who was enrolled since, then say so: wardkey restored review (docs/operate.md)",
      );
    }
    cancel = timers.after(REMIND_EVERY, remind);
  };
  remind();
  closing(async () => cancel());
}
