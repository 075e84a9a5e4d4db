import { readScoreCounts } from "@wardkey/protocol/fleet";
import type { Database, Migration } from "../platform/sql/database.js";

/** What one kiosk counted up to and with a day; nobody is named in it. */
export interface DriftEntry {
  readonly kiosk: string;
  /** Of the kiosk's journal: an event may arrive twice. */
  readonly seq: number;
  /** Days since 1970. */
  readonly day: number;
  readonly branch: "bare" | "masked";
  readonly outcome: "matched" | "refused";
  readonly counts: readonly number[];
}

export type StoredCounts = Pick<DriftEntry, "day" | "branch" | "outcome" | "counts">;

export interface DriftStore {
  /** Keeps an entry once. */
  add(entry: DriftEntry): Promise<void>;
  all(): Promise<readonly StoredCounts[]>;
}

export const biometricsMigrations: readonly Migration[] = [
  {
    name: "biometrics-1-drift",
    async up(database) {
      await database.schema.createTable("biometrics_drift", (table) => {
        table.string("kiosk", 63).notNullable();
        table.bigInteger("seq").notNullable();
        table.integer("day").notNullable();
        table.string("branch", 8).notNullable();
        table.string("outcome", 8).notNullable();
        table.string("counts", 200).notNullable();
        table.primary(["kiosk", "seq"]);
      });
    },
  },
];

interface DriftRow {
  kiosk: string;
  seq: number;
  day: number;
  branch: "bare" | "masked";
  outcome: "matched" | "refused";
  counts: string;
}

export function createSqlDriftStore(database: Database): DriftStore {
  return {
    async add({ kiosk, seq, day, branch, outcome, counts }) {
      await database<DriftRow>("biometrics_drift")
        .insert({ kiosk, seq, day, branch, outcome, counts: counts.join(",") })
        .onConflict(["kiosk", "seq"])
        .ignore();
    },
    all: async () =>
      (await database<DriftRow>("biometrics_drift").select("day", "branch", "outcome", "counts")).map((row) => ({
        day: Number(row.day),
        branch: row.branch,
        outcome: row.outcome,
        counts: readScoreCounts(row.counts),
      })),
  };
}
