import { dirname, resolve } from "node:path";
import { type MaskEstimator, maskEstimatorOf, noMaskEvidence, readMaskEvidence } from "../face/mask-evidence.js";
import { ModelsError } from "../models-error.js";
import type { MeasuredThresholds } from "../registry/operating-points.js";
import { type ModelPlaces, onnxFileOf, readRegistry } from "../registry/read-registry.js";
import type { ModelRole, Registry } from "../registry/registry-schema.js";
import { readVerified } from "../registry/verified-file.js";
import { loadNetwork, type Network } from "./network.js";

export type Networks = Readonly<Record<ModelRole, Network>>;

export interface LoadedNetworks {
  readonly networks: Networks;
  readonly thresholds: MeasuredThresholds;
  readonly estimateMask: MaskEstimator;
  /** First eight bytes of the embedding model's SHA-256. */
  readonly embedModel: Uint8Array;
}

/** Reads, verifies and loads the network of every role; when one is refused, those already loaded are closed. */
export async function loadNetworks(places: ModelPlaces): Promise<LoadedNetworks> {
  const registry = await readRegistry(places.registryPath);
  const opened: Network[] = [];
  const load = async (role: ModelRole): Promise<Network> => {
    const entry = registry.models[role];
    const { path, sha256 } = onnxFileOf(entry, places);
    const onnx = await readVerified(path, sha256, remedyFor(entry.source.kind, role, places));
    const network = await loadNetwork(entry, onnx, path);
    opened.push(network);
    return network;
  };
  try {
    const networks = {
      detect: await load("detect"),
      landmarks: await load("landmarks"),
      embed: await load("embed"),
      antispoof: await load("antispoof"),
      liveness: await load("liveness"),
    } satisfies Networks;
    const { sha256 } = onnxFileOf(registry.models.embed, places);
    const embedModel = Uint8Array.from(Buffer.from(sha256.slice(0, 16), "hex"));
    const estimateMask = await loadMaskEstimator(registry, sha256, places);
    return { networks, thresholds: registry.thresholds, estimateMask, embedModel };
  } catch (refusal) {
    for (const network of opened) await network.close();
    throw refusal;
  }
}

async function loadMaskEstimator(registry: Registry, embedder: string, places: ModelPlaces): Promise<MaskEstimator> {
  if (registry.maskEvidence === null) return noMaskEvidence;
  const file = resolve(dirname(places.registryPath), registry.maskEvidence.file);
  if (registry.maskEvidence.embedder !== embedder) {
    throw new ModelsError("model-shape", "the mask evidence was fitted to another embedding model", {
      file,
      remedy: "Fit it again to this model, or set maskEvidence to null in the registry.",
    });
  }
  const remedy = "Restore the mask evidence weights from the release.";
  const bytes = await readVerified(file, registry.maskEvidence.sha256, remedy);
  return maskEstimatorOf(readMaskEvidence(bytes, file));
}

function remedyFor(kind: "package" | "file", role: ModelRole, places: ModelPlaces): string {
  switch (kind) {
    case "package":
      return "Import the models again: node models/dist/import-main.js.";
    case "file":
      return `Put the file that ${places.registryPath} names for "${role}" there.`;
  }
}
