import { ModelsError } from "../models-error.js";
import type { OnnxWriter } from "./onnx-writer.js";
import { paddingOf, permute, type TensorValue, toChannelsFirst, windowedSide } from "./tensor-value.js";
import type { TfjsNode } from "./tfjs-graph.js";
import type { TfjsConstant } from "./tfjs-weights.js";

interface WindowPlan {
  readonly shape: readonly number[];
  readonly attributes: Readonly<Record<string, readonly number[]>>;
}

function planWindow(
  node: TfjsNode,
  input: TensorValue,
  kernel: readonly [number, number],
  channels: number,
): WindowPlan {
  const [batch = 1, height = 0, width = 0] = input.shape;
  const [, strideY = 1, strideX = 1] = node.attributes.integers("strides");
  const kind = node.attributes.text("padding");
  const y = paddingOf(kind, height, kernel[0], strideY);
  const x = paddingOf(kind, width, kernel[1], strideX);
  return {
    shape: [batch, windowedSide(height, kernel[0], strideY, y), windowedSide(width, kernel[1], strideX, x), channels],
    attributes: { kernel_shape: kernel, strides: [strideY, strideX], pads: [y[0], x[0], y[1], x[1]] },
  };
}

export interface ConvolutionParts {
  readonly input: TensorValue;
  readonly weights: TfjsConstant;
  readonly bias: TfjsConstant | undefined;
}

/** Conv2D and its depthwise form, NHWC and HWIO, to ONNX's Conv, NCHW and OIHW; dilation is not in use and refused. */
export function convertConvolution(writer: OnnxWriter, node: TfjsNode, parts: ConvolutionParts): TensorValue {
  if (node.attributes.integers("dilations").some((dilation) => dilation !== 1)) {
    throw new ModelsError("graph-unsupported", `${node.op} ${node.name} is dilated`);
  }
  const input = toChannelsFirst(writer, parts.input);
  const depthwise = node.op.includes("Depthwise");
  const [kernelY = 0, kernelX = 0, inChannels = 0, last = 0] = parts.weights.shape;
  const channels = depthwise ? inChannels * last : last;
  const { shape, attributes } = planWindow(node, input, [kernelY, kernelX], channels);
  const weights = depthwise
    ? writer.constant([channels, 1, kernelY, kernelX], permute(parts.weights.data, parts.weights.shape, [2, 3, 0, 1]))
    : writer.constant(
        [last, inChannels, kernelY, kernelX],
        permute(parts.weights.data, parts.weights.shape, [3, 2, 0, 1]),
      );
  const inputs = [input.id, weights];
  if (parts.bias !== undefined) inputs.push(writer.constant(parts.bias.shape, Float32Array.from(parts.bias.data)));
  const id = writer.node("Conv", inputs, { ...attributes, group: depthwise ? inChannels : 1 });
  return { id, shape, channelsFirst: true };
}

export function convertMaxPool(writer: OnnxWriter, node: TfjsNode, value: TensorValue): TensorValue {
  const input = toChannelsFirst(writer, value);
  const [, kernelY = 1, kernelX = 1] = node.attributes.integers("ksize");
  const { shape, attributes } = planWindow(node, input, [kernelY, kernelX], input.shape[3] ?? 0);
  return { id: writer.node("MaxPool", [input.id], attributes), shape, channelsFirst: true };
}

/** Zero padding by a constant [[before, after], …] in NHWC order. */
export function convertPad(writer: OnnxWriter, value: TensorValue, paddings: TfjsConstant): TensorValue {
  const input = toChannelsFirst(writer, value);
  const before = input.shape.map((_, axis) => paddings.data[axis * 2] ?? 0);
  const after = input.shape.map((_, axis) => paddings.data[axis * 2 + 1] ?? 0);
  const order = input.channelsFirst ? [0, 3, 1, 2] : input.shape.map((_, axis) => axis);
  const pads = [...order.map((axis) => before[axis] ?? 0), ...order.map((axis) => after[axis] ?? 0)];
  const shape = input.shape.map((side, axis) => side + (before[axis] ?? 0) + (after[axis] ?? 0));
  return { ...input, id: writer.node("Pad", [input.id, writer.integers(pads)]), shape };
}

/** PReLU whose slopes are given for the last axes of an NHWC tensor. */
export function convertPrelu(writer: OnnxWriter, input: TensorValue, slopes: TfjsConstant): TensorValue {
  const three = [...[1, 1, 1].slice(slopes.shape.length), ...slopes.shape];
  const [height = 1, width = 1, channels = 1] = three;
  const slope = input.channelsFirst
    ? writer.constant([channels, height, width], permute(slopes.data, three, [2, 0, 1]))
    : writer.constant(slopes.shape, Float32Array.from(slopes.data));
  return { ...input, id: writer.node("PRelu", [input.id, slope]) };
}
