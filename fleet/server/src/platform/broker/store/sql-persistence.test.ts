import { type Clock, type Instant, instant } from "@wardkey/protocol";
import { afterEach, describe, expect, it } from "vitest";
import type { Database } from "../../sql/database.js";
import { type TestDatabase, testDatabase } from "../../sql/testing/test-database.js";
import { persistenceSuite } from "../testing/persistence-suite.js";
import { brokerMigrations } from "./migrations.js";
import type { StoredPacket } from "./packet.js";
import { createSqlPersistence, type SqlPersistence } from "./sql-persistence.js";

let now = instant(1_000_000);
const clock: Clock = { now: (): Instant => now, monotonic: () => now };
const opened: TestDatabase[] = [];

async function fresh(): Promise<Database> {
  const made = await testDatabase(brokerMigrations);
  opened.push(made);
  return made.database;
}

async function open(database: Database, broker = "first"): Promise<SqlPersistence> {
  const persistence = createSqlPersistence(database, { clock, queuedPerDevice: 3 });
  await persistence.setup({ id: broker });
  return persistence;
}

afterEach(async () => {
  for (const made of opened.splice(0)) await made.remove();
});

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const each of stream) found.push(each);
  return found;
}

const message = (topic: string, payload: string, more: Partial<StoredPacket> = {}): StoredPacket => ({
  cmd: "publish",
  topic,
  payload: Buffer.from(payload),
  qos: 1,
  retain: false,
  dup: false,
  ...more,
});
const texts = (packets: readonly StoredPacket[]): string[] =>
  packets.map(({ topic, payload }) => `${topic}=${payload.toString()}`);
const bed = { id: "bed-7" };

describe("aedes-persistence's abstract suite on SQL", () => {
  persistenceSuite(async () => createSqlPersistence(await fresh(), { clock }));
});

