import { after, codeOf, type Duration, days, minutes } from "@wardkey/protocol";
import type { Issuer, SiteTrust } from "@wardkey/protocol/credential";
import type { JournalEvent } from "@wardkey/protocol/fleet";
import { signDownward, TO_ALL } from "@wardkey/protocol/fleet/signed";
import {
  type Audit,
  type AuditStore,
  createAudit,
  createSqlAuditStore,
  createTreeHeads,
  type TreeHeads,
} from "../audit/index.js";
import { createDrift, createSqlDriftStore, type Drift } from "../biometrics/index.js";
import type { Database } from "../platform/sql/database.js";
import { DATABASE_ADVICE, isDatabaseCode } from "../platform/sql/database-error.js";
import type { World } from "./world.js";

/** How soon what joined the log is under a signed head. */
const HEAD_EVERY: Duration = minutes(1);
/** A kiosk that was away for days still believes the newest retained head. */
export const HEAD_LIFE: Duration = days(30);

/** Journals of all devices, the fleet's own acts, and the log over both. */
export interface Records {
  readonly audit: Audit;
  readonly heads: TreeHeads;
  readonly store: AuditStore;
  readonly drift: Drift;
}

export function openRecords(
  world: World,
  parts: {
    database: Database;
    trust(): SiteTrust;
    downlink(): Promise<Issuer>;
    committed(events: number, kinds: ReadonlySet<string>): void;
    recorded(act: { kind: string; body: JournalEvent["body"]; at: number }): void;
  },
): Records {
  const { config, logger } = world;
  const store = createSqlAuditStore(parts.database);
  const now = (): number => world.now();
  const audit = createAudit({
    store,
    now,
    newId: () => world.newId(),
    trust: parts.trust,
    onCommitted: parts.committed,
    onRecorded: parts.recorded,
    onAlarm: (alarm) => {
      logger.error({ ...alarm }, "a journal is not what it was: see docs/operate.md, Audit alarms");
      const { source: device, code, seq } = alarm;
      parts.recorded({ kind: "audit.alarm", body: { device, code, seq }, at: now() });
    },
    onFailed: (code, waiting) => {
      const advice = isDatabaseCode(code) ? DATABASE_ADVICE[code] : null;
      logger.error({ code, waiting, advice }, "events wait for the database; nothing is lost");
    },
  });
  world.closing(() => audit.close());
  const heads = createTreeHeads({
    store,
    proofs: audit.proofs,
    now,
    sign: async (head) => {
      const issuedAt = world.now();
      return signDownward(
        {
          site: config.siteId,
          audience: TO_ALL,
          epoch: head.size,
          kind: "tree-head",
          body: head,
          issuedAt,
          expiresAt: after(issuedAt, HEAD_LIFE),
          id: world.newId(),
        },
        await parts.downlink(),
      );
    },
    every: HEAD_EVERY,
    onFailed: (error) => logger.error({ code: codeOf(error) }, "the audit's log could not be signed"),
  });
  world.closing(() => heads.stop());
  return { audit, heads, store, drift: createDrift(createSqlDriftStore(parts.database)) };
}
