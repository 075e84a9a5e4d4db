import type { Database } from "../../platform/sql/database.js";
import { CERTIFICATE_USAGES, type IssuedCertificate, type IssueLog, type Ticket } from "../app/certificates.js";
import { IDENTITY_PROFILES } from "../domain/profiles.js";
import { type Entry, IssueQueue } from "./issue-queue.js";
import type { CertificateRow, TicketRow } from "./schema.js";
import { wordOf } from "./words.js";

/** SQLite binds at most 32,766 values, PostgreSQL 65,535. */
const NAMES_AT_ONCE = 5_000;

export function createSqlCertificateLog(database: Database): IssueLog {
  const queue = new IssueQueue(database);
  const certificates = () => database<CertificateRow>("certificates");
  return {
    record: (certificate, ticketDigest) => {
      const entry: Entry = { row: rowOf(certificate), ticketDigest: ticketDigest ?? null };
      return queue.record(entry);
    },
    async count() {
      const row = await database("certificates").count({ count: "*" }).first();
      return Number(row?.["count"] ?? 0);
    },
    async bySerial(serial) {
      const row = await certificates().where({ serial }).first();
      return row === undefined ? null : certificateOf(row);
    },
    async newest(device, usage) {
      const row = await certificates().where({ kiosk: device, usage }).orderBy(NEWEST_FIRST).first();
      return row === undefined ? null : certificateOf(row);
    },
    async ofDevice(device) {
      return (await certificates().where({ kiosk: device }).orderBy(NEWEST_FIRST)).map(certificateOf);
    },
    async pageOfDevice(device, { limit, from }) {
      const of = () => certificates().where({ kiosk: device });
      const row = await of().count({ count: "*" }).first();
      const rows = await of()
        .orderBy([...NEWEST_FIRST, { column: "serial" }])
        .limit(limit)
        .offset(from);
      return { total: Number(row?.["count"] ?? 0), certificates: rows.map(certificateOf) };
    },
    async newestIdentities(at, most) {
      const living = certificates().where({ usage: "identity" }).where("not_after", ">", at);
      return (await living.orderBy(NEWEST_FIRST).limit(most)).map(certificateOf).reverse();
    },
    async living(devices, at) {
      const found: { serial: string; device: string; issuer: string }[] = [];
      for (const names of chunks(devices)) {
        const rows = await certificates().whereIn("kiosk", names).where("not_after", ">=", at);
        found.push(...rows.map((row) => ({ serial: row.serial, device: row.kiosk ?? "", issuer: row.issuer ?? "" })));
      }
      return found;
    },
    async issuersOf(serials) {
      const found = new Map<string, { issuer: string; notAfter: number }>();
      for (const some of chunks(serials)) {
        const rows = await certificates().whereIn("serial", some).select("serial", "issuer", "not_after");
        for (const row of rows) found.set(row.serial, { issuer: row.issuer ?? "", notAfter: Number(row.not_after) });
      }
      return found;
    },
    async addTicket(ticket) {
      await database.transaction(async (transaction) => {
        await transaction<TicketRow>("tickets").where({ device: ticket.device }).whereNull("key_digest").delete();
        await transaction<TicketRow>("tickets").insert({
          token_digest: ticket.tokenDigest,
          device: ticket.device,
          profile: ticket.profile,
          issued_at: ticket.issuedAt,
          expires_at: ticket.expiresAt,
          key_digest: null,
          serial: null,
        });
      });
    },
    async ticket(tokenDigest) {
      const row = await database<TicketRow>("tickets").where({ token_digest: tokenDigest }).first();
      return row === undefined ? null : ticketOf(row);
    },
    stop: () => queue.stop(),
  };
}

const NEWEST_FIRST = [
  { column: "issued_at", order: "desc" as const },
  { column: "not_after", order: "desc" as const },
];

function* chunks<T>(all: readonly T[]): Generator<T[]> {
  for (let at = 0; at < all.length; at += NAMES_AT_ONCE) yield all.slice(at, at + NAMES_AT_ONCE);
}

const rowOf = (certificate: IssuedCertificate): CertificateRow => ({
  serial: certificate.serial,
  usage: certificate.usage,
  subject: certificate.subject,
  kiosk: certificate.device,
  profile: certificate.profile,
  issuer: certificate.issuer,
  key_digest: certificate.keyDigest,
  not_before: certificate.notBefore,
  not_after: certificate.notAfter,
  issued_at: certificate.issuedAt,
  der: Buffer.from(certificate.der),
});

const certificateOf = (row: CertificateRow): IssuedCertificate => ({
  serial: row.serial,
  usage: wordOf(CERTIFICATE_USAGES, row.usage),
  subject: row.subject,
  device: row.kiosk,
  profile: row.profile === null ? null : wordOf(IDENTITY_PROFILES, row.profile),
  issuer: row.issuer ?? "",
  keyDigest: row.key_digest ?? "",
  notBefore: Number(row.not_before),
  notAfter: Number(row.not_after),
  issuedAt: Number(row.issued_at),
  der: Uint8Array.from(row.der),
});

const ticketOf = (row: TicketRow): Ticket => ({
  tokenDigest: row.token_digest,
  device: row.device,
  profile: wordOf(IDENTITY_PROFILES, row.profile),
  issuedAt: Number(row.issued_at),
  expiresAt: Number(row.expires_at),
  spent: row.key_digest === null ? null : { keyDigest: row.key_digest, serial: row.serial ?? "" },
});
