import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { ready, setBackend, type Tensor, tensor4d } from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { modelPlaces, readRegistry } from "../registry/read-registry.js";
import type { ModelEntry, PackageSource } from "../registry/registry-schema.js";
import { sha256Hex } from "../registry/verified-file.js";
import { loadNetwork } from "../runtime/network.js";
import { convertDlibResnet } from "./dlib-resnet.js";
import { importEntry } from "./import-models.js";

const require = createRequire(import.meta.url);
const packageFolder = dirname(require.resolve("@vladmandic/face-api/package.json"));
const wasmFolder = dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json"));

// What the test uses of face-api; its own types are those of the browser build.
interface FaceApi {
  readonly nets: {
    readonly faceRecognitionNet: {
      loadFromDisk(folder: string): Promise<void>;
      forward(input: Tensor): Promise<Tensor>;
    };
  };
}
const FaceApi = z.custom<FaceApi>((value) => typeof value === "object" && value !== null && "nets" in value);

let entry: ModelEntry;
let source: PackageSource;

beforeAll(async () => {
  setWasmPaths(`${resolve(wasmFolder, "dist")}/`);
  await setBackend("wasm");
  await ready();
  const { secondOpinion } = (await readRegistry(modelPlaces().registryPath)).models;
  if (secondOpinion?.source.kind !== "package") throw new Error("the registry of the workspace names packages only");
  entry = secondOpinion;
  source = secondOpinion.source;
});

/** Whole numbers from 0 to 255, the same at each run (a linear congruence of Numerical Recipes). */
function noisyChip(): Float32Array {
  let state = 20261;
  return Float32Array.from({ length: 150 * 150 * 3 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

async function runFaceApi(chip: Float32Array): Promise<Float32Array> {
  const { nets } = FaceApi.parse(require(resolve(packageFolder, "dist", "face-api.node-wasm.js")));
  await nets.faceRecognitionNet.loadFromDisk(resolve(packageFolder, "model"));
  const picture = tensor4d(chip, [1, 150, 150, 3]);
  const answer = await nets.faceRecognitionNet.forward(picture);
  const numbers = Float32Array.from(answer.dataSync());
  picture.dispose();
  answer.dispose();
  return numbers;
}

async function runOnnx(onnx: Uint8Array, chip: Float32Array): Promise<Float32Array> {
  const network = await loadNetwork(entry, onnx, entry.name);
  try {
    network.input.set(chip);
    const [numbers = new Float32Array()] = await network.run();
    return Float32Array.from(numbers);
  } finally {
    await network.close();
  }
}

async function convertWith(change: (manifest: string) => string): Promise<Uint8Array> {
  const json = change(await readFile(resolve(packageFolder, source.graph.file), "utf8"));
  const weights = await readFile(resolve(packageFolder, source.weights.file));
  const plan = { name: entry.name, input: entry.input, output: { name: "descriptor", shape: [1, 128] } };
  return convertDlibResnet(new TextEncoder().encode(json), weights, "list.json", plan);
}

describe("dlib's recognition network, built from face-api's list of weights", () => {
  it("gives the numbers of face-api's own runtime", async () => {
    const chip = noisyChip();
    const expected = await runFaceApi(chip);
    const given = await runOnnx(await importEntry(entry, source), chip);
    expect(given.length).toBe(128);
    const differences = given.map((value, index) => Math.abs(value - (expected[index] ?? Number.NaN)));
    expect(Math.max(...expected)).toBeGreaterThan(0.1);
    expect(Math.max(...differences)).toBeLessThan(2e-6);
  });

  it("has the bytes that the registry names, at every import", async () => {
    const twice = [await importEntry(entry, source), await importEntry(entry, source)];
    expect(twice.map(sha256Hex)).toEqual([source.onnx.sha256, source.onnx.sha256]);
  });

  it.each([
    ["has a layer under another name", "conv128_1/conv2/scale/biases", "conv128_1/conv2/scale/other"],
    ["has a layer of another shape", '"shape":[7,7,3,32]', '"shape":[7,7,32,3]'],
    ["is longer than its file", '"name":"fc","shape":[256,128]', '"name":"fc","shape":[256,1280]'],
    ["is a graph", "[{", '{"format":"graph-model","modelTopology":{}}'],
  ])("is refused when the list %s", async (_, found, replacement) => {
    const changed = convertWith((manifest) => {
      const compact = JSON.stringify(JSON.parse(manifest));
      expect(compact).toContain(found);
      return replacement.startsWith("{") ? replacement : compact.replace(found, replacement);
    });
    await expect(changed).rejects.toThrow(expect.objectContaining({ code: "graph-unsupported", file: "list.json" }));
  });
});
