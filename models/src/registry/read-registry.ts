import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ModelsError } from "../models-error.js";
import { type ModelEntry, Registry } from "./registry-schema.js";

/** Where a registry's relative files are looked for: its own folder, and the cache of imported models. */
export interface ModelPlaces {
  readonly registryPath: string;
  readonly cacheDir: string;
}

export interface PlacesOptions {
  readonly registryPath?: string | undefined;
  readonly cacheDir?: string | undefined;
}

/** The workspace's own registry and cache, unless the site names others. */
export function modelPlaces(options: PlacesOptions = {}): ModelPlaces {
  const workspace = fileURLToPath(new URL("../../", import.meta.url));
  return {
    registryPath: options.registryPath ?? resolve(workspace, "registry.json"),
    cacheDir: options.cacheDir ?? resolve(workspace, "cache"),
  };
}

/** Reads and checks a registry; refuses with `registry-malformed`, naming the file and the first field that is wrong. */
export async function readRegistry(registryPath: string): Promise<Registry> {
  const remedy = "Restore registry.json from the release, or correct the field named.";
  let document: unknown;
  try {
    document = JSON.parse(await readFile(registryPath, "utf8"));
  } catch (cause) {
    throw new ModelsError("registry-malformed", "the model registry cannot be read", {
      file: registryPath,
      remedy,
      cause,
    });
  }
  const parsed = Registry.safeParse(document);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue === undefined ? "unknown field" : `${issue.path.join(".")}: ${issue.message}`;
  throw new ModelsError("registry-malformed", `the model registry does not fit its schema at ${field}`, {
    file: registryPath,
    remedy,
  });
}

/** The ONNX file that a registry entry stands for, and the hash that it must have. */
export function onnxFileOf(entry: ModelEntry, places: ModelPlaces): { readonly path: string; readonly sha256: string } {
  switch (entry.source.kind) {
    case "package":
      return { path: resolve(places.cacheDir, entry.source.onnx.file), sha256: entry.source.onnx.sha256 };
    case "file":
      return { path: resolve(dirname(places.registryPath), entry.source.file), sha256: entry.source.sha256 };
  }
}
