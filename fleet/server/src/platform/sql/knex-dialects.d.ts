declare module "knex/lib/dialects/sqlite3/index.js" {
  import type { Knex } from "knex";
  export default class ClientSqlite3 extends Knex.Client {
    _query(connection: unknown, query: { sql: string }): Promise<unknown>;
  }
}
declare module "knex/lib/dialects/postgres/index.js" {
  import type { Knex } from "knex";
  export default class ClientPostgres extends Knex.Client {
    _query(connection: unknown, query: { sql: string }): Promise<unknown>;
  }
}
