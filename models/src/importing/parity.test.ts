import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { io, loadGraphModel, ready, setBackend, type Tensor, tensor4d } from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import onnxProto from "onnx-proto";
import { beforeAll, describe, expect, it } from "vitest";
import { modelPlaces, readRegistry } from "../registry/read-registry.js";
import { type ModelEntry, type ModelRole, modelRoles, type Registry } from "../registry/registry-schema.js";
import { sha256Hex } from "../registry/verified-file.js";
import { loadNetwork } from "../runtime/network.js";
import { importEntry } from "./import-models.js";

const require = createRequire(import.meta.url);
let registry: Registry;

beforeAll(async () => {
  const wasm = dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json"));
  setWasmPaths(`${resolve(wasm, "dist")}/`);
  await setBackend("wasm");
  await ready();
  registry = await readRegistry(modelPlaces().registryPath);
});

/** Numbers in a range, the same at each run (a linear congruence of Numerical Recipes). */
function noise(length: number, [low, high]: readonly number[]): Float32Array {
  let state = 20261;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (low ?? 0) + ((high ?? 1) - (low ?? 0)) * (state / 2 ** 32);
  });
}

async function runTfjs(entry: ModelEntry, input: Float32Array): Promise<readonly Float32Array[]> {
  if (entry.source.kind !== "package") throw new Error("only a package's model has a tfjs graph");
  const root = dirname(require.resolve(`${entry.source.package}/package.json`));
  const graph = JSON.parse(await readFile(resolve(root, entry.source.graph.file), "utf8"));
  const weights = await readFile(resolve(root, entry.source.weights.file));
  const model = await loadGraphModel(
    io.fromMemory({
      ...graph,
      weightSpecs: graph.weightsManifest[0].weights,
      weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength),
    }),
  );
  const [, height = 0, width = 0] = entry.input.shape;
  const picture = tensor4d(input, [1, height, width, 3]);
  const names = entry.outputs.map(({ name }) => name);
  const answer = model.execute({ [entry.input.name]: picture }, names);
  const tensors: readonly Tensor[] = Array.isArray(answer) ? answer : [answer as Tensor];
  const numbers = tensors.map((tensor) => Float32Array.from(tensor.dataSync()));
  for (const tensor of [picture, ...tensors]) tensor.dispose();
  model.dispose();
  return numbers;
}

async function runOnnx(entry: ModelEntry, onnx: Uint8Array, input: Float32Array): Promise<readonly Float32Array[]> {
  const network = await loadNetwork(entry, onnx, entry.name);
  try {
    network.input.set(input);
    return await network.run();
  } finally {
    await network.close();
  }
}

function largestDifference(one: Float32Array, other: Float32Array): number {
  return one.reduce((most, value, index) => Math.max(most, Math.abs(value - (other[index] ?? Number.NaN))), 0);
}

async function importAs(role: ModelRole, repair: "none" | "prelu"): Promise<Uint8Array> {
  const entry = registry.models[role];
  if (entry.source.kind !== "package") throw new Error("only a package is imported");
  return importEntry(entry, { ...entry.source, repair });
}

const importedRoles = ["detect", "landmarks", "embed"] as const satisfies readonly ModelRole[];

describe("an imported model", () => {
  it("is any that comes from a package, of those without which nothing works", () => {
    expect(modelRoles.filter((role) => registry.models[role].source.kind === "package")).toEqual(importedRoles);
  });

  it.each(importedRoles)("gives the numbers of the package's own runtime: %s", async (role) => {
    const entry = registry.models[role];
    const input = noise(
      entry.input.shape.reduce((product, side) => product * side, 1),
      entry.input.range,
    );
    const expected = await runTfjs(entry, input);
    const given = await runOnnx(entry, await importAs(role, "none"), input);
    expect(given.length).toBe(expected.length);
    for (const [index, numbers] of expected.entries()) {
      const scale = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      expect(largestDifference(numbers, given[index] ?? new Float32Array()) / scale).toBeLessThan(2e-5);
    }
  });

  it.each(importedRoles)("has the bytes that the registry names, at every import: %s", async (role) => {
    const { source } = registry.models[role];
    if (source.kind !== "package") throw new Error("only a package is imported");
    const twice = [await importAs(role, source.repair), await importAs(role, source.repair)];
    expect(twice.map(sha256Hex)).toEqual([source.onnx.sha256, source.onnx.sha256]);
  });
});

describe("the repaired mobilefacenet", () => {
  it("has a real PRelu node for each of the 33 that were spelled out, and none of their pieces", async () => {
    const model = onnxProto.onnx.ModelProto.decode(await importAs("embed", "prelu"));
    const operators = (model.graph?.node ?? []).map(({ opType }) => opType);
    const count = (operator: string) => operators.filter((found) => found === operator).length;
    expect(["PRelu", "Relu", "Abs", "Sub"].map(count)).toEqual([33, 0, 0, 0]);
  });

  it("gives the check vector of an independent copy of the network", async () => {
    const entry = registry.models.embed;
    const input = Float32Array.from({ length: 112 * 112 * 3 }, (_, i) => (((i * 7919) % 256) - 127.5) / 128);
    const [vector = new Float32Array()] = await runOnnx(entry, await importAs("embed", "prelu"), input);
    const rounded = [...vector.slice(0, 8)].map((value) => Number(value.toFixed(5)));
    expect(rounded).toEqual([0.00027, 0.02623, 0.01486, -0.00044, -0.05568, 0.00629, -0.05038, 0.16759]);
    expect(vector.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5);
  });
});
