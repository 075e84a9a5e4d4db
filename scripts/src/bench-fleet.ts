import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { topics } from "@wardkey/protocol/fleet";
import { verifyMillion } from "./fleet-bench/audit.js";
import { type Line, startLine } from "./fleet-bench/child.js";
import { enrolAll } from "./fleet-bench/enrol.js";
import { type Mosquitto, startMosquitto } from "./fleet-bench/mosquitto.js";
import type { FromServer, ToServer } from "./fleet-bench/server-messages.js";
import type { FromSwarm, SwarmDevice, ToSwarm } from "./fleet-bench/swarm-messages.js";
import { percentile } from "./percentile.js";

/** `npm run bench -- fleet`: the fleet server under a swarm of simulated kiosks, on the same cores, beside Mosquitto. */

const options = {
  json: { type: "boolean", default: false },
  devices: { type: "string", default: "2000" },
  seconds: { type: "string", default: "60" },
  "per-second": { type: "string", default: "5000" },
  "load-devices": { type: "string", default: "1000" },
  pushes: { type: "string", default: "10" },
  denials: { type: "string", default: "20" },
  events: { type: "string", default: "1000000" },
} as const;

type Swarm = Line<ToSwarm, FromSwarm>;
type Server = Line<ToServer, FromServer>;

interface Shape {
  readonly devices: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly loadDevices: number;
  readonly pushes: number;
  readonly denials: number;
}

