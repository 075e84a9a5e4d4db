import { codeOf, WardkeyError } from "@wardkey/protocol";
import type { FleetPki } from "../pki/index.js";
import { createAedesBroker, createSqlPersistence, type FleetBroker, type Gate } from "../platform/broker/index.js";
import { openBrokerStorage } from "./storage.js";
import type { World } from "./world.js";

/** The broker that the configuration names. */
export async function openBroker(world: World, { pki, gate }: { pki: FleetPki; gate: Gate }): Promise<FleetBroker> {
  const { config, clock, logger } = world;
  switch (config.broker.kind) {
    case "aedes": {
      const broker = await createAedesBroker({
        site: config.siteId,
        gate,
        tls: pki.tls.current(),
        host: config.bind,
        port: config.ports.mqtt,
        persistence: createSqlPersistence(await openBrokerStorage(world), { clock }),
        clock,
        logger,
      }).catch((cause: unknown) => {
        if (codeOf(cause) !== "EADDRINUSE") throw cause;
        const words = `port ${config.ports.mqtt} is in use: choose another with the configuration key "ports.mqtt", or 0`;
        throw new WardkeyError("port-in-use", words, { cause });
      });
      const renewed = pki.tls.onRenewed((context) => broker.renewTls(context));
      world.closing(async () => renewed());
      return broker;
    }
    case "mosquitto":
    case "rabbitmq":
      throw new WardkeyError("broker-unavailable", "an outside broker is not put together here");
  }
}
