import onnxProto from "onnx-proto";

const { onnx } = onnxProto;

type Attribute = number | string | readonly number[];

export interface TensorConstant {
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

export interface GraphPort {
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * Collects nodes and constants and writes them as an ONNX model of opset 13.
 * The same calls in the same order give the same bytes, so that a hash can stand for the result.
 */
export class OnnxWriter {
  readonly #nodes: InstanceType<typeof onnx.NodeProto>[] = [];
  readonly #constants = new Map<string, TensorConstant>();
  #fresh = 0;

  /** Adds a node with one output and returns that output's name. */
  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    output?: string,
  ): string {
    const name = output ?? `v${this.#fresh++}`;
    this.#nodes.push(
      onnx.NodeProto.create({
        name,
        opType: op,
        input: [...inputs],
        output: [name],
        attribute: Object.entries(attributes).map(([key, value]) => attributeOf(key, value)),
      }),
    );
    return name;
  }

  constant(shape: readonly number[], data: Float32Array): string {
    return this.#keep({ shape, data });
  }

  integers(values: readonly number[]): string {
    return this.#keep({ shape: [values.length], data: BigInt64Array.from(values, BigInt) });
  }

  #keep(constant: TensorConstant): string {
    const name = `c${this.#constants.size}`;
    this.#constants.set(name, constant);
    return name;
  }

  /** The finished model; `producer` names the importer, never a time or a machine. */
  write(graph: {
    readonly name: string;
    readonly producer: string;
    readonly inputs: readonly GraphPort[];
    readonly outputs: readonly GraphPort[];
  }): Uint8Array {
    const model = onnx.ModelProto.create({
      irVersion: 8,
      producerName: graph.producer,
      opsetImport: [{ domain: "", version: 13 }],
      graph: {
        name: graph.name,
        node: this.#nodes,
        initializer: [...this.#constants].map(([name, { shape, data }]) => ({
          name,
          dims: [...shape],
          dataType: data instanceof Float32Array ? onnx.TensorProto.DataType.FLOAT : onnx.TensorProto.DataType.INT64,
          rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
        })),
        input: graph.inputs.map(portOf),
        output: graph.outputs.map(portOf),
      },
    });
    return onnx.ModelProto.encode(model).finish();
  }
}

function attributeOf(name: string, value: Attribute) {
  const { INT, INTS, STRING } = onnx.AttributeProto.AttributeType;
  if (typeof value === "number") return { name, type: INT, i: value };
  if (typeof value === "string") return { name, type: STRING, s: new TextEncoder().encode(value) };
  return { name, type: INTS, ints: [...value] };
}

function portOf({ name, shape }: GraphPort) {
  const elemType = onnx.TensorProto.DataType.FLOAT;
  return { name, type: { tensorType: { elemType, shape: { dim: shape.map((dimValue) => ({ dimValue })) } } } };
}
