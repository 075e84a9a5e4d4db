import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRabbitBroker } from "../outside/rabbit-broker.js";
import { rabbitConfiguration, rabbitPasswordHash } from "../outside/rabbit-configuration.js";
import type { BrokerRig } from "./broker-rig.js";
import { outsideRig } from "./outside-rig.js";
import { freePort, StartedProcess, untilListening } from "./started-process.js";

const MANAGER = { name: "wardkey-manager", password: "only-in-this-test" };

/** Debian's RabbitMQ, configured by what an operator would install, with an epmd of its own. */
export async function rabbitRig(): Promise<BrokerRig> {
  const management = { host: "127.0.0.1", port: await freePort() };
  return outsideRig({
    sharedPort: true,
    traits: {
      retainedOnWildcards: false,
      foreignClientId: "disturbs",
      acknowledgesAfterHandling: false,
      refusesVersions: false,
    },
    connect: (parts) =>
      createRabbitBroker({
        ...parts,
        management: { url: `http://127.0.0.1:${management.port}`, ...MANAGER },
      }),
    server: async ({ folder, devices: mqtt }) => {
      const passwordHash = rabbitPasswordHash(MANAGER.password, Buffer.from([1, 2, 3, 4]));
      const manager = { name: MANAGER.name, passwordHash };
      for (const [name, text] of Object.entries(rabbitConfiguration({ folder, mqtt, management, manager })))
        await writeFile(join(folder, name), text);
      const authorities = ["devices-ca.pem", "fleet-ca.pem"].map((name) => readFile(join(folder, name), "utf8"));
      await writeFile(join(folder, "clients-ca.pem"), (await Promise.all(authorities)).join("\n"));
      await mkdir(join(folder, "log"));
      const epmdPort = String(await freePort());
      const env = {
        HOME: folder,
        RABBITMQ_NODENAME: `wardkey${mqtt.port}@localhost`,
        RABBITMQ_CONFIG_FILE: join(folder, "rabbitmq.conf"),
        RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, "enabled_plugins"),
        RABBITMQ_MNESIA_BASE: join(folder, "mnesia"),
        RABBITMQ_LOG_BASE: join(folder, "log"),
        RABBITMQ_PID_FILE: join(folder, "pid"),
        RABBITMQ_DIST_PORT: String(await freePort()),
        ERL_EPMD_PORT: epmdPort,
        ERL_EPMD_ADDRESS: "127.0.0.1",
      };
      const running: StartedProcess[] = [];
      return {
        start: async () => {
          const names = new StartedProcess("epmd", { args: ["-port", epmdPort, "-address", "127.0.0.1"] });
          const node = new StartedProcess("/usr/lib/rabbitmq/bin/rabbitmq-server", { args: [], env });
          running.push(node, names);
          for (const port of [mqtt.port, management.port])
            await untilListening(port).catch((error: unknown) => {
              throw new Error(`RabbitMQ did not start: ${node.said}`, { cause: error });
            });
        },
        stop: async () => {
          for (const each of running.splice(0)) await each.stop();
        },
      };
    },
  });
}
