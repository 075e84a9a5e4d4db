import { type KeyObject, X509Certificate } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { days, instant } from "@wardkey/protocol";
import { EnrolmentTicket, topics } from "@wardkey/protocol/fleet";
import mqtt, { type MqttClient } from "mqtt";
import pg from "pg";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "./assembly/world.js";
import { type Fleet, startFleet } from "./fleet.js";
import { caInit } from "./pki/index.js";
import { newKey, requestFor } from "./pki/testing/test-device.js";
import { mosquittoConfiguration } from "./platform/broker/index.js";
import { freePort, StartedProcess, untilListening } from "./platform/broker/testing/started-process.js";
import { TestCa } from "./platform/broker/testing/test-ca.js";

const SITE = { id: "st-mary", name: "St Mary" };
const TAKES_OVER_WITHIN = 10_000;

let folder: string;
let broker: StartedProcess;
let databaseUrl: string;
let ports: { devices: number; fleet: number };
const running: Fleet[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-two-"));
  // Mosquitto gives up its rights when root starts it.
  await chmod(folder, 0o777);
  databaseUrl = await ownDatabase();
  const pki = join(folder, "data", "pki");
  await caInit({ folder: pki, site: SITE, now: instant(Date.now() - days(1)), rootKeyFile: join(folder, "root.key") });
  ports = { devices: await freePort(), fleet: await freePort() };
  const at = (port: number): { host: string; port: number } => ({ host: "127.0.0.1", port });
  const ca = await TestCa.make();
  const own = await ca.server();
  const root = new X509Certificate(await readFile(join(pki, "root.cer"))).toString();
  const files = {
    ...mosquittoConfiguration({ site: SITE.id, folder, devices: at(ports.devices), fleet: at(ports.fleet) }),
    ...{ "devices-ca.pem": root, "fleet-ca.pem": root, "broker-ca.pem": `${ca.cert}\n` },
    ...{ "server.pem": own.cert, "server.key": own.key },
  };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text);
    await chmod(join(folder, name), 0o666);
  }
  broker = new StartedProcess("/usr/sbin/mosquitto", { args: ["-c", join(folder, "mosquitto.conf")] });
  await untilListening(ports.devices, 10_000);
});
afterAll(async () => {
  for (const fleet of running) await fleet.stop();
  await broker.stop();
  await rm(folder, { recursive: true, force: true });
});

async function ownDatabase(): Promise<string> {
  const url = process.env["WARDKEY_TEST_POSTGRES"] ?? "";
  if (url === "") throw new Error("run npm run test:large, which starts a PostgreSQL");
  const name = `two_${process.pid}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`create database ${name}`).finally(() => client.end());
  const own = new URL(url);
  own.pathname = `/${name}`;
  return own.toString();
}

async function start(): Promise<Fleet> {
  const fleet = await startFleet({
    config: {
      dataDir: join(folder, "data"),
      siteId: SITE.id,
      siteName: SITE.name,
      ports: { console: 0, devices: 0, mqtt: 0 },
      profile: "demo",
      database: { kind: "postgres", url: databaseUrl },
      broker: {
        kind: "mosquitto",
        fleetUrl: `mqtts://127.0.0.1:${ports.fleet}`,
        devicesUrl: `mqtts://127.0.0.1:${ports.devices}`,
        caFile: join(folder, "broker-ca.pem"),
      },
      operatorCodeFile: join(folder, "operator-code"),
      tickets: [
        { device: "bed-7", profile: "kiosk", name: "Bed 7", ward: "Ward 3B", file: join(folder, "bed-7.json") },
      ],
      consolePageDir: join(folder, "page"),
    },
    clock: systemClock,
    logger: pino({ level: "silent" }),
    version: "0.0.0-test",
  });
  running.push(fleet);
  return fleet;
}

/** Enrols at one server, and connects to the broker that all of them use. */
async function bed7(fleet: Fleet): Promise<MqttClient> {
  const key: KeyObject = newKey();
  const { token } = EnrolmentTicket.parse(JSON.parse(await readFile(join(folder, "bed-7.json"), "utf8")));
  const request = requestFor("bed-7", key);
  const made = await fleet.machines.pki.est.enrol({ device: "bed-7", token, profile: "kiosk", request });
  if (!made.ok) throw new Error(made.code);
  const chain = fleet.machines.pki.chainOf(made.certificate).map((der) => new X509Certificate(der).toString());
  return mqtt.connectAsync(`mqtts://127.0.0.1:${ports.devices}`, {
    key: key.export({ format: "pem", type: "pkcs8" }),
    cert: chain.join(""),
    ca: await readFile(join(folder, "broker-ca.pem"), "utf8"),
    clientId: "bed-7",
    protocolVersion: 4,
    reconnectPeriod: 200,
  });
}

let said = 0;
async function say(device: MqttClient, kind: "birth" | "death", session: number): Promise<void> {
  said += 1;
  const id = `018f0000-0000-7000-8000-${String(said).padStart(12, "0")}`;
  const message = { v: 1, id, at: Date.now(), kind, body: { session } };
  await device.publishAsync(topics.status(SITE.id, "bed-7"), JSON.stringify(message), { qos: 1, retain: true });
}
const shadow = async (fleet: Fleet): Promise<{ online: boolean; session: number | null }> => {
  const [entry] = (
    await fleet.machines.devices.listing.page({ sort: "name", order: "up", from: 0, limit: 10 })
  ).entries.filter(({ device }) => device.id === "bed-7");
  return { online: entry?.shadow.online ?? false, session: entry?.shadow.session ?? null };
};

describe("two fleet servers on one PostgreSQL and one Mosquitto", () => {
  it("listen one after the other: what a device says meanwhile is heard by the next, once it leads", async () => {
    const first = await start();
    const second = await start();
    expect([first.leading(), second.leading()]).toEqual([true, false]);

    // Made known by the leader, enrolled at the other, which knows the registry's every change soon.
    await expect.poll(() => second.machines.devices.registry.one("bed-7")?.id, { timeout: 5_000 }).toBe("bed-7");
    const device = await bed7(second);
    await say(device, "birth", 1);
    await expect.poll(() => shadow(second), { timeout: 10_000 }).toEqual({ online: true, session: 1 });

    await first.stop();
    await say(device, "birth", 2);
    const began = performance.now();
    await expect.poll(() => second.leading(), { timeout: TAKES_OVER_WITHIN }).toBe(true);
    expect(performance.now() - began).toBeLessThan(TAKES_OVER_WITHIN);
    await expect.poll(() => shadow(second), { timeout: 10_000 }).toEqual({ online: true, session: 2 });

    const third = await start();
    expect([second.leading(), third.leading()]).toEqual([true, false]);
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    // As if the leader had slept, and another had begun and died since.
    const soon = "floor(extract(epoch from clock_timestamp()) * 1000)::bigint + 3000";
    await client.query(`update leader_term set holder = 'gone', ends_at = ${soon}`).finally(() => client.end());
    expect(await second.ended).toBe("leadership-lost");
    await second.stop();
    await say(device, "death", 2);
    await expect.poll(() => third.leading(), { timeout: TAKES_OVER_WITHIN }).toBe(true);
    await expect.poll(() => shadow(third), { timeout: 10_000 }).toEqual({ online: false, session: 2 });
    await device.endAsync();
    expect(await third.records.audit.verify()).toEqual([]);
  });
});
