import onnxProto from "onnx-proto";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { OnnxWriter } from "../importing/onnx-writer.js";
import { spellOutPrelu } from "./spell-out-prelu.js";

const shape = [1, 2, 2, 2];

function network(activation: (writer: OnnxWriter) => void): Uint8Array {
  const writer = new OnnxWriter();
  activation(writer);
  const port = (name: string) => ({ name, shape });
  return writer.write({ name: "test", producer: "test", inputs: [port("x")], outputs: [port("y")] });
}

const withPrelu = network((writer) => {
  writer.node("PRelu", ["x", writer.constant([2, 1, 1], Float32Array.of(0.25, -2))], {}, "y");
});
const withRelu = network((writer) => writer.node("Relu", ["x"], {}, "y"));

async function run(onnx: Uint8Array): Promise<readonly number[]> {
  const session = await InferenceSession.create(onnx);
  const { y } = await session.run({ x: new Tensor("float32", Float32Array.of(-4, 4, -1, 1, -3, 3, 0, 5), shape) });
  await session.release();
  if (!(y?.data instanceof Float32Array)) throw new Error("the network gave no float32");
  return [...y.data];
}

function operatorsOf(onnx: Uint8Array): readonly string[] {
  return (onnxProto.onnx.ModelProto.decode(onnx).graph?.node ?? []).map(({ opType }) => opType ?? "");
}

describe("a PReLU that is spelled out", () => {
  it("gives the numbers of the operator", async () => {
    const spelled = spellOutPrelu(withPrelu);
    expect(operatorsOf(spelled)).toEqual(["Relu", "Mul", "Mul", "Add"]);
    expect(await run(spelled)).toEqual([-1, 4, -0.25, 1, 6, 3, 0, 5]);
    expect(await run(withPrelu)).toEqual([-1, 4, -0.25, 1, 6, 3, 0, 5]);
  });

  it("hands its factor on to the convolutions that alone read it, whole or by channel", async () => {
    const read = network((writer) => {
      const slopes = writer.constant([2, 1, 1], Float32Array.of(0.25, 1));
      const bent = writer.node("PRelu", ["x", slopes]);
      const whole = writer.constant([2, 2, 1, 1], Float32Array.of(1, 2, 3, 4));
      const byChannel = writer.constant([2, 1, 1, 1], Float32Array.of(10, 100));
      const one = writer.node("Conv", [bent, whole], { group: 1 });
      writer.node("Add", [one, writer.node("Conv", [bent, byChannel], { group: 2 })], {}, "y");
    });
    const spelled = spellOutPrelu(read);
    expect(operatorsOf(spelled)).toEqual(["Relu", "Mul", "Add", "Conv", "Conv", "Add"]);
    // By hand: the PReLU gives -1, 4, -0.25, 1 and -3, 3, 0, 5.
    const expected = [-17, 50, -2.75, 21, -315, 324, -0.75, 523];
    for (const [index, value] of (await run(spelled)).entries()) expect(value).toBeCloseTo(expected[index] ?? 0, 3);
    expect(await run(read)).toEqual(expected);
  });

  it("leaves a network without one alone, to the byte", () => {
    expect(spellOutPrelu(withRelu)).toBe(withRelu);
  });
});
