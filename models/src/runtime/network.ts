import { InferenceSession, Tensor } from "onnxruntime-node";
import { ModelsError } from "../models-error.js";
import type { ModelEntry } from "../registry/registry-schema.js";
import { padChannels } from "./pad-channels.js";
import { spellOutPrelu } from "./spell-out-prelu.js";

/** A loaded network with one square RGB input, whose buffer is filled before each run. */
export interface Network {
  /** The input, NHWC, in the range that the registry names; kept from run to run. */
  readonly input: Float32Array;
  readonly size: number;
  /** Runs on what the input holds; the outputs come in the registry's order. */
  run(): Promise<readonly Float32Array[]>;
  close(): Promise<void>;
}

/**
 * Loads a network on one thread and runs it once, so that the first real frame is not slower than the others.
 * Refuses, with `model-shape`, a file whose input or outputs are not those of its registry entry.
 */
export async function loadNetwork(entry: ModelEntry, onnx: Uint8Array, file: string): Promise<Network> {
  const session = await openSession(onnx, file);
  const { shape, name } = entry.input;
  const size = shape[1] ?? 0;
  const input = new Float32Array(shape.reduce((product, side) => product * side, 1));
  try {
    const feeds = { [name]: new Tensor("float32", input, shape) };
    const run = async (): Promise<readonly Float32Array[]> => {
      const results = await session.run(feeds);
      return entry.outputs.map((output) => {
        const data = results[output.name]?.data;
        const length = output.shape.reduce((product, side) => product * side, 1);
        if (data instanceof Float32Array && data.length === length) return data;
        throw new Error(`the output ${output.name} is not float32 of ${output.shape.join("x")}`);
      });
    };
    await run();
    return { input, size, run, close: () => session.release() };
  } catch (cause) {
    await session.release();
    throw new ModelsError("model-shape", `${entry.name} does not have the input and outputs that the registry names`, {
      file,
      remedy: "Correct input and outputs of its entry in the registry, or bring the model that they describe.",
      cause,
    });
  }
}

async function openSession(onnx: Uint8Array, file: string): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(padChannels(spellOutPrelu(onnx)), {
      executionProviders: ["cpu"],
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: "sequential",
      graphOptimizationLevel: "all",
      logSeverityLevel: 3,
    });
  } catch (cause) {
    throw new ModelsError("model-shape", "the file is not a network that onnxruntime can load", {
      file,
      remedy: "Bring an ONNX model of opset 21 or older.",
      cause,
    });
  }
}
