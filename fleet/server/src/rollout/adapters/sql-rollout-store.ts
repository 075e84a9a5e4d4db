import { z } from "zod";
import { type Database, exclusively, type Migration } from "../../platform/sql/database.js";
import type { KeptHead, RolloutStore } from "../app/ports.js";
import { type Counts, NO_COUNTS } from "../domain/measures.js";
import type { Head, RolloutRecord } from "../domain/rollout.js";

export const rolloutMigrations: readonly Migration[] = [
  {
    name: "rollout-1-head",
    async up(database) {
      await database.schema.createTable("rollout_head", (table) => {
        table.integer("id").primary();
        table.bigInteger("revision").notNullable();
        table.text("head").notNullable();
        table.text("untold").notNullable();
      });
      await database.schema.createTable("rollout_counts", (table) => {
        table.integer("stage").notNullable();
        table.string("arm", 16).notNullable();
        table.string("measure", 32).notNullable();
        table.bigInteger("count").notNullable();
        table.primary(["stage", "arm", "measure"]);
      });
    },
  },
];

type HeadRow = { id: number; revision: number; head: string; untold: string };
type CountRow = { stage: number; arm: string; measure: string; count: number };

const ONLY = 1;
const Status = z.enum(["running", "halted", "aborted"]);
const Rollout = z.strictObject({
  version: z.number().int(),
  salt: z.string(),
  rings: z.array(z.strictObject({ percent: z.number(), dwellMs: z.number() })),
  ring: z.number().int(),
  stage: z.number().int(),
  began: z.number().int().optional(),
  status: Status,
  since: z.number(),
  reason: z.string().nullable(),
});
const StoredHead: z.ZodType<Head> = z.strictObject({
  revision: z.number().int(),
  stable: z.number().int(),
  rollout: Rollout.nullable(),
});
const told = { version: z.number().int(), by: z.string() };
const percent = z.number();
const StoredRecord: z.ZodType<RolloutRecord> = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.enum(["policy.rollout-started", "policy.rollout-forward", "policy.rollout-resumed"]),
    ...told,
    percent,
  }),
  z.strictObject({ kind: z.literal("policy.rollout-halted"), ...told, percent, reason: z.string() }),
  z.strictObject({ kind: z.literal("policy.rollout-aborted"), ...told, percent }),
  z.strictObject({ kind: z.literal("policy.rollout-finished"), ...told }),
]);

export function createSqlRolloutStore(database: Database): RolloutStore {
  const heads = () => database<HeadRow>("rollout_head");
  return {
    async read() {
      const row = await heads().where({ id: ONLY }).first();
      return row === undefined ? null : keptOf(row);
    },
    async write(revision, { head, untold }) {
      const row = { revision: head.revision, head: JSON.stringify(head), untold: JSON.stringify(untold) };
      if (revision !== null) return (await heads().where({ id: ONLY, revision }).update(row)) === 1;
      const made = await heads()
        .insert({ id: ONLY, ...row })
        .onConflict("id")
        .ignore()
        .returning("id");
      return made.length === 1;
    },
    async told(revision) {
      await heads().where({ id: ONLY, revision }).update({ untold: "[]" });
    },
    async add(stage, arm, counts) {
      const added = Object.entries(measuresOf(counts)).filter(([, count]) => count > 0);
      if (added.length === 0) return;
      await exclusively(database, "rollout-counts", async (transaction) => {
        for (const [measure, count] of added) {
          const rows = () => transaction<CountRow>("rollout_counts");
          const changed = await rows().where({ stage, arm, measure }).increment("count", count);
          if (changed === 0) await rows().insert({ stage, arm, measure, count });
        }
      });
    },
    async forgetCounts() {
      await database<CountRow>("rollout_counts").delete();
    },
    async counts(stage, arm) {
      const rows = await database<CountRow>("rollout_counts").where({ stage, arm });
      const of = (measure: string): number => Number(rows.find((row) => row.measure === measure)?.count ?? 0);
      return {
        locks: of("locks"),
        falseLocks: of("false-locks"),
        taps: of("taps"),
        refused: of("refused"),
        tapTimes: NO_COUNTS.tapTimes.map((_, bucket) => of(`tap-time-${bucket}`)),
      };
    },
  };
}

/** The head's revision goes ahead: devices remember the highest that they met. */
export async function raiseHeadRevision(transaction: Database, by: number): Promise<void> {
  const row = await transaction<HeadRow>("rollout_head").where({ id: ONLY }).first();
  if (row === undefined) return;
  const { head } = keptOf(row);
  const raised: Head = { ...head, revision: head.revision + by };
  const change = { revision: raised.revision, head: JSON.stringify(raised) };
  await transaction<HeadRow>("rollout_head").where({ id: ONLY }).update(change);
}

function keptOf({ head, untold }: HeadRow): KeptHead {
  return { head: StoredHead.parse(JSON.parse(head)), untold: z.array(StoredRecord).parse(JSON.parse(untold)) };
}

function measuresOf(counts: Counts): Record<string, number> {
  const { locks, falseLocks, taps, refused, tapTimes } = counts;
  const times = tapTimes.map((count, bucket) => [`tap-time-${bucket}`, count] as const);
  return { locks, "false-locks": falseLocks, taps, refused, ...Object.fromEntries(times) };
}
