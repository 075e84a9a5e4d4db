import { ModelsError } from "../models-error.js";
import { convertConvolution, convertMaxPool, convertPad, convertPrelu } from "./convert-windows.js";
import { OnnxWriter } from "./onnx-writer.js";
import { findSpelledPrelus } from "./prelu-repair.js";
import { permute, type TensorValue, toChannelsFirst, toChannelsLast } from "./tensor-value.js";
import type { TfjsGraph, TfjsNode } from "./tfjs-graph.js";
import type { TfjsConstant } from "./tfjs-weights.js";

export interface ConversionPlan {
  readonly name: string;
  readonly inputShape: readonly number[];
  /** `prelu` replaces each PReLU that was spelled out, and damaged, by a real one; `none` keeps the graph as it is. */
  readonly repair: "none" | "prelu";
}

/**
 * Converts a tfjs graph with one picture as its input to ONNX (opset 13, batch of one, NHWC input kept).
 * Refuses operators that the face graphs do not use with `graph-unsupported`.
 */
export function convertGraph(graph: TfjsGraph, plan: ConversionPlan): Uint8Array {
  return new GraphConversion(graph, plan).run();
}

class GraphConversion {
  readonly #graph: TfjsGraph;
  readonly #plan: ConversionPlan;
  readonly #writer = new OnnxWriter();
  readonly #values = new Map<string, TensorValue>();

  constructor(graph: TfjsGraph, plan: ConversionPlan) {
    this.#graph = graph;
    this.#plan = plan;
  }

