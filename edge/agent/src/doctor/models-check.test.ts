import { createHash } from "node:crypto";
import { appendFile, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { modelPlaces, readRegistry } from "@wardkey/models";
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkModels } from "./models-check.js";

const mend = "Import them again (npm run build in models/), or reinstall the package.";

let folder: string;
let uses: readonly string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-models-check-"));
  uses = await measuredModels();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The release's registry over small files that stand for its models, each with the hash that the registry names. */
async function measuredModels(): Promise<readonly string[]> {
  const shipped = await readRegistry(modelPlaces().registryPath);
  const put = async (file: string) => {
    const text = `what was measured as ${file}`;
    await writeFile(join(folder, file), text);
    return { file, sha256: createHash("sha256").update(text).digest("hex") };
  };
  const models: Record<string, object> = {};
  for (const [use, entry] of Object.entries(shipped.models)) {
    models[use] = { ...entry, source: { kind: "file", ...(await put(use)) } };
  }
  const maskedProjection = await put("projection");
  await writeFile(join(folder, "registry.json"), JSON.stringify({ ...shipped, models, maskedProjection }));
  return Object.keys(models);
}

it("is content with models that are as they were measured", async () => {
  expect(await checkModels(folder)).toEqual({
    id: "models",
    status: "ok",
    code: "ok",
    says: `${uses.length} models are there, each the one that was measured.`,
    mend: null,
  });
});

it.each<[string, string, (file: string) => Promise<void>, string]>([
  ["one that was changed", "embed", (file) => appendFile(file, "."), "mobilefacenet, which is used to embed,"],
  ["one that was cut short", "detect", (file) => truncate(file, 3), "blazeface, which is used to detect,"],
  [
    "a projection of masked faces that was changed",
    "projection",
    (file) => appendFile(file, "."),
    "The projection of masked faces",
  ],
])("tells of %s", async (_, file, harm, what) => {
  await harm(join(folder, file));
  const says = `${what} is not the one that was measured.`;
  expect(await checkModels(folder)).toEqual({ id: "models", status: "wrong", code: "model-changed", says, mend });
});

it.each([
  ["embed", "mobilefacenet, which is used to embed,"],
  ["projection", "The projection of masked faces"],
])("tells of a missing file: %s", async (file, what) => {
  await rm(join(folder, file));
  const says = `${what} is not there.`;
  expect(await checkModels(folder)).toEqual({ id: "models", status: "wrong", code: "model-missing", says, mend });
});

it("tells of a changed model of each use", async () => {
  for (const use of uses) {
    await measuredModels();
    await appendFile(join(folder, use), ".");
    expect([use, (await checkModels(folder)).code]).toEqual([use, "model-changed"]);
  }
});
