import knex, { type Knex } from "knex";

export type Database = Knex;
export type Migration = { name: string; up(database: Knex): Promise<void> };

/**
 * Opens the site's SQLite file. What a transaction has committed survives a power cut (WAL, synchronous=FULL): audit
 * acknowledges nothing that could still be lost. One connection: transactions queue behind each other.
 */
export async function openDatabase(path: string, migrations: readonly Migration[]): Promise<Database> {
  const database = knex({
    client: "sqlite3",
    connection: { filename: path },
    useNullAsDefault: true,
    // An error's text would otherwise carry the bound values, which may be names or sealed keys.
    compileSqlOnError: false,
    pool: {
      min: 1,
      max: 1,
      afterCreate: (connection: SqliteConnection, done: (error: Error | null, made: SqliteConnection) => void) => {
        connection.exec(
          "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=2000; PRAGMA secure_delete=ON;",
          (error) => done(error, connection),
        );
      },
    },
  });
  try {
    await database.migrate.latest({ migrationSource: new CodeMigrations(migrations), tableName: "schema_steps" });
    return database;
  } catch (error) {
    await database.destroy();
    throw error;
  }
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
