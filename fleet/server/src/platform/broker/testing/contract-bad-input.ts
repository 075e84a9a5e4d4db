import { randomBytes } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { MAX_UP_BYTES, topics } from "@wardkey/protocol/fleet";
import mqtt from "mqtt-packet";
import { expect, it } from "vitest";
import { type BrokerRig, SITE } from "./broker-rig.js";
import { freshId } from "./contract-delivery.js";

/** Row 18 of the threats, for MQTT: what is malformed or too large costs its sender the connection and nobody else. */
export function badInputContract(rigOf: () => BrokerRig, options: { rounds: number }): void {
  it("lets no payload through that is over the limit, and one that is just within it", async () => {
    const rig = rigOf();
    const id = freshId();
    const device = await rig.device(id);
    await device.publish(topics.event(SITE, id), Buffer.alloc(MAX_UP_BYTES + 1, 0x61));
    const again = device.isClosed ? await rig.device(id) : device;
    expect(await again.publish(topics.event(SITE, id), Buffer.alloc(MAX_UP_BYTES, 0x62))).toBe("acknowledged");
    await rig.until(() => rig.ups.length >= 1, "the message within the limit");
    expect(rig.ups.map(({ payload }) => [payload.length, payload[0]])).toEqual([[MAX_UP_BYTES, "b"]]);
  });

  it("survives malformed bytes before and after CONNECT, its memory flat", async () => {
    const rig = rigOf();
    const id = freshId();
    const witness = freshId();
    const watching = await rig.device(witness, { keepalive: 600 });
    const event = mqtt.generate({
      cmd: "publish",
      topic: topics.event(SITE, id),
      payload: "x".repeat(40),
      qos: 1,
      retain: false,
      dup: false,
      messageId: 7,
    });
    await rig.identity(id);
    let warm = 0;
    for (let round = 0; round < options.rounds; round++) {
      const client = await rig.tls(id);
      if (client === undefined) continue;
      if (round % 3 !== 0) await client.connect();
      client.socket.write(hostileBytes(round, event));
      if (round % 2 === 0) await Promise.race([client.closed, pause(20)]);
      await client.drop();
      if (round === Math.floor(options.rounds / 3)) warm = await memoryInUse();
    }
    expect((await memoryInUse()) - warm).toBeLessThan(4 * 1024 * 1024);
    expect(await watching.publish(topics.event(SITE, witness), "still here")).toBe("acknowledged");
    await rig.until(() => rig.ups.some(({ payload }) => payload === "still here"), "the witness");
    expect(rig.ups.every(({ device }) => device === witness || device === id)).toBe(true);
  });

  it("ends a connection that announces a packet larger than any it may send", async () => {
    const rig = rigOf();
    const id = freshId();
    const client = await rig.tls(id);
    // CONNECT with a remaining length of 256 MB, then as much of it as the broker takes.
    client?.socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]));
    const chunk = Buffer.alloc(64 * 1024);
    let sent = 0;
    while (client !== undefined && !client.isClosed && sent < 64 * 1024 * 1024) {
      client.socket.write(chunk);
      sent += chunk.length;
      await pause(1);
    }
    await client?.drop();
    const witness = freshId();
    const device = await rig.device(witness);
    expect(await device.publish(topics.event(SITE, witness), "still here")).toBe("acknowledged");
  });
}

/** What is still referenced, of this process: device and, with aedes, broker. */
async function memoryInUse(): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  await pause(100);
  if (typeof collect === "function") collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Random bytes; a good packet with a flipped byte; a good packet cut short; every packet type with a wild body. */
function hostileBytes(round: number, good: Buffer): Buffer {
  const random = randomBytes(64);
  const at = (random[0] ?? 0) % good.length;
  switch (round % 4) {
    case 0:
      return random;
    case 1: {
      const flipped = Buffer.from(good);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << ((random[1] ?? 0) % 8));
      return flipped;
    }
    case 2:
      return Buffer.concat([good.subarray(0, at), random]);
    default: {
      const length = (random[1] ?? 0) % 60;
      return Buffer.concat([Buffer.from([random[2] ?? 0, length]), random.subarray(3, 3 + length)]);
    }
  }
}