describe("the broker's store after a restart", () => {
  it("has the retained messages, subscriptions, wills and queues, in order", async () => {
    const database = await fresh();
    const before = await open(database);
    await before.storeRetained(message("a/kept", "1", { retain: true }));
    await before.storeRetained(message("a/cleared", "1", { retain: true }));
    await before.storeRetained(message("a/cleared", "", { retain: true }));
    await before.addSubscriptions(bed, [
      { topic: "x/#", qos: 1 },
      { topic: "y", qos: 0 },
    ]);
    await before.putWill(bed, message("w", "gone", { retain: true }));
    for (const counter of [1, 2]) {
      await before.outgoingEnqueueCombi(
        [{ clientId: "bed-7" }, { clientId: "bed-8" }, { clientId: "bed-7" }],
        message("x/1", String(counter), { brokerId: "first", brokerCounter: counter, retain: true }),
      );
    }
    await before.outgoingUpdate(bed, message("x/1", "1", { brokerId: "first", brokerCounter: 1, messageId: 9 }));
    await before.outgoingClearMessageId(bed, { messageId: 9 });
    await before.settled();

    const after = await open(database, "second");
    expect(texts(await all(after.createRetainedStream("#")))).toEqual(["a/kept=1"]);
    expect(await after.subscriptionsByClient(bed)).toEqual([
      { topic: "x/#", qos: 1 },
      { topic: "y", qos: 0 },
    ]);
    expect((await after.subscriptionsByTopic("x/2")).map(({ clientId, topic }) => [clientId, topic])).toEqual([
      ["bed-7", "x/#"],
    ]);
    expect(texts(await all(after.streamWill({ second: 1 })))).toEqual(["w=gone"]);
    const queued: StoredPacket[] = await all(after.outgoingStream(bed));
    expect(queued.map(({ topic, payload, retain }) => [topic, payload.toString(), retain])).toEqual([
      ["x/1", "2", false],
    ]);
    expect(texts(await all(after.outgoingStream({ id: "bed-8" })))).toEqual(["x/1=1", "x/1=2"]);
  });

  it("keeps no message that no queue needs any more", async () => {
    const database = await fresh();
    const persistence = await open(database);
    const sent = message("x", "1", { brokerId: "first", brokerCounter: 1 });
    await persistence.outgoingEnqueueCombi([{ clientId: "bed-7" }, { clientId: "bed-8" }], sent);
    await persistence.settled();
    for (const id of ["bed-7", "bed-8"]) {
      await persistence.outgoingUpdate({ id }, { ...sent, messageId: 3 });
      await persistence.outgoingClearMessageId({ id }, { messageId: 3 });
    }
    await persistence.settled();
    expect([await database("mqtt_message").select(), await database("mqtt_queue").select()]).toEqual([[], []]);
  });

  it("loses no command to the state that was said since: the oldest state gives way", async () => {
    const persistence = await open(await fresh());
    const [head, wipe] = ["wardkey/v1/st-mary/all/tree-head", "wardkey/v1/st-mary/device/bed-7/down/req/r-1"];
    const said = [
      ...[1, 2, 3, 4].map((size) => message(head, String(size), { retain: true })),
      message(wipe, "wipe"),
      ...[5, 6, 7].map((size) => message(head, String(size), { retain: true })),
    ];
    for (const [at, packet] of said.entries())
      await persistence.outgoingEnqueue({ clientId: "bed-7" }, { ...packet, brokerId: "first", brokerCounter: at });
    expect(texts(await all(persistence.outgoingStream(bed)))).toEqual([`${wipe}=wipe`, `${head}=6`, `${head}=7`]);
    expect(persistence.takeDropped()).toBe(5);
  });

  it("bounds a queue by its bytes too", async () => {
    const persistence = createSqlPersistence(await fresh(), { clock });
    await persistence.setup({ id: "first" });
    for (let counter = 1; counter <= 200; counter += 1) {
      const packet = message("x", "m".repeat(64 * 1024), { brokerId: "first", brokerCounter: counter });
      await persistence.outgoingEnqueue({ clientId: "bed-7" }, packet);
    }
    expect([(await all(persistence.outgoingStream(bed))).length, persistence.takeDropped()]).toEqual([128, 72]);
    await persistence.settled();
  });

  it("drops what comes beyond the bound of a queue, and counts it", async () => {
    const persistence = await open(await fresh());
    for (const counter of [1, 2, 3, 4, 5])
      await persistence.outgoingEnqueue(
        { clientId: "bed-7" },
        message("x", String(counter), { brokerId: "first", brokerCounter: counter }),
      );
    expect(texts(await all(persistence.outgoingStream(bed)))).toEqual(["x=1", "x=2", "x=3"]);
    expect([persistence.takeDropped(), persistence.takeDropped()]).toEqual([2, 0]);
  });

  it("forgets a session after two weeks away, and none that is here", async () => {
    const database = await fresh();
    const persistence = await open(database);
    await persistence.addSubscriptions(bed, [{ topic: "x", qos: 1 }]);
    await persistence.addSubscriptions({ id: "bed-8" }, [{ topic: "x", qos: 1 }]);
    now = instant(now + 15 * 86_400_000);
    await persistence.expireSessions(["bed-8"]);
    const after = await open(database, "second");
    expect([await after.subscriptionsByClient(bed), await after.subscriptionsByClient({ id: "bed-8" })]).toEqual([
      [],
      [{ topic: "x", qos: 1 }],
    ]);
  });

  it("tells who waits that the database refused, and writes it as soon as it takes it", async () => {
    const database = await fresh();
    const persistence = await open(database);
    await database.schema.renameTable("mqtt_state", "away");
    await persistence.storeRetained(message("a", "1", { retain: true }));
    await expect(persistence.settled()).rejects.toThrow();
    await database.schema.renameTable("away", "mqtt_state");
    await persistence.settled();
    expect(texts(await all((await open(database, "second")).createRetainedStream("a")))).toEqual(["a=1"]);
  });
});
