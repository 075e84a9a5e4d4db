import type { Database, Migration } from "../platform/sql/database.js";
import type { Figure } from "./counting.js";

export interface FigureRow {
  readonly ward: string;
  /** Whole hours since 1970, UTC. */
  readonly hour: number;
  readonly figure: Figure;
  readonly bin: number;
  readonly count: number;
}

export interface FigureStore {
  /** Adds to what is there. */
  add(rows: readonly FigureRow[]): Promise<void>;
  /** Hours `from` (with) to `to` (without), summed over wards. */
  byHour(from: number, to: number, ward: string | null): Promise<readonly Omit<FigureRow, "ward">[]>;
  /** The same summed over hours. */
  byWard(from: number, to: number): Promise<readonly Omit<FigureRow, "hour">[]>;
  /** The first hour with something in it. */
  first(): Promise<number | null>;
  /** Forgets hours before `hour`. */
  forget(hour: number): Promise<void>;
}

const TABLE = "ward_figures";
/** Below what SQLite takes as parameters of one statement. */
const CHUNK = 150;

export const figureMigrations: readonly Migration[] = [
  {
    name: "figures-1-wards",
    async up(database) {
      await database.schema.createTable(TABLE, (table) => {
        table.bigInteger("hour").notNullable();
        table.string("ward", 80).notNullable();
        table.string("figure", 16).notNullable();
        table.integer("bin").notNullable();
        table.bigInteger("count").notNullable();
        table.primary(["hour", "ward", "figure", "bin"]);
      });
    },
  },
];

export function createSqlFigureStore(database: Database): FigureStore {
  const between = (from: number, to: number) =>
    database<FigureRow>(TABLE).where("hour", ">=", from).where("hour", "<", to);
  return {
    add: (rows) =>
      database.transaction(async (transaction) => {
        // In one order on every server, so that two of them never wait for each other's rows.
        const ordered = [...rows].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
        for (let at = 0; at < ordered.length; at += CHUNK) {
          await transaction(TABLE)
            .insert(ordered.slice(at, at + CHUNK))
            .onConflict(["hour", "ward", "figure", "bin"])
            .merge({ count: transaction.raw("?? + ??", [`${TABLE}.count`, "excluded.count"]) });
        }
      }),
    async byHour(from, to, ward) {
      const asked = between(from, to).select("hour", "figure", "bin").sum({ count: "count" });
      if (ward !== null) asked.where({ ward });
      const rows = await asked.groupBy("hour", "figure", "bin").orderBy("hour");
      return rows.map(({ hour, figure, bin, count }) => ({
        hour: Number(hour),
        figure,
        bin: Number(bin),
        count: Number(count),
      }));
    },
    async byWard(from, to) {
      const rows = await between(from, to)
        .select("ward", "figure", "bin")
        .sum({ count: "count" })
        .groupBy("ward", "figure", "bin")
        .orderBy("ward");
      return rows.map(({ ward, figure, bin, count }) => ({ ward, figure, bin: Number(bin), count: Number(count) }));
    },
    async first() {
      const row = await database(TABLE).min({ hour: "hour" }).first<{ hour: number | string | null }>();
      return row?.hour == null ? null : Number(row.hour);
    },
    async forget(hour) {
      await database(TABLE).where("hour", "<", hour).delete();
    },
  };
}

const keyOf = ({ hour, ward, figure, bin }: FigureRow): string => `${hour} ${ward} ${figure} ${bin}`;
