import { Readable } from "node:stream";
import { type Clock, type Duration, days, WardkeyError } from "@wardkey/protocol";
import type { Database } from "../../sql/database.js";
import { GroupCommit } from "./group-commit.js";
import { OutgoingQueues } from "./outgoing-queues.js";
import { packetFromText, packetToText, type StoredPacket } from "./packet.js";
import { MessageRows, QueueRows, StateRows, StoredSubscription } from "./rows.js";
import { FilterTree, TopicTree } from "./topic-trees.js";

type Subscription = StoredSubscription & { topic: string };
type Client = { readonly id: string };
type Match = { clientId: string; topic: string } & StoredSubscription;

export type SqlPersistence = Awaited<ReturnType<typeof createSqlPersistence>>;

/**
 * aedes' persistence on SQLite or PostgreSQL: everything is answered from memory, every change is written behind in
 * group commits. Changes to subscriptions, wills and QoS 2 resolve when they are durable. Retained messages and queues
 * return at once, so that messages keep their order, and the broker awaits `settled()` before it acknowledges one.
 * Packet ids and deletions alone may be lost with the process: what was sent is then sent again.
 * One broker a database.
 */
export function createSqlPersistence(
  database: Database,
  options: { clock: Clock; queuedPerDevice?: number; sessionsExpireAfter?: Duration },
) {
  return new SqlStore(database, options);
}

class SqlStore {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #expireAfter: Duration;
  readonly #commit: GroupCommit;
  readonly #outgoing: OutgoingQueues;
  readonly #retained = new TopicTree<StoredPacket>();
  readonly #subscriptions = new Map<string, Map<string, StoredSubscription>>();
  readonly #filters = new FilterTree<Match>();
  readonly #incoming = new Map<string, Map<number, StoredPacket>>();
  readonly #wills = new Map<string, StoredPacket>();
  readonly #seen = new Map<string, number>();
  #broker: { id: string } | undefined;
  #lazy: NodeJS.Timeout | undefined;
  #allowed: (client: string, filter: string) => boolean = () => true;

  constructor(database: Database, options: { clock: Clock; queuedPerDevice?: number; sessionsExpireAfter?: Duration }) {
    this.#database = database;
    this.#clock = options.clock;
    this.#expireAfter = options.sessionsExpireAfter ?? days(14);
    this.#commit = new GroupCommit(database);
    this.#outgoing = new OutgoingQueues(this.#commit, options.queuedPerDevice ?? 1_000);
  }

