import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instant } from "@wardkey/protocol";
import { FLEET_CLIENT } from "@wardkey/protocol/fleet";
import type { LinkAddress } from "../outside/fleet-link.js";
import type { OutsideParts } from "../outside/outside-broker.js";
import type { FleetBroker } from "../port.js";
import { BrokerRig, type BrokerTraits, SITE } from "./broker-rig.js";
import { freePort } from "./started-process.js";
import { TestCa } from "./test-ca.js";
import { TestGate } from "./test-gate.js";

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

export interface OutsideServer {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A rig around a broker of its own process, which `server` starts in a folder of its own. */
export async function outsideRig(parts: {
  traits: BrokerTraits;
  /** The fleet comes in by the same port as the devices. */
  sharedPort?: true;
  server: (at: { folder: string; devices: LinkAddress; fleet: LinkAddress }) => Promise<OutsideServer>;
  connect: (parts: OutsideParts) => Promise<FleetBroker>;
}): Promise<BrokerRig & { server: OutsideServer }> {
  const folder = await mkdtemp(join(tmpdir(), "wardkey-outside-"));
  // Mosquitto gives up its rights when root starts it.
  await chmod(folder, 0o777);
  const clock = { now: () => instant(Date.now()), monotonic: () => performance.now() };
  const [ca, fleetCa] = [await TestCa.make(), await TestCa.make("Test fleet link")];
  const gate = new TestGate({ site: SITE, root: ca.cert, clock });
  const [own, link] = [await ca.server(), await fleetCa.device(FLEET_CLIENT)];
  const files = {
    "devices-ca.pem": `${ca.cert}\n`,
    "fleet-ca.pem": `${fleetCa.cert}\n`,
    "server.pem": own.cert,
    "server.key": own.key,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, { mode: 0o644 });
  const devices = { host: "127.0.0.1", port: await freePort() };
  const fleet = parts.sharedPort ? devices : { host: "127.0.0.1", port: await freePort() };
  const server = await parts.server({ folder, devices, fleet });
  await server.start();
  const known = new Set<string>();
  let instance = 0;
  const connect = async (): Promise<FleetBroker> => {
    const broker = await parts.connect({
      site: SITE,
      devices,
      fleet,
      identity: { key: link.key, cert: link.cert, ca: ca.cert },
      instance: `test${++instance}`,
      grant: (device) => gate.grant(device),
      mayConnect: (device) => !gate.denied.has(device),
      known: () => known,
      clock,
      logger: quiet,
    });
    const grantChanged = broker.grantChanged.bind(broker);
    return Object.assign(broker, {
      grantChanged: async (device: string) => {
        known.add(device);
        await grantChanged(device);
      },
    });
  };
  const rig = new BrokerRig({
    ca,
    gate,
    clock,
    traits: parts.traits,
    broker: await connect(),
    port: () => devices.port,
    start: async () => {
      await server.start();
      return connect();
    },
    stop: async (broker) => {
      await broker.stop();
      await server.stop();
    },
  });
  const close = rig.close.bind(rig);
  return Object.assign(rig, {
    server,
    close: async () => {
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  });
}
