import onnxProto from "onnx-proto";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { OnnxWriter } from "../importing/onnx-writer.js";
import { padChannels } from "./pad-channels.js";

const side = 6;

/** Numbers between -1 and 1, the same at each run. */
function numbers(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin((i + 1) * 12.9898 * seed));
}

function network(build: (writer: OnnxWriter) => string, outputShape: readonly number[]): Uint8Array {
  const writer = new OnnxWriter();
  writer.node("Identity", [build(writer)], {}, "y");
  const inputs = [{ name: "x", shape: [1, 3, side, side] }];
  return writer.write({ name: "test", producer: "test", inputs, outputs: [{ name: "y", shape: outputShape }] });
}

function convolve(writer: OnnxWriter, input: string, shape: readonly number[], group = 1): string {
  const weights = writer.constant(
    shape,
    numbers(
      shape.reduce((product, length) => product * length, 1),
      shape.length + (shape[0] ?? 0),
    ),
  );
  const bias = writer.constant([shape[0] ?? 0], numbers(shape[0] ?? 0, 3));
  const around = shape[3] === 3 ? 1 : 0;
  return writer.node("Conv", [input, weights, bias], { group, pads: [around, around, around, around] });
}

async function run(onnx: Uint8Array): Promise<readonly number[]> {
  const session = await InferenceSession.create(onnx, { graphOptimizationLevel: "disabled" });
  const { y } = await session.run({ x: new Tensor("float32", numbers(3 * side * side, 1), [1, 3, side, side]) });
  await session.release();
  if (!(y?.data instanceof Float32Array)) throw new Error("the network gave no float32");
  return [...y.data];
}

function weightsOf(onnx: Uint8Array): readonly string[] {
  const { graph } = onnxProto.onnx.ModelProto.decode(onnx);
  const shapes = new Map(
    (graph?.initializer ?? []).map((tensor) => [tensor.name, (tensor.dims ?? []).map(Number).join("x")]),
  );
  return (graph?.node ?? []).flatMap(({ opType, input }) =>
    opType === "Conv" ? (shapes.get(input?.[1] ?? "") ?? "none") : [],
  );
}

/** What blazeface is made of: a stem, a separable convolution added to what it was given, more channels, a head. */
const residual = network(
  (writer) => {
    const stem = writer.node("Relu", [convolve(writer, "x", [24, 3, 3, 3])]);
    const separable = convolve(writer, convolve(writer, stem, [24, 1, 3, 3], 24), [24, 24, 1, 1]);
    const sum = writer.node("Relu", [writer.node("Add", [separable, stem])]);
    const slopes = writer.constant([24, 1, 1], numbers(24, 5));
    const pooled = writer.node("MaxPool", [writer.node("Mul", [sum, slopes])], {
      kernel_shape: [2, 2],
      strides: [2, 2],
    });
    const wide = writer.node("Pad", [pooled, writer.integers([0, 0, 0, 0, 0, 16, 0, 0])]);
    return convolve(writer, writer.node("Relu", [convolve(writer, wide, [40, 40, 1, 1])]), [6, 40, 1, 1]);
  },
  [1, 6, 3, 3],
);

describe("a network given whole blocks of channels", () => {
  it("gives the same numbers", async () => {
    const [plain, padded] = [await run(residual), await run(padChannels(residual))];
    expect(padded.length).toBe(6 * 3 * 3);
    for (const [index, value] of plain.entries()) expect(padded[index]).toBeCloseTo(value, 4);
  });

  it("has them wherever only convolutions look, and adds channels by one instead of a Pad", () => {
    expect(weightsOf(residual)).toEqual(["24x3x3x3", "24x1x3x3", "24x24x1x1", "40x40x1x1", "6x40x1x1"]);
    expect(weightsOf(padChannels(residual))).toEqual([
      "32x3x3x3",
      "32x1x3x3",
      "32x32x1x1",
      "48x32x1x1",
      "48x48x1x1",
      "6x48x1x1",
    ]);
  });

  it.each([
    [
      "something else reads the picture",
      network(
        (writer) => {
          const picture = convolve(writer, "x", [24, 3, 3, 3]);
          return writer.node("Transpose", [writer.node("Relu", [picture])], { perm: [0, 2, 3, 1] });
        },
        [1, side, side, 24],
      ),
    ],
    [
      "a sum binds it to one that something else made",
      network(
        (writer) => {
          const wide = writer.node("Concat", ["x", "x", "x", "x"], { axis: 1 });
          return convolve(writer, writer.node("Add", [convolve(writer, "x", [12, 3, 1, 1]), wide]), [16, 12, 1, 1]);
        },
        [1, 16, side, side],
      ),
    ],
    ["the blocks are whole already", network((writer) => convolve(writer, "x", [16, 3, 3, 3]), [1, 16, side, side])],
  ])("is left alone, to the byte, where %s", (_, onnx) => {
    expect(padChannels(onnx)).toBe(onnx);
  });
});
