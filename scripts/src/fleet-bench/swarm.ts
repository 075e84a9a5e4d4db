import { randomUUID } from "node:crypto";
import { topics } from "@wardkey/protocol/fleet";
import { JOURNAL_GENESIS, journalHash } from "@wardkey/protocol/fleet/journal-hash";
import mqtt, { type MqttClient } from "mqtt";
import { percentile } from "../percentile.js";
import type { FromSwarm, SwarmDevice, ToSwarm } from "./swarm-messages.js";

/** Simulated kiosks: real MQTT clients over real mutual TLS, with a journal that nobody wrote. Runs as a process of its own. */

const CONNECT_WITHIN_MS = 30_000;

interface Member {
  readonly id: string;
  readonly client: MqttClient;
  seq: number;
  head: Uint8Array;
}

let site = "";
const members: Member[] = [];
const arrivals: string[] = [];
let awaited: { readonly topic: string; readonly heard: Set<string> } | null = null;

const say = (message: FromSwarm): void => void process.send?.(message);
const now = (): string => process.hrtime.bigint().toString();

function join(input: Extract<ToSwarm, { type: "connect" }>, device: SwarmDevice): Promise<Member> {
  return new Promise((resolve, reject) => {
    const client = mqtt.connect(input.url, {
      clientId: device.id,
      key: device.key,
      cert: device.cert,
      ca: input.ca,
      protocolVersion: 4,
      clean: true,
      keepalive: 120,
      reconnectPeriod: 0,
      connectTimeout: CONNECT_WITHIN_MS,
    });
    const member: Member = { id: device.id, client, seq: 0, head: JOURNAL_GENESIS };
    client.once("connect", () => {
      client.subscribe([topics.all(site, "policy"), topics.desired(site, device.id)], { qos: 1 }, (error) =>
        error ? reject(error) : resolve(member),
      );
    });
    client.on("message", (topic) => {
      if (topic === awaited?.topic && !awaited.heard.has(device.id)) arrive(awaited, device.id);
    });
    client.once("error", reject);
    client.once("close", () => reject(new Error("closed")));
  });
}

function arrive({ heard }: { heard: Set<string> }, device: string): void {
  arrivals.push(now());
  heard.add(device);
  if (arrivals.length === members.filter(({ client }) => client.connected).length) {
    awaited = null;
    say({ type: "arrived", at: arrivals.splice(0) });
  }
}

async function connect(input: Extract<ToSwarm, { type: "connect" }>): Promise<void> {
  site = input.site;
  const from = performance.now();
  const failed: Record<string, number> = {};
  const waiting = [...input.devices];
  const worker = async (): Promise<void> => {
    for (let device = waiting.shift(); device !== undefined; device = waiting.shift()) {
      try {
        members.push(await join(input, device));
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        failed[why] = (failed[why] ?? 0) + 1;
      }
    }
  };
  await Promise.all(Array.from({ length: input.atOnce }, worker));
  for (const { client } of members) client.on("error", () => {});
  say({ type: "connected", count: members.length, failed, ms: performance.now() - from });
}

/** The next entry of a kiosk's chain, as the agent would send it. */
function nextEvent(member: Member): string {
  member.seq += 1;
  const at = Date.now();
  const entry = { seq: member.seq, id: randomUUID(), at, kind: "session.near", body: { staffId: "bench" } };
  member.head = journalHash(member.head, entry);
  const event = { ...entry, hash: Buffer.from(member.head).toString("base64url") };
  return JSON.stringify({ v: 1, id: randomUUID(), at, kind: "journal", body: { events: [event] } });
}

async function load({ devices, perSecond, seconds }: Extract<ToSwarm, { type: "load" }>): Promise<void> {
  const chosen = members.slice(0, devices);
  const gap = 1_000 / perSecond;
  const waits: number[] = [];
  const result = { sent: 0, acknowledged: 0, failed: 0 };
  const from = performance.now();
  const until = from + seconds * 1_000;
  await Promise.all(
    chosen.map(async (member, index) => {
      const topic = topics.event(site, member.id);
      for (let turn = 0; ; turn++) {
        const due = from + (index / chosen.length) * gap + turn * gap;
        if (due >= until) return;
        const wait = due - performance.now();
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
        const sentAt = performance.now();
        result.sent += 1;
        // The next one waits for this one's PUBACK only when that comes late: the window of a kiosk is larger.
        void member.client.publishAsync(topic, nextEvent(member), { qos: 1 }).then(
          () => {
            result.acknowledged += 1;
            waits.push(performance.now() - sentAt);
          },
          () => {
            result.failed += 1;
          },
        );
      }
    }),
  );
  const patience = performance.now() + 30_000;
  while (result.acknowledged + result.failed < result.sent && performance.now() < patience) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const took = (performance.now() - from) / 1_000;
  say({ type: "loaded", ...result, seconds: took, ackMs: { p50: percentile(waits, 50), p99: percentile(waits, 99) } });
}

async function stop(): Promise<void> {
  for (const { client } of members) client.end(true);
  process.disconnect();
}

process.on("message", (message: ToSwarm) => {
  switch (message.type) {
    case "connect":
      return void connect(message);
    case "load":
      return void load(message);
    case "await":
      awaited = { topic: message.topic, heard: new Set() };
      return say({ type: "awaiting" });
    case "publish": {
      const { client } = members.find(({ id }) => id === message.device) ?? {};
      say({ type: "published", at: now() });
      return void client?.publish(message.topic, message.payload, { qos: 1 });
    }
    case "await-cut": {
      const member = members.find(({ id }) => id === message.device);
      member?.client.once("close", () => say({ type: "cut", device: message.device, at: now() }));
      return say({ type: "awaiting" });
    }
    case "stop":
      return void stop();
  }
});
