import { join } from "node:path";
import type { AgentConfig } from "./config.js";
import { readMeasuredRates } from "./policy/index.js";
import { createHolderDirectory, createPresence } from "./presence/index.js";
import { createCentralRadio } from "./radio/index.js";
import { openAdapter } from "./real-adapter.js";
import type { CreateSenses } from "./senses.js";
import { createTapRunner } from "./tap/index.js";
import { type CameraSource, createVisionPort } from "./vision/index.js";

/** The agent's radio and camera: noble over an adapter or the simulated room, the camera's frames through the models. */
export const createRealSenses: CreateSenses = async (input) => {
  const { config, livenessEnforced, clock, reader, randomBytes, log, policyVersion, leastConsent, tuning } = input;
  const adapter = await openAdapter(config.radio);
  const radio = createCentralRadio({ adapter, clock, log });
  const directory = createHolderDirectory({ clock });
  const presence = createPresence({ radio, directory, clock, tuning });
  const registryPath = join(config.modelsDir, "registry.json");
  const measured = await readMeasuredRates(registryPath);
  return {
    presence,
    measured,
    taps: createTapRunner({ radio, presence, directory, reader, clock, randomBytes, policyVersion, leastConsent }),
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
    },
  };
};

/** Which cameras a profile takes is decided before (`checkCamera`); here the choice is only passed on. */
function sourceOf(camera: AgentConfig["camera"]): CameraSource {
  return camera.kind === "device" ? { ...camera, allowed: [camera.path] } : camera;
}
