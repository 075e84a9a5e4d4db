import type { MeasuredThresholds } from "../registry/operating-points.js";
import { type ModelPlaces, onnxFileOf, readRegistry } from "../registry/read-registry.js";
import { type AnyRole, type ModelRole, modelsOf } from "../registry/registry-schema.js";
import { readVerified } from "../registry/verified-file.js";
import { loadNetwork, type Network } from "./network.js";

/** One network for each model of the registry; optional ones may be missing. */
export type Networks = Readonly<Record<ModelRole, Network>> & Readonly<Partial<Record<AnyRole, Network>>>;

export interface LoadedNetworks {
  readonly networks: Networks;
  readonly thresholds: MeasuredThresholds;
  /** First eight bytes of each network's SHA-256: what a template names its networks by. */
  readonly modelIds: ReadonlyMap<Network, Uint8Array>;
}

/** Reads, verifies and loads the network of every role; when one is refused, those already loaded are closed. */
export async function loadNetworks(places: ModelPlaces): Promise<LoadedNetworks> {
  const registry = await readRegistry(places.registryPath);
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
    return { networks: Object.fromEntries(opened) as Networks, thresholds: registry.thresholds, modelIds };
  } catch (refusal) {
    for (const network of opened.values()) await network.close();
    throw refusal;
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
