import { randomUUID } from "node:crypto";
import type { Clock, Instant } from "@wardkey/protocol";
import { instant, milliseconds } from "@wardkey/protocol";
import type { EventMessage, JournalEvent } from "@wardkey/protocol/fleet";
import { JournalHasher } from "@wardkey/protocol/fleet/journal-hash";
import { type TestDatabase, testDatabase } from "../../platform/sql/testing/test-database.js";
import { type Audit, type AuditParts, auditMigrations, createAudit, createSqlAuditStore } from "../index.js";

/** A journal as an agent writes it. */
export class DeviceJournal {
  readonly #hasher = new JournalHasher();
  #seq = 0;
  #head = "A".repeat(43);

  get seq(): number {
    return this.#seq;
  }

  get head(): string {
    return this.#head;
  }

  append(kind = "session.near", body: JournalEvent["body"] = {}, id: string = randomUUID()): JournalEvent {
    this.#seq += 1;
    const entry = { seq: this.#seq, id, at: 1_795_338_000_000 + this.#seq, kind, body };
    this.#head = this.#hasher.chain(this.#head, entry);
    return { ...entry, hash: this.#head };
  }

  grow(count: number): JournalEvent[] {
    return Array.from({ length: count }, () => this.append());
  }

  /** Another continuation from the same place. */
  fork(): DeviceJournal {
    const fork = new DeviceJournal();
    fork.#seq = this.#seq;
    fork.#head = this.#head;
    return fork;
  }
}

export const journalOf = (...events: JournalEvent[]): EventMessage => ({
  v: 1,
  id: randomUUID(),
  at: 1_795_338_000_000,
  kind: "journal",
  body: { events },
});

export const NOW: Instant = instant(Date.UTC(2026, 10, 22, 9));

/** An audit over a database of its own, which outlives its restarts. */
export class TestAudit {
  readonly test: TestDatabase;
  readonly alarms: { source: string; code: string; seq: number }[] = [];
  readonly failures: string[] = [];
  readonly #parts: Partial<AuditParts>;
  now: Instant = NOW;
  #audit: Audit;

  private constructor(test: TestDatabase, parts: Partial<AuditParts>) {
    this.test = test;
    this.#parts = parts;
    this.#audit = this.#open();
  }

  static async make(parts: Partial<AuditParts> = {}, database: typeof testDatabase = testDatabase): Promise<TestAudit> {
    return new TestAudit(await database(auditMigrations), parts);
  }

  get audit(): Audit {
    return this.#audit;
  }

  get store(): ReturnType<typeof createSqlAuditStore> {
    return createSqlAuditStore(this.test.database);
  }

  readonly clock: Clock = { now: () => this.now, monotonic: () => 0 };

  /** As a server that was killed: nothing is told to close. */
  async restart(): Promise<Audit> {
    await this.test.reopen();
    this.#audit = this.#open();
    return this.#audit;
  }

  /** A second fleet server on the same database. */
  beside(): Audit {
    return this.#open();
  }

  async remove(): Promise<void> {
    await this.#audit.close();
    await this.test.remove();
  }

  #open(): Audit {
    return createAudit({
      store: createSqlAuditStore(this.test.database),
      now: () => this.now,
      collectFor: milliseconds(0),
      onAlarm: (alarm) => this.alarms.push(alarm),
      onFailed: (code) => this.failures.push(code),
      ...this.#parts,
    });
  }
}
