import type { Migration } from "../../sql/database.js";

export const brokerMigrations: readonly Migration[] = [
  {
    name: "broker-0001-store",
    async up(database) {
      // Retained messages, subscriptions, wills and what else has a key and a value.
      await database.schema.createTable("mqtt_state", (table) => {
        table.text("kind").notNullable();
        table.text("client").notNullable();
        table.text("name").notNullable();
        table.text("value").notNullable();
        table.primary(["kind", "client", "name"]);
      });
      // One message for many queues is kept once.
      await database.schema.createTable("mqtt_message", (table) => {
        table.bigInteger("id").primary();
        table.text("value").notNullable();
      });
      await database.schema.createTable("mqtt_queue", (table) => {
        table.bigInteger("seq").primary();
        table.text("client").notNullable();
        table.bigInteger("message").notNullable();
      });
    },
  },
];
