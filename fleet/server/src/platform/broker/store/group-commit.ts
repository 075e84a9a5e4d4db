import type { Database } from "../../sql/database.js";

export interface StateKey {
  readonly kind: string;
  readonly client: string;
  readonly name: string;
}
interface StateChange extends StateKey {
  readonly value: string | null;
}
interface Batch {
  readonly state: Map<string, StateChange>;
  readonly messages: Map<number, string>;
  readonly queued: Map<number, { readonly client: string; readonly message: number }>;
  readonly gone: { readonly messages: Set<number>; readonly queued: Set<number> };
}
const emptyBatch = (): Batch => ({
  state: new Map(),
  messages: new Map(),
  queued: new Map(),
  gone: { messages: new Set(), queued: new Set() },
});
/** SQLite takes at most 32,766 values a statement; a few hundred rows are as fast as more. */
const ROWS = 250;

/**
 * Collects changes and writes all that came meanwhile in one transaction, as soon as the last one ended. What is
 * changed again before it was written is written once; what is put and taken before it was written is not written.
 * A transaction that fails is tried again with the next one: nothing recorded is dropped while the process lives.
 */
export class GroupCommit {
  readonly #database: Database;
  #next = emptyBatch();
  #running: Promise<void> | undefined;
  #queuedRun: Promise<void> | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  put(key: StateKey, value: string): void {
    this.#next.state.set(keyOf(key), { ...key, value });
  }

  remove(key: StateKey): void {
    this.#next.state.set(keyOf(key), { ...key, value: null });
  }

  addMessage(id: number, value: string): void {
    this.#next.messages.set(id, value);
  }

  removeMessage(id: number): void {
    if (!this.#next.messages.delete(id)) this.#next.gone.messages.add(id);
  }

  enqueue(seq: number, entry: { client: string; message: number }): void {
    this.#next.queued.set(seq, entry);
  }

  dequeue(seq: number): void {
    if (!this.#next.queued.delete(seq)) this.#next.gone.queued.add(seq);
  }

  /** Resolves when everything recorded up to now is durable; rejects when the database refused it. */
  settled(): Promise<void> {
    if (isEmpty(this.#next)) return this.#running ?? Promise.resolve();
    this.#queuedRun ??= this.#after(this.#running);
    return this.#queuedRun;
  }

  async #after(running: Promise<void> | undefined): Promise<void> {
    // Its failure is told to those who waited for it; here it only means that its changes are in the next batch.
    await running?.catch(() => undefined);
    // One turn more, so that everything that the same read of a socket brought goes into one transaction.
    await new Promise((resolve) => setImmediate(resolve));
    this.#queuedRun = undefined;
    const run = this.#write();
    this.#running = run;
    try {
      await run;
    } finally {
      if (this.#running === run) this.#running = undefined;
    }
  }

  async #write(): Promise<void> {
    const batch = this.#next;
    this.#next = emptyBatch();
    try {
      await this.#database.transaction((transaction) => write(transaction, batch));
    } catch (error) {
      this.#putBack(batch);
      throw error;
    }
  }

  #putBack(batch: Batch): void {
    const newer = this.#next;
    this.#next = batch;
    for (const [key, change] of newer.state) batch.state.set(key, change);
    for (const [id, value] of newer.messages) batch.messages.set(id, value);
    for (const [seq, entry] of newer.queued) batch.queued.set(seq, entry);
    for (const id of newer.gone.messages) this.removeMessage(id);
    for (const seq of newer.gone.queued) this.dequeue(seq);
  }
}

const keyOf = ({ kind, client, name }: StateKey): string => `${kind}\n${client}\n${name}`;

const isEmpty = ({ state, messages, queued, gone }: Batch): boolean =>
  state.size + messages.size + queued.size + gone.messages.size + gone.queued.size === 0;

async function write(transaction: Database, batch: Batch): Promise<void> {
  const changes = [...batch.state.values()];
  const rows = async (
    many: readonly unknown[][],
    one: string,
    statement: (values: string) => string,
  ): Promise<void> => {
    for (let at = 0; at < many.length; at += ROWS) {
      const chunk = many.slice(at, at + ROWS);
      const bindings = chunk.flat() as (string | number)[];
      await transaction.raw(statement(chunk.map(() => one).join(",")), bindings);
    }
  };
  await rows(
    changes.flatMap(({ kind, client, name, value }) => (value === null ? [] : [[kind, client, name, value]])),
    "(?,?,?,?)",
    (values) =>
      `insert into mqtt_state (kind, client, name, value) values ${values} on conflict (kind, client, name) do update set value = excluded.value`,
  );
  await rows(
    changes.flatMap(({ kind, client, name, value }) => (value === null ? [[kind, client, name]] : [])),
    "(?,?,?)",
    (values) => `delete from mqtt_state where (kind, client, name) in (values ${values})`,
  );
  await rows([...batch.messages], "(?,?)", (values) => `insert into mqtt_message (id, value) values ${values}`);
  await rows(
    [...batch.queued].map(([seq, { client, message }]) => [seq, client, message]),
    "(?,?,?)",
    (values) => `insert into mqtt_queue (seq, client, message) values ${values}`,
  );
  const ids = (set: ReadonlySet<number>): number[][] => [...set].map((id) => [id]);
  await rows(ids(batch.gone.queued), "?", (values) => `delete from mqtt_queue where seq in (${values})`);
  await rows(ids(batch.gone.messages), "?", (values) => `delete from mqtt_message where id in (${values})`);
}
