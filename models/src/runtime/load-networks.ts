import { dirname, resolve } from "node:path";
import { type MaskedProjection, readMaskedProjection } from "../face/masked-projection.js";
import { ModelsError } from "../models-error.js";
import type { MeasuredThresholds } from "../registry/operating-points.js";
import { type ModelPlaces, onnxFileOf, readRegistry } from "../registry/read-registry.js";
import {
  type AnyRole,
  livenessRoles,
  type ModelRole,
  matchingRoles,
  modelsOf,
  type Registry,
} from "../registry/registry-schema.js";
import { readVerified } from "../registry/verified-file.js";
import { loadNetwork, type Network } from "./network.js";

/** One network for each model of the registry; optional ones may be missing. */
export type Networks = Readonly<Record<ModelRole, Network>> & Readonly<Partial<Record<AnyRole, Network>>>;

export interface LoadedNetworks {
  readonly networks: Networks;
  readonly thresholds: MeasuredThresholds;
  /** First eight bytes of each network's SHA-256: what a template names its networks by. */
  readonly modelIds: ReadonlyMap<Network, Uint8Array>;
  /** The identity where the registry has no network for masked faces. */
  readonly projectMasked: MaskedProjection;
}

/**
 * Reads, verifies and loads the network of every role; when one is refused, those already loaded are closed. Only
 * who is `calibrating`, and so derives thresholds anew, is not refused where those in force belong to other networks.
 */
export async function loadNetworks(
  places: ModelPlaces,
  { calibrating = false }: { readonly calibrating?: boolean } = {},
): Promise<LoadedNetworks> {
  const registry = await readRegistry(places.registryPath);
  if (!calibrating) checkCalibration(registry, places);
  const opened = new Map<AnyRole, Network>();
  const modelIds = new Map<Network, Uint8Array>();
  try {
    for (const [role, entry] of modelsOf(registry)) {
      const { path, sha256 } = onnxFileOf(entry, places);
      const onnx = await readVerified(path, sha256, remedyFor(entry.source.kind, role, places));
      const network = await loadNetwork(entry, onnx, path);
      opened.set(role, network);
      modelIds.set(network, Uint8Array.from(Buffer.from(sha256.slice(0, 16), "hex")));
    }
    // The registry's schema holds every role without which nothing works.
    const networks = Object.fromEntries(opened) as Networks;
    const projectMasked = await loadProjection(registry, places);
    return { networks, thresholds: registry.thresholds, modelIds, projectMasked };
  } catch (refusal) {
    for (const network of opened.values()) await network.close();
    throw refusal;
  }
}

async function loadProjection({ maskedProjection }: Registry, places: ModelPlaces): Promise<MaskedProjection> {
  if (maskedProjection === undefined) return (bare) => Float32Array.from(bare);
  const file = resolve(dirname(places.registryPath), maskedProjection.file);
  return readMaskedProjection(
    await readVerified(file, maskedProjection.sha256, "Restore the file from the release."),
    file,
  );
}

/** What was measured with which networks, and how it is measured with others. */
const calibrations = [
  { roles: matchingRoles, anew: "node scripts/dist/src/evaluate-faces-calibrate.js --faces DIR --write" },
  { roles: livenessRoles, anew: "npm run evaluate:liveness -- --root DIR --json OUT --write" },
] as const;

/** Thresholds hold for the networks that they were measured with. */
function checkCalibration(registry: Registry, places: ModelPlaces): void {
  for (const { roles, anew } of calibrations) {
    for (const role of roles) {
      const entry = registry.models[role];
      const own = entry === undefined ? undefined : onnxFileOf(entry, places).sha256;
      if (own === registry.calibratedWith[role]) continue;
      throw new ModelsError(
        "calibration-other-model",
        `the thresholds were not measured with this network for "${role}"`,
        { file: places.registryPath, remedy: `Derive them again: ${anew}.` },
      );
    }
  }
}

function remedyFor(kind: "package" | "file", role: AnyRole, places: ModelPlaces): string {
  switch (kind) {
    case "package":
      return "Import the models again: node models/dist/import-main.js.";
    case "file":
      return `Put the file that ${places.registryPath} names for "${role}" there.`;
  }
}
