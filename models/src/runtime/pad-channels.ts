import onnxProto from "onnx-proto";

const { onnx } = onnxProto;

type Graph = onnxProto.onnx.IGraphProto;
type Node = onnxProto.onnx.INodeProto;
type Constant = onnxProto.onnx.ITensorProto;

// onnxruntime keeps pictures in blocks of this many channels where the processor has AVX-512, and of 8 where it has not.
const block = 16;

/**
 * Gives the pictures inside a network whole blocks of channels, the added ones always nought, and lets a convolution add
 * the channels that a `Pad` added; both leave its numbers as they are. onnxruntime computes whole blocks anyway, but
 * otherwise takes a picture out of its blocked layout and back for each sum and each rectifier. A network in which
 * nothing can be helped is given back as it is.
 */
export function padChannels(bytes: Uint8Array): Uint8Array {
  const model = onnx.ModelProto.decode(bytes);
  if (!model.graph) return bytes;
  return new ChannelPadding(model.graph).run() ? onnx.ModelProto.encode(model).finish() : bytes;
}

class ChannelPadding {
  readonly #graph: Graph;
  readonly #constants: Map<string, Constant>;
  /** Channels of each picture, as the network was made. */
  readonly #channels = new Map<string, number>();
  #fixed: ReadonlySet<string> = new Set();

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#constants = new Map((graph.initializer ?? []).map((tensor) => [tensor.name ?? "", tensor]));
  }

  run(): boolean {
    const nodes = this.#graph.node ?? [];
    for (const node of nodes) {
      const channels = this.#channelsAfter(node);
      if (channels !== undefined) this.#channels.set(outputOf(node), channels);
    }
    this.#fixed = this.#fixedPictures(nodes);
    const grows = [...this.#channels].some(([picture, channels]) => this.#padded(picture) !== channels);
    const widens = nodes.some((node) => node.opType === "Pad" && this.#channels.has(outputOf(node)));
    if (!grows && !widens) return false;
    for (const node of nodes) this.#rewrite(node);
    const read = new Set(nodes.flatMap((node) => node.input ?? []));
    this.#graph.initializer = [...this.#constants.values()].filter(({ name }) => read.has(name ?? ""));
    return true;
  }

  #channelsAfter(node: Node): number | undefined {
    const [input = "", second = ""] = node.input ?? [];
    const before = this.#channels.get(input);
    switch (node.opType) {
      case "Conv":
        return this.#constants.get(second)?.dims?.map(Number)[0];
      case "Relu":
      case "MaxPool":
      case "AveragePool":
      case "Add":
        return before;
      case "Mul": {
        const sides = this.#constants.get(second)?.dims?.map(Number) ?? [];
        return sides.length === 3 && sides[0] === before && sides[1] === 1 && sides[2] === 1 ? before : undefined;
      }
      case "Pad": {
        const pads = this.#integers(second);
        const added = pads[5] ?? 0;
        const channelsOnly = pads.length === 8 && pads.every((pad, axis) => axis === 5 || pad === 0);
        return channelsOnly && before !== undefined ? before + added : undefined;
      }
      default:
        return undefined;
    }
  }

  /** Pictures that something else reads or makes, and those that must have as many channels as one of them. */
  #fixedPictures(nodes: readonly Node[]): ReadonlySet<string> {
    const fixed = new Set((this.#graph.output ?? []).map(({ name }) => name ?? ""));
    const isFixed = (picture: string) => fixed.has(picture) || !this.#channels.has(picture);
    for (let before = -1; before !== fixed.size; ) {
      before = fixed.size;
      for (const node of nodes) {
        const output = outputOf(node);
        const inputs = (node.input ?? []).slice(0, node.opType === "Add" ? 2 : 1);
        const bound = node.opType === "Conv" && groupsOf(node) === 1 ? [] : [...inputs, output];
        if (!this.#channels.has(output)) for (const input of node.input ?? []) fixed.add(input);
        else if (bound.some(isFixed)) for (const picture of bound) fixed.add(picture);
      }
    }
    return fixed;
  }

  #padded(picture: string): number | undefined {
    const channels = this.#channels.get(picture);
    if (channels === undefined || this.#fixed.has(picture)) return channels;
    return Math.ceil(channels / block) * block;
  }

  #rewrite(node: Node): void {
    const [input = "", second = "", third] = node.input ?? [];
    const output = this.#padded(outputOf(node));
    if (output === undefined) return;
    if (node.opType === "Conv") {
      const depthwise = groupsOf(node) > 1;
      const [, inside = 1] = this.#constants.get(second)?.dims?.map(Number) ?? [];
      const weights = this.#grow(second, [output, depthwise ? inside : (this.#padded(input) ?? inside)]);
      node.input = [input, weights, ...(third === undefined ? [] : [this.#grow(third, [output])])];
      const group = node.attribute?.find(({ name }) => name === "group");
      if (depthwise && group) group.i = output;
    } else if (node.opType === "Mul") {
      node.input = [input, this.#grow(second, [output])];
    } else if (node.opType === "Pad") {
      node.opType = "Conv";
      node.attribute = [];
      node.input = [input, this.#identity(`${outputOf(node)}/identity`, output, this.#padded(input) ?? output)];
    }
  }

  /** The weights of a convolution that hands on what it is given and adds channels of nought. */
  #identity(name: string, after: number, before: number): string {
    const weights = new Float32Array(after * before);
    for (let channel = 0; channel < Math.min(after, before); channel++) weights[channel * before + channel] = 1;
    const dataType = onnx.TensorProto.DataType.FLOAT;
    return this.#keep({ name, dims: [after, before, 1, 1], dataType, rawData: new Uint8Array(weights.buffer) });
  }

  /** The name of a constant whose first axes are made as long as these, with noughts. */
  #grow(name: string, sides: readonly number[]): string {
    const tensor = this.#constants.get(name);
    const dims = tensor?.dims?.map(Number) ?? [];
    if (!tensor?.rawData || sides.every((side, axis) => side === dims[axis])) return name;
    const grown = dims.map((side, axis) => sides[axis] ?? side);
    const bytesOf = (axes: readonly number[]) => axes.slice(1).reduce((product, side) => product * side, 4);
    const rawData = new Uint8Array((grown[0] ?? 0) * bytesOf(grown));
    for (let row = 0; row < (dims[0] ?? 0); row++) {
      const from = row * bytesOf(dims);
      rawData.set(tensor.rawData.subarray(from, from + bytesOf(dims)), row * bytesOf(grown));
    }
    return this.#keep({ ...tensor, name: `${name}/${grown.join("x")}`, dims: grown, rawData });
  }

  #keep(tensor: Constant): string {
    const name = tensor.name ?? "";
    this.#constants.set(name, tensor);
    return name;
  }

  #integers(name: string): readonly number[] {
    const { dataType, rawData } = this.#constants.get(name) ?? {};
    if (dataType !== onnx.TensorProto.DataType.INT64 || !rawData) return [];
    const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
    return Array.from({ length: rawData.byteLength / 8 }, (_, i) => Number(view.getBigInt64(i * 8, true)));
  }
}

function outputOf(node: Node): string {
  return node.output?.[0] ?? "";
}

function groupsOf(node: Node): number {
  return Number(node.attribute?.find(({ name }) => name === "group")?.i ?? 1);
}
