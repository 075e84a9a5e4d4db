import type { Database } from "../../platform/sql/database.js";
import type { IssuedRecord, IssueLog } from "../app/ports.js";

type CertificateRow = {
  serial: string;
  usage: IssuedRecord["usage"];
  subject: string;
  kiosk: string | null;
  not_before: number;
  not_after: number;
  issued_at: number;
  der: Buffer;
};
type DenialRow = { epoch: number; kiosk: string | null; staff_id: string | null; at: number };

export function createSqlIssueLog(database: Database): IssueLog {
  const denyEpoch = async (): Promise<number> => {
    const newest = await database<DenialRow>("denials").max("epoch", { as: "epoch" }).first();
    return Number(newest?.epoch ?? 0);
  };
  return {
    async record(entry) {
      await database<CertificateRow>("certificates").insert({
        serial: entry.serial,
        usage: entry.usage,
        subject: entry.subject,
        kiosk: entry.kiosk,
        not_before: entry.notBefore,
        not_after: entry.notAfter,
        issued_at: entry.issuedAt,
        der: Buffer.from(entry.der),
      });
    },
    async count() {
      const row = await database<CertificateRow>("certificates").count({ count: "*" }).first();
      return Number(row?.["count"] ?? 0);
    },
    async newestReader(kiosk) {
      const row = await database<CertificateRow>("certificates")
        .where({ kiosk, usage: "reader" })
        .orderBy([
          { column: "not_after", order: "desc" },
          { column: "issued_at", order: "desc" },
        ])
        .first();
      return row === undefined ? null : recordOf(row);
    },
    denyEpoch,
    async deniedKiosks() {
      const rows = await database<DenialRow>("denials").whereNotNull("kiosk").orderBy("epoch", "desc").select("kiosk");
      const kiosks = rows.flatMap((row) => (row.kiosk === null ? [] : [row.kiosk]));
      return { epoch: await denyEpoch(), kiosks: [...new Set(kiosks)] };
    },
    async deny({ kiosk, staffId, at }) {
      const [denial] = await database<DenialRow>("denials").insert({ kiosk, staff_id: staffId, at }).returning("epoch");
      return Number(denial?.epoch);
    },
  };
}

const recordOf = (row: CertificateRow): IssuedRecord => ({
  serial: row.serial,
  usage: row.usage,
  subject: row.subject,
  kiosk: row.kiosk,
  notBefore: Number(row.not_before),
  notAfter: Number(row.not_after),
  issuedAt: Number(row.issued_at),
  der: Uint8Array.from(row.der),
});
