import { WardkeyError } from "@wardkey/protocol";
import knex, { type Knex } from "knex";
import pg from "pg";
import { databaseError } from "./database-error.js";
import { CodedPostgres, CodedSqlite, isPostgres } from "./dialects.js";

export type Database = Knex;
export type Migration = { name: string; up(database: Knex): Promise<void> };

export type DatabaseTarget =
  | { readonly kind: "sqlite"; readonly path: string }
  /** `url` names host, user and database, never a password: that comes from PGPASSWORD or the passfile of libpq. */
  | { readonly kind: "postgres"; readonly url: string; readonly schema?: string };

const ACQUIRE_WITHIN = 15_000;
const CONNECT_WITHIN = 5_000;
const STATEMENT_WITHIN = 30_000;
const POSTGRES_CONNECTIONS = 10;
/** Any number that nothing else in the same database locks: "WARD". */
const MIGRATION_LOCK = 0x57415244;
const EXCLUSIVE_LOCK = 0x57415245;

/**
 * Opens the site's database and brings its tables up to date. What a transaction has committed survives a power cut:
 * audit acknowledges nothing that could still be lost. Every failure, here and in each query, is a `WardkeyError` with
 * a code of `DATABASE_ADVICE`; refuses a password in the URL with `config-invalid`, and tables of a later version with
 * `database-newer`.
 */
export async function openDatabase(
  target: DatabaseTarget | string,
  migrations: readonly Migration[],
): Promise<Database> {
  const chosen = typeof target === "string" ? ({ kind: "sqlite", path: target } as const) : target;
  const database = chosen.kind === "sqlite" ? openSqlite(chosen.path) : openPostgres(chosen);
  try {
    if (chosen.kind === "postgres" && chosen.schema !== undefined) {
      await database.raw("create schema if not exists ??", [chosen.schema]);
    }
    await migrate(database, migrations);
    return database;
  } catch (error) {
    await database.destroy();
    throw databaseError(error);
  }
}

/**
 * Runs `work` in a transaction that no other of the same `name` runs beside, on any fleet server of the site. SQLite
 * has one connection, so that there every transaction is alone.
 */
export function exclusively<T>(
  database: Database,
  name: string,
  work: (transaction: Knex.Transaction) => Promise<T>,
): Promise<T> {
  return database.transaction(async (transaction) => {
    if (isPostgres(database)) {
      await transaction.raw("select pg_advisory_xact_lock(?, hashtext(?))", [EXCLUSIVE_LOCK, name]);
    }
    return work(transaction);
  });
}

/** One connection: transactions queue behind each other. WAL with synchronous=FULL flushes at each commit. */
function openSqlite(path: string): Knex {
  return knex({
    client: CodedSqlite,
    connection: { filename: path },
    useNullAsDefault: true,
    // An error's text would otherwise carry the bound values, which may be names or sealed keys.
    compileSqlOnError: false,
    acquireConnectionTimeout: ACQUIRE_WITHIN,
    log: QUIET,
    pool: {
      min: 1,
      max: 1,
      afterCreate: (connection: SqliteConnection, done: (error: Error | null, made: SqliteConnection) => void) => {
        connection.exec(
          "PRAGMA busy_timeout=2000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;",
          (error) => done(error, connection),
        );
      },
    },
  });
}

/** Commits flush here too: `synchronous_commit` is asked for, whatever the server's default. */
function openPostgres({ url, schema }: { url: string; schema?: string }): Knex {
  if (URL.canParse(url) && new URL(url).password !== "") {
    throw new WardkeyError("config-invalid", "the database's URL carries a password: use PGPASSWORD or a passfile");
  }
  return knex({
    client: CodedPostgres,
    connection: {
      connectionString: url,
      application_name: "wardkey-fleet",
      connectionTimeoutMillis: CONNECT_WITHIN,
      statement_timeout: STATEMENT_WITHIN,
      options: "-c synchronous_commit=on -c client_min_messages=warning",
      types: NUMBERS,
    },
    ...(schema === undefined ? {} : { searchPath: [schema] }),
    compileSqlOnError: false,
    acquireConnectionTimeout: ACQUIRE_WITHIN,
    log: QUIET,
    pool: { min: 0, max: POSTGRES_CONNECTIONS },
  });
}

/** 64-bit integers as numbers, as SQLite gives them: ours are times and counts, all below 2^53. */
const NUMBERS = {
  getTypeParser: (oid: number, format: string): unknown =>
    oid === pg.types.builtins.INT8
      ? Number
      : format === "binary"
        ? pg.types.getTypeParser(oid, "binary")
        : pg.types.getTypeParser(oid, "text"),
};

/** Failures reach the caller as errors: nothing of knex writes to the console. */
const silent = (): void => undefined;
const QUIET = { warn: silent, error: silent, deprecate: silent, debug: silent };

async function migrate(database: Knex, migrations: readonly Migration[]): Promise<void> {
  const steps = { migrationSource: new CodeMigrations(migrations), tableName: "schema_steps" };
  const run = async (): Promise<void> => {
    await refuseNewer(database, steps);
    // Nobody else migrates now, so that a lock found here was left by a process that died.
    await database.migrate.forceFreeMigrationsLock(steps);
    await database.migrate.latest(steps);
  };
  if (!isPostgres(database)) return run();
  await database.transaction(async (transaction) => {
    await transaction.raw("select pg_advisory_xact_lock(?, 0)", [MIGRATION_LOCK]);
    await run();
  });
}

/** A step that this version does not know: another version's tables would be read as if they were this one's. */
async function refuseNewer(
  database: Knex,
  { migrationSource, tableName }: { migrationSource: CodeMigrations; tableName: string },
): Promise<void> {
  if (!(await database.schema.hasTable(tableName))) return;
  const known = new Set((await migrationSource.getMigrations()).map(({ name }) => name));
  const done = await database<{ name: string }>(tableName).pluck("name");
  if (done.every((name) => known.has(name))) return;
  throw new WardkeyError("database-newer", "the database was made by a later version: install that one, or its backup");
}

interface SqliteConnection {
  exec(sql: string, done: (error: Error | null) => void): void;
}

class CodeMigrations implements Knex.MigrationSource<Migration> {
  readonly #migrations: readonly Migration[];

  constructor(migrations: readonly Migration[]) {
    this.#migrations = migrations;
  }

  async getMigrations(): Promise<Migration[]> {
    return [...this.#migrations];
  }

  getMigrationName(migration: Migration): string {
    return migration.name;
  }

  async getMigration(migration: Migration): Promise<Knex.Migration> {
    return { up: (database) => migration.up(database), down: async () => undefined };
  }
}
