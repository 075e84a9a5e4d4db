import process from "node:process";
import { ensureModels } from "./importing/import-models.js";
import { ModelsError } from "./models-error.js";

try {
  await ensureModels({ progress: (line) => process.stderr.write(`${line}\n`) });
} catch (error) {
  if (!(error instanceof ModelsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
