import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { codeOf, WardkeyError } from "@wardkey/protocol";
import type { Devices } from "../devices/index.js";
import type { FleetPki } from "../pki/index.js";
import {
  createAedesBroker,
  createMosquittoBroker,
  createRabbitBroker,
  createSqlPersistence,
  type FleetBroker,
  type Gate,
  type LinkAddress,
  type OutsideParts,
} from "../platform/broker/index.js";
import { readPrivateFile } from "../platform/files/secret-file.js";
import { openBrokerStorage } from "./storage.js";
import type { World } from "./world.js";

interface Parts {
  readonly pki: FleetPki;
  readonly gate: Gate;
  readonly devices: () => Devices;
}

/** The broker that the configuration names. */
export async function openBroker(world: World, parts: Parts): Promise<FleetBroker> {
  const { broker } = world.config;
  switch (broker.kind) {
    case "aedes":
      return openAedes(world, parts);
    case "mosquitto":
      return createMosquittoBroker(await outside(world, parts, broker));
    case "rabbitmq": {
      const { url, name, passwordFile } = broker.management;
      const password = (await readPrivateFile(passwordFile))?.toString("utf8").trim() ?? "";
      if (password === "") throw new WardkeyError("broker-password-missing", `${passwordFile} holds no password`);
      const ca = broker.caFile === undefined ? {} : { ca: await readFile(broker.caFile, "utf8") };
      return createRabbitBroker({
        ...(await outside(world, parts, broker)),
        management: { url, name, password, ...ca },
      });
    }
  }
}

async function openAedes(world: World, { pki, gate }: Parts): Promise<FleetBroker> {
  const { config, clock, logger } = world;
  const persistence = createSqlPersistence(await openBrokerStorage(world), { clock });
  const broker = await createAedesBroker({
    ...{ site: config.siteId, gate, persistence, clock, logger },
    tls: pki.tls.current(),
    host: config.bind,
    port: config.ports.mqtt,
  }).catch((cause: unknown) => {
    if (codeOf(cause) !== "EADDRINUSE") throw cause;
    const words = `port ${config.ports.mqtt} is in use: choose another with the configuration key "ports.mqtt", or 0`;
    throw new WardkeyError("port-in-use", words, { cause });
  });
  const renewed = pki.tls.onRenewed((context) => broker.renewTls(context));
  world.closing(async () => renewed());
  return broker;
}

type OutsideConfig = Exclude<World["config"]["broker"], { kind: "aedes" }>;

async function outside(world: World, { pki, gate, devices }: Parts, broker: OutsideConfig): Promise<OutsideParts> {
  const { config, clock, logger } = world;
  const signer = broker.caFile === undefined ? null : await readFile(broker.caFile, "utf8");
  const identity = {
    get key() {
      return pki.client.current().key;
    },
    get cert() {
      return pki.client.current().cert;
    },
    get ca() {
      return signer ?? pki.client.current().ca.join("");
    },
  };
  return {
    site: config.siteId,
    devices: addressOf(broker.devicesUrl),
    fleet: addressOf(broker.fleetUrl),
    identity,
    instance: randomBytes(4).toString("hex"),
    grant: (device) => gate.grant(device),
    // One that is quarantined keeps the line on which it hears that it is.
    mayConnect: (device) => devices().desk.pairs(device).ok,
    // Also who was denied: a broker that was away is told again who may not come in.
    known: () =>
      devices()
        .facts()
        .map(({ device }) => device),
    clock,
    logger,
  };
}

const DEFAULT_PORT = 8883;
function addressOf(url: string): LinkAddress {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: port === "" ? DEFAULT_PORT : Number(port) };
}