  get broker(): { id: string } {
    if (this.#broker === undefined) throw new WardkeyError("broker-not-started", "setup was not called");
    return this.#broker;
  }

  async setup(broker: { id: string }): Promise<void> {
    this.#broker = broker;
    for (const { kind, client, name, value } of StateRows.parse(await this.#database("mqtt_state").select())) {
      if (kind === "retained") this.#retained.set(name, packetFromText(value));
      if (kind === "will") this.#wills.set(client, packetFromText(value));
      if (kind === "incoming") this.#incomingOf(client).set(Number(name), packetFromText(value));
      if (kind === "seen") this.#seen.set(client, Number(value));
      if (kind === "subscription") {
        this.#keep(client, { topic: name, ...StoredSubscription.parse(JSON.parse(value)) });
      }
    }
    this.#outgoing.load(
      MessageRows.parse(await this.#database("mqtt_message").select().orderBy("id")),
      QueueRows.parse(await this.#database("mqtt_queue").select().orderBy("seq")),
    );
    await this.#commit.settled();
  }

  /** Resolves when every change up to now is durable. */
  settled(): Promise<void> {
    return this.#commit.settled();
  }

  /**
   * Subscriptions that the rule refuses are not kept: aedes hands over every filter of a SUBSCRIBE as soon as one of
   * them is allowed, and the others would fill the device's queue.
   */
  keepOnly(allowed: (client: string, filter: string) => boolean): void {
    this.#allowed = allowed;
  }

  takeDropped(): number {
    return this.#outgoing.takeDropped();
  }

  /** Forgets sessions whose device has not been here for long. */
  async expireSessions(connected: Iterable<string>): Promise<void> {
    const now = this.#clock.now();
    for (const client of connected) if (this.#subscriptions.has(client)) this.#touch(client);
    for (const client of new Set([...this.#subscriptions.keys(), ...this.#outgoing.clients()])) {
      const seen = this.#seen.get(client);
      if (seen === undefined) this.#touch(client);
      else if (now - seen > this.#expireAfter) await this.cleanSubscriptions({ id: client });
    }
    await this.settled();
  }

  async storeRetained(packet: StoredPacket): Promise<void> {
    const key = { kind: "retained", client: "", name: packet.topic };
    if (packet.payload.length === 0) {
      this.#retained.delete(packet.topic);
      this.#commit.remove(key);
    } else {
      this.#retained.set(packet.topic, { ...packet });
      this.#commit.put(key, packetToText(packet));
    }
    this.#soon();
  }

  createRetainedStream(pattern: string): Readable {
    return this.createRetainedStreamCombi([pattern]);
  }

  createRetainedStreamCombi(patterns: readonly string[]): Readable {
    return Readable.from(new Set(patterns.flatMap((pattern) => [...this.#retained.match(pattern)])));
  }

  async addSubscriptions(client: Client, subscriptions: readonly Subscription[]): Promise<void> {
    for (const subscription of subscriptions) {
      if (!this.#allowed(client.id, subscription.topic)) continue;
      this.#keep(client.id, subscription);
      const { topic, ...rest } = subscription;
      this.#commit.put({ kind: "subscription", client: client.id, name: topic }, JSON.stringify(rest));
    }
    this.#touch(client.id);
    await this.settled();
  }

  async removeSubscriptions(client: Client, topics: readonly string[]): Promise<void> {
    const own = this.#subscriptions.get(client.id);
    if (own === undefined) return;
    for (const topic of topics) {
      if (!own.delete(topic)) continue;
      this.#filters.delete(topic, client.id);
      this.#commit.remove({ kind: "subscription", client: client.id, name: topic });
    }
    if (own.size === 0) this.#subscriptions.delete(client.id);
    await this.settled();
  }

  /** Ends the whole session, queue included: MQTT 3.1.1, 3.1.2.4. */
  async cleanSubscriptions(client: Client): Promise<void> {
    this.#outgoing.forget(client.id);
    await this.removeSubscriptions(client, [...(this.#subscriptions.get(client.id)?.keys() ?? [])]);
    if (this.#seen.delete(client.id)) this.#commit.remove({ kind: "seen", client: client.id, name: "" });
    this.#soon();
  }

  async subscriptionsByClient(client: Client): Promise<Subscription[]> {
    const own = this.#subscriptions.get(client.id);
    if (own === undefined) return [];
    this.#touch(client.id);
    return [...own].map(([topic, rest]) => ({ topic, ...rest }));
  }

  async subscriptionsByTopic(topic: string): Promise<Match[]> {
    return this.#filters.match(topic);
  }

  async countOffline(): Promise<{ subsCount: number; clientsCount: number }> {
    return { subsCount: this.#filters.size, clientsCount: this.#subscriptions.size };
  }

  getClientList(topic: string): Readable {
    return Readable.from([...this.#subscriptions].flatMap(([client, own]) => (own.has(topic) ? [client] : [])));
  }

  async outgoingEnqueue(subscription: { clientId: string }, packet: StoredPacket): Promise<void> {
    await this.outgoingEnqueueCombi([subscription], packet);
  }

  async outgoingEnqueueCombi(subscriptions: readonly { clientId: string }[], packet: StoredPacket): Promise<void> {
    if (subscriptions.length === 0) return;
    this.#outgoing.add(
      subscriptions.map(({ clientId }) => clientId),
      packet,
    );
    this.#soon();
  }

  async outgoingUpdate(client: Client, packet: StoredPacket): Promise<void> {
    this.#outgoing.update(client.id, packet);
  }

  async outgoingClearMessageId(client: Client, packet: { messageId?: number }): Promise<StoredPacket | undefined> {
    const cleared = this.#outgoing.clear(client.id, packet.messageId);
    if (cleared !== undefined) this.#soon();
    return cleared;
  }

  outgoingStream(client: Client): Readable {
    return Readable.from(this.#outgoing.waiting(client.id));
  }

  async incomingStorePacket(client: Client, packet: StoredPacket & { messageId: number }): Promise<void> {
    const { cmd, topic, payload, qos, retain, dup, messageId } = packet;
    const kept = { cmd, topic, payload, qos, retain, dup, messageId };
    this.#incomingOf(client.id).set(messageId, kept);
    this.#commit.put({ kind: "incoming", client: client.id, name: String(messageId) }, packetToText(kept));
    await this.settled();
  }

  async incomingGetPacket(client: Client, packet: { messageId: number }): Promise<StoredPacket> {
    const kept = this.#incoming.get(client.id)?.get(packet.messageId);
    if (kept === undefined) throw new WardkeyError("packet-unknown", "no packet under this id");
    return kept;
  }

  async incomingDelPacket(client: Client, packet: { messageId: number }): Promise<void> {
    if (this.#incoming.get(client.id)?.delete(packet.messageId) !== true)
      throw new WardkeyError("packet-unknown", "no packet under this id");
    this.#commit.remove({ kind: "incoming", client: client.id, name: String(packet.messageId) });
    this.#soon();
  }

  async cleanIncoming(client: Client): Promise<void> {
    for (const messageId of this.#incoming.get(client.id)?.keys() ?? [])
      this.#commit.remove({ kind: "incoming", client: client.id, name: String(messageId) });
    if (this.#incoming.delete(client.id)) this.#soon();
  }

  async putWill(client: Client, packet: StoredPacket): Promise<void> {
    packet.brokerId = this.broker.id;
    packet.clientId = client.id;
    this.#wills.set(client.id, packet);
    this.#commit.put({ kind: "will", client: client.id, name: "" }, packetToText(packet));
    await this.settled();
  }

  async getWill(client: Client): Promise<StoredPacket | undefined> {
    return this.#wills.get(client.id);
  }

  async delWill(client: Client): Promise<StoredPacket | undefined> {
    const will = this.#wills.get(client.id);
    if (will === undefined) return undefined;
    this.#wills.delete(client.id);
    this.#commit.remove({ kind: "will", client: client.id, name: "" });
    this.#soon();
    return will;
  }

  streamWill(brokers: Readonly<Record<string, unknown>> = {}): Readable {
    return Readable.from([...this.#wills.values()].filter(({ brokerId }) => !((brokerId ?? "") in brokers)));
  }

  async destroy(): Promise<void> {
    clearTimeout(this.#lazy);
    await this.settled();
  }

  #keep(client: string, { topic, ...rest }: Subscription): void {
    let own = this.#subscriptions.get(client);
    if (own === undefined) {
      own = new Map();
      this.#subscriptions.set(client, own);
    }
    own.set(topic, rest);
    const { qos, rh, rap, nl } = rest;
    if (qos > 0) this.#filters.set(topic, client, { clientId: client, topic, qos, rh, rap, nl } as Match);
    else this.#filters.delete(topic, client);
  }

  #incomingOf(client: string): Map<number, StoredPacket> {
    let own = this.#incoming.get(client);
    if (own === undefined) {
      own = new Map();
      this.#incoming.set(client, own);
    }
    return own;
  }

  #touch(client: string): void {
    const now = this.#clock.now();
    this.#seen.set(client, now);
    this.#commit.put({ kind: "seen", client, name: "" }, String(now));
    this.#soon();
  }

  /** Writes what nobody waits for. A failure stays recorded and comes to whoever waits next. */
  #soon(): void {
    if (this.#lazy !== undefined) return;
    this.#lazy = setTimeout(() => {
      this.#lazy = undefined;
      this.settled().catch(() => this.#soon());
    }, 100);
    this.#lazy.unref();
  }
}
