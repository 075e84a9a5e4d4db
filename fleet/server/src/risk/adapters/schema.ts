import type { Migration } from "../../platform/sql/database.js";

export const riskMigrations: readonly Migration[] = [
  {
    name: "risk-1",
    async up(database) {
      await database.schema.createTable("risk_sources", (table) => {
        table.string("source", 63).primary();
        table.string("what", 20).notNullable();
        table.string("import", 36).notNullable();
        table.bigInteger("at").notNullable();
        table.string("by", 63).notNullable();
        table.integer("rows").notNullable();
        table.integer("assets").notNullable();
        table.integer("links").notNullable();
        table.integer("vulnerabilities").notNullable();
      });
      await database.schema.createTable("risk_assets", (table) => {
        table.string("import", 36).notNullable();
        table.string("id", 220).notNullable();
        table.string("kind", 20).notNullable();
        table.string("name", 120).notNullable();
        table.string("zone", 80);
        table.double("impact").notNullable();
        table.double("exposure").notNullable();
        table.primary(["import", "id"]);
      });
      await database.schema.createTable("risk_links", (table) => {
        table.string("import", 36).notNullable();
        table.string("from_id", 220).notNullable();
        table.string("to_id", 220).notNullable();
        table.string("relation", 20).notNullable();
        table.primary(["import", "from_id", "to_id", "relation"]);
      });
      await database.schema.createTable("risk_vulnerabilities", (table) => {
        table.string("import", 36).notNullable();
        table.string("asset", 200).notNullable();
        table.string("cve", 30).notNullable();
        table.double("cvss");
        table.double("epss");
        table.primary(["import", "asset", "cve"]);
      });
      await database.schema.createTable("risk_detections", (table) => {
        table.string("id", 36).primary();
        table.string("detector", 40).notNullable();
        table.string("device", 63);
        table.string("staff_id", 63);
        table.double("strength").notNullable();
        table.bigInteger("first_at").notNullable();
        table.bigInteger("last_at").notNullable();
        table.bigInteger("until").notNullable();
        table.integer("count").notNullable();
        table.text("facts").notNullable();
        table.string("dismissed_by", 63);
        table.bigInteger("dismissed_at");
        table.string("dismiss_reason", 40);
        table.index(["until"]);
        table.index(["last_at"]);
        table.index(["device", "last_at"]);
        table.index(["detector", "last_at"]);
      });
      await database.schema.createTable("risk_statements", (table) => {
        table.string("device", 63).primary();
        table.string("level", 10).notNullable();
        table.text("reasons").notNullable();
        table.bigInteger("until");
        table.double("score").notNullable();
        table.bigInteger("epoch").notNullable();
        table.boolean("said").notNullable();
        table.boolean("quarantined").notNullable();
      });
      await database.schema.createTable("risk_behaviours", (table) => {
        table.string("name", 40).notNullable();
        table.string("at", 220).notNullable();
        table.double("rate").notNullable();
        table.bigInteger("as_of").notNullable();
        table.primary(["name", "at"]);
      });
    },
  },
  {
    // Odd hours are kept by ward: what was kept of single people before is forgotten.
    name: "risk-2-nobodys-hours",
    async up(database) {
      await database("risk_behaviours").where("at", "like", "person:%").delete();
    },
  },
];
