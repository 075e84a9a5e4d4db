import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { modelPlaces, onnxFileOf, readRegistry } from "@wardkey/models";
import { codeOf } from "@wardkey/protocol";
import { type Check, well } from "./report.js";

/** Whether every model of the registry is there and is the one that was measured. */
export async function checkModels(modelsDir: string): Promise<Check> {
  const id = "models";
  const mend = "Import them again (npm run build in models/), or reinstall the package.";
  try {
    const places = modelPlaces({ registryPath: join(modelsDir, "registry.json") });
    const { models, maskedProjection } = await readRegistry(places.registryPath);
    const files = Object.entries(models).flatMap(([use, entry]) =>
      entry === undefined ? [] : [{ what: `${entry.name}, which is used to ${use},`, ...onnxFileOf(entry, places) }],
    );
    const modelsThere = files.length;
    // No model, and without it as it was measured the agent opens none of them.
    if (maskedProjection !== undefined) {
      const { file, sha256 } = maskedProjection;
      files.push({ what: "The projection of masked faces", path: resolve(modelsDir, file), sha256 });
    }
    for (const { what, path, sha256 } of files) {
      const bytes = await readFile(path).catch(() => null);
      const found = bytes === null ? null : createHash("sha256").update(bytes).digest("hex");
      if (found === sha256) continue;
      const code = bytes === null ? "model-missing" : "model-changed";
      const wrong = bytes === null ? "is not there" : "is not the one that was measured";
      return { id, status: "wrong", code, says: `${what} ${wrong}.`, mend };
    }
    return well(id, `${modelsThere} models are there, each the one that was measured.`);
  } catch (error) {
    return { id, status: "wrong", code: codeOf(error), says: "The registry of models cannot be read.", mend };
  }
}
