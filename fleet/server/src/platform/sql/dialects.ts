import { codeOf } from "@wardkey/protocol";
import type { Knex } from "knex";
import ClientPostgres from "knex/lib/dialects/postgres/index.js";
import ClientSqlite3 from "knex/lib/dialects/sqlite3/index.js";
import { databaseError } from "./database-error.js";

/** knex's own clients, whose every failure carries a code of ours. */
export class CodedSqlite extends ClientSqlite3 {
  override async _query(connection: unknown, query: { sql: string }): Promise<unknown> {
    return coded(async () => {
      try {
        return await super._query(connection, query);
      } catch (error) {
        // SQLite ends a transaction by itself when it is full or the disk fails (lang_transaction.html, 3): the rollback
        // that follows finds none, and its own failure would hide why.
        if (/^ROLLBACK;?$/.test(query.sql) && codeOf(error) === "SQLITE_ERROR") return query;
        throw error;
      }
    });
  }

  override async acquireConnection(): Promise<unknown> {
    return coded(() => super.acquireConnection());
  }
}

export class CodedPostgres extends ClientPostgres {
  override async _query(connection: unknown, query: { sql: string }): Promise<unknown> {
    return coded(() => super._query(connection, query));
  }

  override async acquireConnection(): Promise<unknown> {
    return coded(() => super.acquireConnection());
  }
}

async function coded(work: () => unknown): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    throw databaseError(error);
  }
}

export const isPostgres = (database: Knex): boolean => database.client instanceof CodedPostgres;
