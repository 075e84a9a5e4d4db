import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { modelPlaces, onnxFileOf, readRegistry } from "@wardkey/models";
import { codeOf } from "@wardkey/protocol";
import { type Check, well } from "./report.js";

/** Whether every model of the registry is there and is the one that was measured. */
export async function checkModels(modelsDir: string): Promise<Check> {
  const id = "models";
  const mend = "Import them again (npm run build in models/), or reinstall the package.";
  try {
    const places = modelPlaces({ registryPath: join(modelsDir, "registry.json") });
    const registry = await readRegistry(places.registryPath);
    const entries = Object.entries(registry.models);
    for (const [use, entry] of entries) {
      if (entry === undefined) continue;
      const file = onnxFileOf(entry, places);
      const bytes = await readFile(file.path).catch(() => null);
      const sha256 = bytes === null ? null : createHash("sha256").update(bytes).digest("hex");
      if (sha256 === file.sha256) continue;
      const code = bytes === null ? "model-missing" : "model-changed";
      const what = bytes === null ? "is not there" : "is not the one that was measured";
      return { id, status: "wrong", code, says: `${entry.name}, which is used to ${use}, ${what}.`, mend };
    }
    return well(id, `${entries.length} models are there, each the one that was measured.`);
  } catch (error) {
    return { id, status: "wrong", code: codeOf(error), says: "The registry of models cannot be read.", mend };
  }
}
