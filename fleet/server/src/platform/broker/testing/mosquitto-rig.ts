import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createMosquittoBroker } from "../outside/mosquitto-broker.js";
import { mosquittoConfiguration } from "../outside/mosquitto-configuration.js";
import { type BrokerRig, SITE } from "./broker-rig.js";
import { type OutsideServer, outsideRig } from "./outside-rig.js";
import { StartedProcess, untilListening } from "./started-process.js";

/** Debian's Mosquitto, configured by what an operator would install. */
export function mosquittoRig(): Promise<BrokerRig & { server: OutsideServer }> {
  return outsideRig({
    traits: {
      retainedOnWildcards: true,
      foreignClientId: "replaced",
      acknowledgesAfterHandling: false,
      refusesVersions: false,
    },
    connect: createMosquittoBroker,
    server: async ({ folder, devices, fleet }) => {
      const files = mosquittoConfiguration({ site: SITE, folder, devices, fleet });
      for (const [name, text] of Object.entries(files)) {
        await writeFile(join(folder, name), text);
        await chmod(join(folder, name), 0o666);
      }
      let running: StartedProcess | undefined;
      return {
        start: async () => {
          const started = new StartedProcess("/usr/sbin/mosquitto", { args: ["-c", join(folder, "mosquitto.conf")] });
          running = started;
          await untilListening(devices.port, 10_000).catch((error: unknown) => {
            throw new Error(`Mosquitto did not start: ${started.said}`, { cause: error });
          });
        },
        stop: async () => running?.stop(),
      };
    },
  });
}
