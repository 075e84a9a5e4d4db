import { ASSET_KINDS } from "@wardkey/protocol/fleet";
import { z } from "zod";
import type { Database } from "../../platform/sql/database.js";
import type { ImportedSource, KeptVulnerability, RiskStore } from "../app/ports.js";
import { type Asset, type Link, RELATIONS } from "../domain/asset.js";

interface AssetRow extends Omit<Asset, "kind"> {
  import: string;
  kind: string;
}
interface LinkRow {
  import: string;
  from_id: string;
  to_id: string;
  relation: string;
}
interface VulnerabilityRow {
  import: string;
  asset: string;
  cve: string;
  cvss: number | null;
  epss: number | null;
}
interface SourceRow extends Omit<ImportedSource, "what" | "at"> {
  what: string;
  at: number | string;
}

const TABLES = ["risk_assets", "risk_links", "risk_vulnerabilities"] as const;
const What = z.enum(["inventory", "vulnerabilities"]);
const Kind = z.enum(ASSET_KINDS);
const Relation = z.enum(RELATIONS);
/** Rows of one statement: below every limit on parameters, and short enough for who waits behind it. */
const ROWS = 200;
/** Rows read at once: more would keep everybody else waiting while they are made. */
const PAGE = 1_000;

type Imports = Pick<RiskStore, "sources" | "assets" | "links" | "vulnerabilities" | "take" | "remove" | "sweep">;

/** Imported files. Rows come in portions, and other writers between them; one short write takes them into force. */
export function createSqlImports(database: Database): Imports {
  const insert = async (table: (typeof TABLES)[number], rows: readonly object[]): Promise<void> => {
    for (let from = 0; from < rows.length; from += ROWS) await database(table).insert(rows.slice(from, from + ROWS));
  };
  const sources = async (): Promise<readonly ImportedSource[]> =>
    (await database<SourceRow>("risk_sources").orderBy("source")).map((row) => ({
      ...row,
      what: What.parse(row.what),
      at: Number(row.at),
    }));
  /** Rows of this import alone: those of others may be on their way. */
  const forget = async (gone: string): Promise<void> => {
    for (const table of TABLES) await database(table).where({ import: gone }).delete();
  };
  /** Rows of imports in the order of their keys, page by page. */
  const read = async <Row extends { import: string }, Read>(
    table: (typeof TABLES)[number],
    imports: readonly string[],
    { key, as }: { key: readonly (keyof Row & string)[]; as: (row: Row) => Read },
  ): Promise<readonly Read[]> => {
    const found: Read[] = [];
    const after = `(${key.map(() => "??").join()}) > (${key.map(() => "?").join()})`;
    for (const each of imports) {
      for (let last: Row | undefined; ; ) {
        const page = database(table)
          .where({ import: each })
          .orderBy([...key])
          .limit(PAGE);
        if (last !== undefined) page.whereRaw(after, [...key, ...key.map((column) => String(last?.[column]))]);
        const rows: Row[] = await page;
        for (const row of rows) found.push(as(row));
        last = rows.at(-1);
        if (rows.length < PAGE) break;
      }
    }
    return found;
  };
  return {
    sources,
    async sweep() {
      const kept = (await sources()).map((each) => each.import);
      for (const table of TABLES) await database(table).whereNotIn("import", kept).delete();
    },
    assets: (imports) =>
      read<AssetRow, Asset>("risk_assets", imports, {
        key: ["id"],
        as: ({ id, kind, name, zone, impact, exposure }) => ({
          id,
          kind: Kind.parse(kind),
          name,
          zone,
          impact,
          exposure,
        }),
      }),
    links: (imports) =>
      read<LinkRow, Link>("risk_links", imports, {
        key: ["from_id", "to_id", "relation"],
        as: ({ from_id: from, to_id: to, relation }) => ({ from, to, relation: Relation.parse(relation) }),
      }),
    vulnerabilities: (imports) =>
      read<VulnerabilityRow, KeptVulnerability>("risk_vulnerabilities", imports, {
        key: ["asset", "cve"],
        as: ({ asset: at, cve, cvss, epss }) => ({ at, cve, cvss, epss }),
      }),
    async take(source, { assets, links, vulnerabilities }) {
      const of = { import: source.import };
      const before = await database<SourceRow>("risk_sources").where({ source: source.source }).first();
      await insert(
        "risk_assets",
        assets.map((asset) => ({ ...of, ...asset })),
      );
      await insert(
        "risk_links",
        links.map(({ from, to, relation }) => ({ ...of, from_id: from, to_id: to, relation })),
      );
      await insert(
        "risk_vulnerabilities",
        vulnerabilities.map(({ at, cve, cvss, epss }) => ({ ...of, asset: at, cve, cvss, epss })),
      );
      await database<SourceRow>("risk_sources")
        .insert({ ...source })
        .onConflict("source")
        .merge();
      if (before !== undefined) await forget(before.import);
    },
    async remove(source) {
      const known = await database<SourceRow>("risk_sources").where({ source }).first();
      if (known === undefined) return false;
      const gone = await database<SourceRow>("risk_sources").where({ source, import: known.import }).delete();
      if (gone > 0) await forget(known.import);
      return gone > 0;
    },
  };
}
