import { Assumptions, startAssumptions } from "@wardkey/protocol/value";
import { type Database, exclusively, type Migration } from "../platform/sql/database.js";

/** What the site assumes, and how often it changed its mind. */
export interface KeptAssumptions {
  readonly version: number;
  readonly assumptions: Assumptions;
  readonly by: string | null;
  readonly at: number | null;
}

export interface ValueStore {
  read(): Promise<KeptAssumptions>;
  /** `null`: somebody else changed it since `version`. */
  write(kept: { version: number; assumptions: Assumptions; by: string; at: number }): Promise<KeptAssumptions | null>;
  /** What was kept before, over that of `version`: the version goes on. Does nothing when somebody else changed it since. */
  putBack(before: KeptAssumptions, version: number): Promise<void>;
}

export const valueMigrations: readonly Migration[] = [
  {
    name: "value-1-assumptions",
    async up(database) {
      await database.schema.createTable("value_assumptions", (table) => {
        table.integer("id").primary();
        table.integer("version").notNullable();
        table.text("assumptions").notNullable();
        table.string("changed_by", 63).notNullable();
        table.bigInteger("changed_at").notNullable();
      });
    },
  },
];

type Row = { id: number; version: number; assumptions: string; changed_by: string; changed_at: number };
const TABLE = "value_assumptions";
const ONLY = 1;
/** Who put a site's start there; no administrator has an empty name. */
const NOBODY = "";

export function createSqlValueStore(database: Database): ValueStore {
  const read = async (within: Database): Promise<KeptAssumptions> => {
    const row = await within<Row>(TABLE).where({ id: ONLY }).first();
    if (row === undefined) return { version: 0, assumptions: startAssumptions(), by: null, at: null };
    const isStart = row.changed_by === NOBODY;
    return {
      version: row.version,
      assumptions: known(row.assumptions),
      by: isStart ? null : row.changed_by,
      at: isStart ? null : Number(row.changed_at),
    };
  };
  return {
    read: () => read(database),
    write: ({ version, assumptions, by, at }) =>
      exclusively(database, "value", async (transaction) => {
        if ((await read(transaction)).version !== version) return null;
        const kept = { version: version + 1, assumptions, by, at };
        await keep(transaction, kept);
        return kept;
      }),
    putBack: ({ assumptions, by, at }, version) =>
      exclusively(database, "value", async (transaction) => {
        if ((await read(transaction)).version !== version) return;
        await keep(transaction, { version: version + 1, assumptions, by, at });
      }),
  };
}

async function keep(within: Database, { version, assumptions, by, at }: KeptAssumptions): Promise<void> {
  const row = { version, assumptions: JSON.stringify(assumptions), changed_by: by ?? NOBODY, changed_at: at ?? 0 };
  await within<Row>(TABLE)
    .insert({ id: ONLY, ...row })
    .onConflict("id")
    .merge(["version", "assumptions", "changed_by", "changed_at"]);
}

/** What a later version asks beside what was kept begins at its start. */
function known(text: string): Assumptions {
  const kept: unknown = JSON.parse(text);
  const read = Assumptions.safeParse({ ...startAssumptions(), ...(typeof kept === "object" ? kept : {}) });
  return read.success ? read.data : startAssumptions();
}
