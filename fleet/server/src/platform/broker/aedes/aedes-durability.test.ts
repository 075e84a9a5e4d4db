import { topics } from "@wardkey/protocol/fleet";
import { afterEach, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../../sql/database.js";
import { brokerMigrations } from "../store/migrations.js";
import { createSqlPersistence, type SqlPersistence } from "../store/sql-persistence.js";
import { aedesRig } from "../testing/aedes-rig.js";
import { SITE } from "../testing/broker-rig.js";

type Rig = Awaited<ReturnType<typeof aedesRig>>;
let opened: Rig | undefined;
const others: Database[] = [];
afterEach(async () => {
  for (const database of others.splice(0)) await database.destroy();
  await opened?.close();
  opened = undefined;
});

/** What a broker finds that starts after this one was killed now: a second reader of the same file. */
async function afterTheCrash(rig: Rig): Promise<SqlPersistence> {
  const database = await openDatabase(rig.database, brokerMigrations);
  others.push(database);
  const persistence = createSqlPersistence(database, { clock: rig.clock });
  await persistence.setup({ id: "the next run" });
  return persistence;
}

async function payloads(stream: AsyncIterable<{ payload: Buffer | string }>): Promise<string[]> {
  const found: string[] = [];
  for await (const { payload } of stream) found.push(payload.toString());
  return found;
}

describe("what is acknowledged", () => {
  it("is on the disk when the PUBACK comes: a queued message and a retained one", async () => {
    opened = await aedesRig();
    const rig = opened;
    await rig.pair("lab-2", "bed-7", "orders");
    const topic = topics.m2m(SITE, { from: "lab-2", to: "bed-7", channel: "orders" });
    const receiver = await rig.device("bed-7", { clean: false });
    await receiver.subscribe([topic]);
    await receiver.disconnect();
    const sender = await rig.device("lab-2");
    expect(await sender.publish(topic, "order 1")).toBe("acknowledged");
    expect(await sender.publish(topics.reported(SITE, "lab-2"), "state", { retain: true })).toBe("acknowledged");
    const next = await afterTheCrash(rig);
    expect([
      await payloads(next.outgoingStream({ id: "bed-7" })),
      await payloads(next.createRetainedStream(topics.reported(SITE, "lab-2"))),
      (await next.subscriptionsByClient({ id: "bed-7" })).map(({ topic: filter }) => filter),
    ]).toEqual([["order 1"], ["state"], [topic]]);
  });

  it("is on the disk when publish() resolves", async () => {
    opened = await aedesRig();
    const topic = topics.all(SITE, "policy");
    await opened.broker.publish({ topic, payload: "v7", retain: true });
    expect(await payloads((await afterTheCrash(opened)).createRetainedStream(topic))).toEqual(["v7"]);
  });

  it("is not acknowledged when the disk refuses: the connection ends and the message stays with the device", async () => {
    opened = await aedesRig();
    const rig = opened;
    const device = await rig.device("bed-7");
    const other = await openDatabase(rig.database, brokerMigrations);
    others.push(other);
    await other.schema.renameTable("mqtt_state", "mqtt_away");
    expect(await device.publish(topics.reported(SITE, "bed-7"), "state", { retain: true })).toBe("closed");
    await other.schema.renameTable("mqtt_away", "mqtt_state");
    const again = await rig.device("bed-7");
    expect(await again.publish(topics.reported(SITE, "bed-7"), "state", { retain: true })).toBe("acknowledged");
  });
});

describe("the last will of a device that was connected when the broker was killed", () => {
  it("is published when the device does not come back, and not when it does", async () => {
    opened = await aedesRig({ heartbeatMs: 100 });
    const rig = opened;
    await rig.identity("bed-7");
    await rig.identity("bed-8");
    const will = (id: string) => ({
      topic: topics.status(SITE, id),
      payload: Buffer.from(`death of ${id}`),
      qos: 1,
      retain: true,
    });
    rig.leaveBehind(async (store) => {
      await store.setup({ id: "the killed run" });
      for (const id of ["bed-7", "bed-8"]) await store.putWill({ id }, will(id));
    });
    await rig.restart();
    const back = await rig.device("bed-8");
    await rig.until(() => rig.ups.length > 0, "the last will");
    await back.ping();
    expect(rig.ups).toEqual([{ device: "bed-7", leaf: "status", request: null, payload: "death of bed-7" }]);
  });
});
