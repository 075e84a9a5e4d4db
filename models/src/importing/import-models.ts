import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { ModelsError } from "../models-error.js";
import { modelPlaces, onnxFileOf, type PlacesOptions, readRegistry } from "../registry/read-registry.js";
import { type ModelEntry, modelsOf, type PackageSource } from "../registry/registry-schema.js";
import { readVerified, sha256Hex } from "../registry/verified-file.js";
import { convertGraph } from "./convert-graph.js";
import { convertDlibResnet } from "./dlib-resnet.js";
import { readTfjsGraph } from "./tfjs-graph.js";

export interface EnsureOptions extends PlacesOptions {
  /** Called with one line for a person; nothing is said when absent. */
  readonly progress?: (line: string) => void;
}

/**
 * Makes sure that every model of the registry is in the cache, importing those that are not. A file that a broken try
 * left behind is replaced; a file that a site brought is only checked.
 * Refuses with `model-missing` or `model-mismatch` (a source or a result that is not what the registry names).
 */
export async function ensureModels(options: EnsureOptions = {}): Promise<void> {
  const places = modelPlaces(options);
  const registry = await readRegistry(places.registryPath);
  const say = options.progress ?? (() => undefined);
  await mkdir(places.cacheDir, { recursive: true });
  const models = modelsOf(registry);
  for (const [index, [role, entry]] of models.entries()) {
    const step = `models ${index + 1}/${models.length} ${role} (${entry.name})`;
    const { path, sha256 } = onnxFileOf(entry, places);
    if (entry.source.kind === "file") {
      await readVerified(path, sha256, `Put the file that ${places.registryPath} names for "${role}" there.`);
      say(`${step}: the site's own file is in place`);
    } else if (await isCached(path, sha256)) {
      say(`${step}: already imported`);
    } else {
      const onnx = await importEntry(entry, entry.source);
      if (sha256Hex(onnx) !== sha256) {
        throw new ModelsError(
          "model-mismatch",
          `the import of ${entry.name} gave other bytes than the registry names`,
          {
            file: path,
            remedy: "Restore registry.json and the locked dependencies (npm ci).",
          },
        );
      }
      await writeWhole(path, onnx);
      say(`${step}: imported, ${(onnx.byteLength / 1e6).toFixed(1)} MB`);
    }
  }
}

/** Imports one entry of the registry from its package and returns the ONNX bytes; the sources are checked, the result is not. */
export async function importEntry(entry: ModelEntry, source: PackageSource): Promise<Uint8Array> {
  const root = packageRoot(source.package);
  const remedy = `Install ${source.package} ${source.version} again (npm ci).`;
  const graphPath = resolve(root, source.graph.file);
  const json = await readVerified(graphPath, source.graph.sha256, remedy);
  const weights = await readVerified(resolve(root, source.weights.file), source.weights.sha256, remedy);
  if (source.architecture === "dlib-resnet") {
    const [output = { name: "", shape: [] }] = entry.outputs;
    return convertDlibResnet(json, weights, graphPath, { name: entry.name, input: entry.input, output });
  }
  const graph = readTfjsGraph(json, weights, graphPath);
  return convertGraph(graph, { name: entry.name, inputShape: entry.input.shape, repair: source.repair });
}

function packageRoot(name: string): string {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch (cause) {
    throw new ModelsError("model-missing", `the package ${name} is not installed`, { remedy: "Run npm ci.", cause });
  }
}

async function isCached(path: string, sha256: string): Promise<boolean> {
  try {
    return sha256Hex(await readFile(path)) === sha256;
  } catch {
    return false;
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.${randomUUID()}.part`;
  try {
    await writeFile(part, bytes);
    await rename(part, path);
  } finally {
    await rm(part, { force: true });
  }
}