  run(): Uint8Array {
    const [input] = this.#graph.inputs;
    if (input === undefined || this.#graph.inputs.length !== 1) throw unsupported("a graph must have one input");
    this.#values.set(input, { id: input, shape: this.#plan.inputShape, channelsFirst: false });

    const prelus = this.#plan.repair === "prelu" ? findSpelledPrelus(this.#graph) : [];
    const preluAt = new Map(prelus.map((prelu) => [prelu.result, prelu]));
    const withoutRelu = new Set(prelus.flatMap((prelu) => prelu.fusedRelu ?? []));
    for (const node of inOrder(this.#graph, preluAt)) {
      const prelu = preluAt.get(node.name);
      const value =
        prelu === undefined
          ? this.#convert(node, withoutRelu.has(node.name))
          : convertPrelu(this.#writer, this.#value(prelu.input), prelu.slopes);
      this.#values.set(node.name, value);
    }

    const outputs = this.#graph.outputs.map((name) => {
      const value = toChannelsLast(this.#writer, this.#value(name));
      this.#writer.node("Identity", [value.id], {}, name);
      return { name, shape: value.shape };
    });
    const inputs = [{ name: input, shape: this.#plan.inputShape }];
    return this.#writer.write({ name: this.#plan.name, producer: "wardkey-models", inputs, outputs });
  }

  #convert(node: TfjsNode, dropRelu: boolean): TensorValue {
    switch (node.op) {
      case "_FusedConv2D":
      case "DepthwiseConv2dNative":
      case "FusedDepthwiseConv2dNative": {
        const [input = "", weights = "", bias] = node.inputs;
        const convolved = convertConvolution(this.#writer, node, {
          input: this.#value(input),
          weights: this.#constant(weights),
          bias: bias === undefined ? undefined : this.#constant(bias),
        });
        return this.#activate(node, convolved, dropRelu);
      }
      case "_FusedMatMul": {
        const [input = "", weights = "", bias = ""] = node.inputs;
        const matrix = this.#constant(weights);
        const operands = [this.#value(input).id, this.#keep(matrix), this.#keep(this.#constant(bias))];
        const shape = [this.#value(input).shape[0] ?? 1, matrix.shape[1] ?? 0];
        return this.#activate(node, { id: this.#writer.node("Gemm", operands), shape, channelsFirst: false }, dropRelu);
      }
      case "MaxPool":
        return convertMaxPool(this.#writer, node, this.#input(node, 0));
      case "Pad":
        return convertPad(this.#writer, this.#input(node, 0), this.#constant(node.inputs[1] ?? ""));
      case "Prelu":
        return convertPrelu(this.#writer, this.#input(node, 0), this.#constant(node.inputs[1] ?? ""));
      case "Add":
      case "AddV2":
        return this.#elementwise("Add", node);
      case "Sub":
      case "Mul":
        return this.#elementwise(node.op, node);
      case "Maximum":
        return this.#elementwise("Max", node);
      case "Relu":
      case "Abs":
      case "Sigmoid":
      case "Identity":
        return this.#unary(node.op, this.#input(node, 0));
      case "Square": {
        const input = this.#input(node, 0);
        return { ...input, id: this.#writer.node("Mul", [input.id, input.id]) };
      }
      case "Rsqrt":
        return this.#unary("Reciprocal", this.#unary("Sqrt", this.#input(node, 0)));
      case "Softmax": {
        const input = toChannelsLast(this.#writer, this.#input(node, 0));
        return { ...input, id: this.#writer.node("Softmax", [input.id], { axis: input.shape.length - 1 }) };
      }
      case "Sum": {
        const input = toChannelsLast(this.#writer, this.#input(node, 0));
        const axes = [...this.#constant(node.inputs[1] ?? "").data];
        const summed = axes.map((axis) => (axis + input.shape.length) % input.shape.length);
        const id = this.#writer.node("ReduceSum", [input.id, this.#writer.integers(summed)], { keepdims: 1 });
        return { ...input, id, shape: input.shape.map((side, axis) => (summed.includes(axis) ? 1 : side)) };
      }
      case "Squeeze": {
        const axes = node.attributes.integers("squeeze_dims");
        const input = this.#input(node, 0);
        return this.#reshape(
          input,
          input.shape.filter((_, axis) => !axes.includes(axis)),
        );
      }
      case "Reshape": {
        const input = this.#input(node, 0);
        const wanted = [...this.#constant(node.inputs[1] ?? "").data];
        const total = input.shape.reduce((product, side) => product * side, 1);
        const known = wanted.filter((side) => side > 0).reduce((product, side) => product * side, 1);
        return this.#reshape(
          input,
          wanted.map((side) => (side > 0 ? side : total / known)),
        );
      }
      default:
        throw unsupported(`operator ${node.op} at ${node.name}`);
    }
  }

  #activate(node: TfjsNode, value: TensorValue, dropRelu: boolean): TensorValue {
    let result = value;
    for (const fused of node.attributes.texts("fused_ops")) {
      if (fused === "BiasAdd" || (fused === "Relu" && dropRelu)) continue;
      if (fused === "Relu") result = this.#unary("Relu", result);
      else if (fused === "Prelu") result = convertPrelu(this.#writer, result, this.#constant(node.inputs[3] ?? ""));
      else throw unsupported(`fused ${fused} at ${node.name}`);
    }
    return result;
  }

  #unary(op: string, input: TensorValue): TensorValue {
    return { ...input, id: this.#writer.node(op, [input.id]) };
  }

  #reshape(value: TensorValue, shape: readonly number[]): TensorValue {
    const input = toChannelsLast(this.#writer, value);
    return { ...input, id: this.#writer.node("Reshape", [input.id, this.#writer.integers(shape)]), shape };
  }

  #elementwise(op: string, node: TfjsNode): TensorValue {
    const [firstName = "", secondName = ""] = node.inputs;
    const constant = this.#graph.constants.get(secondName);
    const first = this.#value(firstName);
    if (constant !== undefined) {
      const [last = 1] = constant.shape.slice(-1);
      if (constant.shape.length > 1) throw unsupported(`a constant of rank ${constant.shape.length} at ${node.name}`);
      const shape = first.channelsFirst ? [last, 1, 1] : constant.shape;
      return {
        ...first,
        id: this.#writer.node(op, [first.id, this.#writer.constant(shape, Float32Array.from(constant.data))]),
      };
    }
    const second = this.#value(secondName);
    const aligned = first.channelsFirst ? toChannelsFirst(this.#writer, second) : toChannelsLast(this.#writer, second);
    return { ...first, id: this.#writer.node(op, [first.id, aligned.id]) };
  }

  #keep(constant: TfjsConstant): string {
    const axes = constant.shape.map((_, axis) => axis);
    return this.#writer.constant(constant.shape, permute(constant.data, constant.shape, axes));
  }

  #input(node: TfjsNode, index: number): TensorValue {
    return this.#value(node.inputs[index] ?? "");
  }

  #value(name: string): TensorValue {
    const value = this.#values.get(name);
    if (value === undefined) throw unsupported(`nothing gives the tensor ${name}`);
    return value;
  }

  #constant(name: string): TfjsConstant {
    const constant = this.#graph.constants.get(name);
    if (constant === undefined) throw unsupported(`${name} is not a constant`);
    return constant;
  }
}

/** The nodes that the outputs need, each after what it reads; a repaired PReLU reads its input alone. */
function inOrder(graph: TfjsGraph, preluAt: ReadonlyMap<string, { readonly input: string }>): readonly TfjsNode[] {
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]));
  const ordered = new Set<TfjsNode>();
  const visit = (name: string): void => {
    const node = nodes.get(name);
    if (node === undefined || ordered.has(node) || node.op === "Const" || node.op === "Placeholder") return;
    const prelu = preluAt.get(name);
    for (const input of prelu === undefined ? node.inputs : [prelu.input]) visit(input);
    ordered.add(node);
  };
  for (const output of graph.outputs) visit(output);
  return [...ordered];
}

function unsupported(what: string): ModelsError {
  return new ModelsError("graph-unsupported", what);
}