/** Policies are pushed now and then, not in a row. */
const BETWEEN_PUSHES_MS = 6_000;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Resolves with the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options, strict: true });
  const shape: Shape = {
    devices: Number(values.devices),
    seconds: Number(values.seconds),
    perSecond: Number(values["per-second"]),
    loadDevices: Math.min(Number(values["load-devices"]), Number(values.devices)),
    pushes: Number(values.pushes),
    denials: Number(values.denials),
  };
  const folder = await mkdtemp(join(tmpdir(), "wardkey-bench-fleet-"));
  try {
    say("fleet: verifying a generated audit from its files alone");
    const audit = await verifyMillion({ folder: join(folder, "audit"), events: Number(values.events), say });
    const result = { ...(await measure(folder, shape)), auditVerifySeconds: audit.seconds, auditEvents: audit.events };
    process.stdout.write(`${values.json ? JSON.stringify(result) : JSON.stringify(result, null, 2)}\n`);
    return 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string, shape: Shape): Promise<object> {
  const server: Server = startLine("./server.js", [folder]);
  const ready = await server.next("ready", 60_000);
  const closing: (() => Promise<void>)[] = [() => server.end({ type: "stop" })];
  try {
    say(`fleet: making ${shape.devices} devices known`);
    const { tickets } = await server.ask({ type: "add", count: shape.devices }, "added", 300_000);
    say("fleet: enrolling them over EST");
    const enrolled = await enrolAll(tickets, ready.root);
    const certificatesPerSecond = Math.round(enrolled.devices.length / enrolled.seconds);
    say(`fleet: ${certificatesPerSecond} certificates/s`);
    const own = await underSwarm(
      { shape, devices: enrolled.devices, url: ready.mqttUrl, root: ready.root, site: ready.site },
      { server, closing },
    );
    await closing.pop()?.();
    const peer = await besideMosquitto({ folder, shape, devices: enrolled.devices, ready });
    return {
      ...own,
      certificatesPerSecond,
      mosquitto: peer ?? "not installed",
      ratio:
        peer === null
          ? null
          : {
              bytesPerConnection: ratio(own.bytesPerConnection, peer.bytesPerConnection),
              pushP99: ratio(own.policyPushMs.p99, peer.pushMs.p99),
              ackP99: ratio(own.ackMs.p99, peer.ackMs.p99),
              connectMs: ratio(own.connectMsEach, peer.connectMsEach),
            },
      node: process.version,
      cores: availableParallelism(),
    };
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

interface Field {
  readonly shape: Shape;
  readonly devices: readonly SwarmDevice[];
  readonly url: string;
  readonly root: string;
  readonly site: string;
}

const ratio = (ours: number, theirs: number): number => Math.round((ours / theirs) * 100) / 100;
const milliseconds = (from: string, to: string): number => Number(BigInt(to) - BigInt(from)) / 1e6;

async function connectSwarm(
  field: Field,
): Promise<{ swarm: Swarm; connected: Extract<FromSwarm, { type: "connected" }> }> {
  const swarm: Swarm = startLine("./swarm.js", []);
  const { url, root: ca, site, devices } = field;
  const connected = await swarm.ask({ type: "connect", url, ca, site, devices, atOnce: 32 }, "connected", 300_000);
  say(
    `  ${connected.count} of ${devices.length} connected in ${Math.round(connected.ms)} ms ${JSON.stringify(connected.failed)}`,
  );
  return { swarm, connected };
}

async function underSwarm(field: Field, { server, closing }: { server: Server; closing: (() => Promise<void>)[] }) {
  const { shape, devices, site } = field;
  const before = await server.ask({ type: "memory" }, "memory", 30_000);
  say("fleet: connecting the swarm");
  const { swarm, connected } = await connectSwarm(field);
  closing.push(() => swarm.end({ type: "stop" }));
  await pause(2_000);
  const after = await server.ask({ type: "memory" }, "memory", 30_000);
  const { count } = await server.ask({ type: "connected" }, "connected", 10_000);

  say(`fleet: ${shape.pushes} policy pushes`);
  const pushes: number[] = [];
  for (let turn = 0; turn < shape.pushes; turn++) {
    await swarm.ask({ type: "await", topic: topics.all(site, "policy") }, "awaiting", 10_000);
    const arrived = swarm.next("arrived", 60_000);
    const pushed = await server.ask({ type: "push" }, "pushed", 60_000);
    pushes.push(...(await arrived).at.map((at) => milliseconds(pushed.at, at)));
    // What follows each push, a signed word to every device, is over before the next.
    await pause(BETWEEN_PUSHES_MS);
  }

  say(`fleet: ${shape.perSecond} events/s for ${shape.seconds} s over ${shape.loadDevices} connections`);
  const held = await server.ask({ type: "count" }, "count", 30_000);
  const loaded = await load(swarm, shape);
  const kept = await server.ask({ type: "count" }, "count", 30_000);
  const durable = kept.events - held.events;

  say(`fleet: denying ${shape.denials} devices`);
  const cuts: number[] = [];
  for (const { id } of devices.slice(-shape.denials)) {
    await swarm.ask({ type: "await-cut", device: id }, "awaiting", 10_000);
    const cut = swarm.next("cut", 30_000);
    const denied = await server.ask({ type: "deny", device: id }, "denied", 30_000);
    cuts.push(milliseconds(denied.at, (await cut).at));
  }
  await closing.pop()?.();
  return {
    connected: count,
    connectMsEach: Math.round((connected.ms / connected.count) * 100) / 100,
    bytesPerConnection: Math.round((after.bytes - before.bytes) / connected.count),
    policyPushMs: summary(pushes),
    eventsPerSecond: Math.round(durable / loaded.seconds),
    events: {
      sent: loaded.sent,
      acknowledged: loaded.acknowledged,
      durable,
      failed: loaded.failed,
      seconds: loaded.seconds,
    },
    ackMs: loaded.ackMs,
    revokeMs: summary(cuts),
  };
}

/** What Mosquitto can do too: connections, one message to all, QoS 1 publishes. It keeps no journal and knows no denial. */
async function besideMosquitto(input: {
  folder: string;
  shape: Shape;
  devices: readonly SwarmDevice[];
  ready: Extract<FromServer, { type: "ready" }>;
}) {
  const { folder, shape, devices, ready } = input;
  const publisher = devices[0]?.id ?? "";
  const broker: Mosquitto | null = await startMosquitto({
    folder: join(folder, "mosquitto"),
    ...{ site: ready.site, root: ready.root, tls: ready.tls, publisher },
  });
  if (broker === null) return null;
  say("mosquitto: connecting the swarm");
  const before = broker.residentBytes();
  const { swarm, connected } = await connectSwarm({
    shape,
    devices,
    url: broker.url,
    root: ready.root,
    site: ready.site,
  });
  try {
    await pause(2_000);
    const bytes = broker.residentBytes() - before;
    const pushes: number[] = [];
    const topic = topics.all(ready.site, "policy");
    for (let turn = 0; turn < shape.pushes; turn++) {
      await swarm.ask({ type: "await", topic }, "awaiting", 10_000);
      const arrived = swarm.next("arrived", 60_000);
      const payload = String(turn).padEnd(8_000, "p");
      const published = await swarm.ask({ type: "publish", device: publisher, topic, payload }, "published", 10_000);
      pushes.push(...(await arrived).at.map((at) => milliseconds(published.at, at)));
      await pause(BETWEEN_PUSHES_MS);
    }
    const loaded = await load(swarm, shape);
    return {
      connected: connected.count,
      connectMsEach: Math.round((connected.ms / connected.count) * 100) / 100,
      bytesPerConnection: Math.round(bytes / connected.count),
      pushMs: summary(pushes),
      messagesPerSecond: Math.round(loaded.acknowledged / loaded.seconds),
      ackMs: loaded.ackMs,
    };
  } finally {
    await swarm.end({ type: "stop" });
    await broker.stop();
  }
}

function load(
  swarm: Swarm,
  { loadDevices, perSecond, seconds }: Shape,
): Promise<Extract<FromSwarm, { type: "loaded" }>> {
  const message = { type: "load", devices: loadDevices, perSecond: perSecond / loadDevices, seconds } as const;
  return swarm.ask(message, "loaded", (seconds + 90) * 1_000);
}

const summary = (values: readonly number[]) => ({
  p50: percentile(values, 50),
  p99: percentile(values, 99),
  max: percentile(values, 100),
  count: values.length,
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
