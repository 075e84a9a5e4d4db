import { WardkeyError } from "@wardkey/protocol";
import type { Database } from "../../platform/sql/database.js";
import type { CertificateRow, TicketRow } from "./schema.js";

export interface Entry {
  readonly row: CertificateRow;
  readonly ticketDigest: string | null;
}
type Outcome = "recorded" | "ticket-used";

interface Waiting extends Entry {
  readonly done: (outcome: Outcome) => void;
  readonly failed: (error: unknown) => void;
}

/** SQLite joins the rows of one insert into a compound select of at most 500 terms. */
const ROWS_A_STATEMENT = 100;
const ENTRIES_A_COMMIT = 400;
/** Nobody waits longer than this for a disk: what is beyond is refused and asked for again. */
const MOST_WAITING = 4_000;

/**
 * Writes certificates in groups: while one transaction is on its way to the disk, the next gathers, and each certificate
 * leaves the server only after the commit that holds it. One flush then serves hundreds of devices that come back at once.
 */
export class IssueQueue {
  readonly #database: Database;
  readonly #mostWaiting: number;
  readonly #waiting: Waiting[] = [];
  #writing: Promise<void> | null = null;

  constructor(database: Database, mostWaiting = MOST_WAITING) {
    this.#database = database;
    this.#mostWaiting = mostWaiting;
  }

  record(entry: Entry): Promise<Outcome> {
    if (this.#waiting.length >= this.#mostWaiting) {
      return Promise.reject(
        new WardkeyError("issue-queue-full", "certificates are asked for faster than the disk takes"),
      );
    }
    return new Promise((done, failed) => {
      this.#waiting.push({ ...entry, done, failed });
      this.#writing ??= this.#writeAll().finally(() => {
        this.#writing = null;
      });
    });
  }

  /** Resolves when what was asked for is written or refused. */
  async stop(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    // What is asked for in the same turn shares the first commit too.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, ENTRIES_A_COMMIT);
      try {
        const used = await this.#write(group);
        for (const entry of group) entry.done(used.has(entry) ? "ticket-used" : "recorded");
      } catch (error) {
        for (const entry of group) entry.failed(error);
      }
    }
  }

  #write(group: readonly Waiting[]): Promise<Set<Waiting>> {
    return this.#database.transaction(async (transaction) => {
      const used = new Set<Waiting>();
      for (const entry of group) {
        if (entry.ticketDigest === null) continue;
        const spent = await transaction<TicketRow>("tickets")
          .where({ token_digest: entry.ticketDigest })
          .whereNull("key_digest")
          .update({ key_digest: entry.row.key_digest, serial: entry.row.serial });
        if (spent !== 1) used.add(entry);
      }
      const rows = group.filter((entry) => !used.has(entry)).map(({ row }) => row);
      for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT) {
        await transaction<CertificateRow>("certificates").insert(rows.slice(at, at + ROWS_A_STATEMENT));
      }
      return used;
    });
  }
}
