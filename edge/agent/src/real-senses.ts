import { createRequire } from "node:module";
import { join } from "node:path";
import { WardkeyError } from "@wardkey/protocol";
import { joinRoom, loadNoble } from "@wardkey/virtual-radio";
import type { AgentConfig } from "./config.js";
import { readMeasuredRates } from "./policy/index.js";
import { createHolderDirectory, createPresence } from "./presence/index.js";
import { createCentralRadio } from "./radio/index.js";
import type { CreateSenses } from "./senses.js";
import { createTapRunner } from "./tap/index.js";
import { type CameraSource, createVisionPort } from "./vision/index.js";

type Noble = Parameters<typeof createCentralRadio>[0]["noble"];

/** The agent's radio and camera: noble over an adapter or the simulated room, the camera's frames through the models. */
export const createRealSenses: CreateSenses = async (input) => {
  const { config, livenessEnforced, clock, reader, randomBytes, log, policyVersion, tuning } = input;
  const { noble, close } = await openRadio(config.radio);
  const radio = createCentralRadio({ noble, clock, log });
  const directory = createHolderDirectory({ clock });
  const presence = createPresence({ radio, directory, clock, tuning });
  const registryPath = join(config.modelsDir, "registry.json");
  const measured = await readMeasuredRates(registryPath);
  return {
    presence,
    measured,
    taps: createTapRunner({ radio, presence, directory, reader, clock, randomBytes, policyVersion }),
    vision: createVisionPort({
      source: sourceOf(config.camera),
      clock,
      enforceLiveness: livenessEnforced,
      rates: () => input.rates(measured),
      registryPath,
    }),
    knows: (table) => directory.replace(table),
    close: async () => {
      directory.replace(null);
      await close();
    },
  };
};

/** Which cameras a profile takes is decided before (`checkCamera`); here the choice is only passed on. */
function sourceOf(camera: AgentConfig["camera"]): CameraSource {
  return camera.kind === "device" ? { ...camera, allowed: [camera.path] } : camera;
}

async function openRadio(radio: AgentConfig["radio"]): Promise<{ noble: Noble; close: () => Promise<void> }> {
  switch (radio.kind) {
    case "virtual": {
      const joined = await joinRoom({ socketPath: radio.socketPath, name: radio.name });
      if (joined.outcome === "refused") {
        throw new WardkeyError(joined.reason, `the room at ${radio.socketPath} refused "${radio.name}"`);
      }
      return { noble: loadNoble(joined.participant), close: () => joined.participant.close() };
    }
    case "bluetooth": {
      const noble: Noble = createRequire(import.meta.url)("@abandonware/noble");
      return { noble, close: async () => {} };
    }
  }
}
