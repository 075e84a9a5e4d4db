import { randomUUID } from "node:crypto";
import { hours } from "@wardkey/protocol";
import type { EnrolmentTicket } from "@wardkey/protocol/fleet";
import { pemOf } from "../m2m/site-https.js";
import { answerBenchmark, BENCH_SITE, startBenchFleet } from "./served-fleet.js";
import type { FromServer, ToServer } from "./server-messages.js";

/** The fleet server on embedded defaults, in a process of its own, as `npm start` runs it; with a line to the benchmark. */

const [folder = ""] = process.argv.slice(2);
const fleet = await startBenchFleet(folder, { siteName: "Benchmark", pages: folder });
const { pki, devices, broker } = fleet.machines;
const { policies } = fleet.rules;
const say = (message: FromServer): void => void process.send?.(message);
const now = (): string => process.hrtime.bigint().toString();
const by = { id: "bench", name: "Benchmark", role: "security-officer" } as const;

async function add(count: number): Promise<readonly EnrolmentTicket[]> {
  const tickets: EnrolmentTicket[] = [];
  for (let index = 0; index < count; index++) {
    const id = `kiosk-${String(index).padStart(5, "0")}`;
    await devices.registry.add(
      { id, name: `Kiosk ${index}`, ward: `Ward ${index % 40}`, kind: "kiosk", tags: [] },
      "bench",
    );
    const issued = await pki.issueTicket({ device: id, profile: "kiosk", ttl: hours(1) });
    if (!issued.ok) throw new Error(issued.code);
    tickets.push(issued.ticket);
  }
  return tickets;
}

/** A new version with the content in force, its approval given as two people would: signing and publishing are what is timed. */
async function push(): Promise<FromServer> {
  const proposed = await policies.publishing.rollForward({ version: policies.current().version, by });
  if (!proposed.ok) throw new Error(proposed.code);
  const approval = { approval: randomUUID(), proposer: by.id, approvers: [by.id, "another"] };
  const at = now();
  const done = await policies.publishing.execute(proposed.args, approval);
  if (!done.ok) throw new Error(done.code);
  return { type: "pushed", at, version: done.policy.version };
}

async function deny(device: string): Promise<FromServer> {
  const at = now();
  const done = await devices.denials.deny({ device, by: by.id, reason: "stolen" });
  if (!done.ok) throw new Error(done.code);
  return { type: "denied", device, at };
}

async function answer(message: ToServer): Promise<void> {
  switch (message.type) {
    case "add":
      return say({ type: "added", tickets: await add(message.count) });
    case "memory":
      for (let turn = 0; turn < 3; turn++) globalThis.gc?.();
      return say({ type: "memory", bytes: process.memoryUsage.rss() });
    case "push":
      return say(await push());
    case "count":
      return say({ type: "count", events: await fleet.records.audit.proofs.size() });
    case "deny":
      return say(await deny(message.device));
    case "connected":
      return say({ type: "connected", count: broker.connected().length });
    case "stop":
      await fleet.stop();
      process.disconnect();
  }
}

answerBenchmark(answer);
const { key, cert } = pki.tls.current();
say({
  type: "ready",
  deviceUrl: fleet.deviceUrl,
  mqttUrl: fleet.mqttUrl,
  site: BENCH_SITE,
  root: pemOf(fleet.rootCertificate),
  tls: { key, cert },
});
