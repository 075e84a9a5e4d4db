import type { TfjsGraph, TfjsNode } from "./tfjs-graph.js";
import type { TfjsConstant } from "./tfjs-weights.js";

/** Where a spelled-out PReLU stands in a graph: what it reads, its slopes, the node that holds its result. */
export interface SpelledPrelu {
  readonly result: string;
  readonly input: string;
  readonly slopes: TfjsConstant;
  /** The convolution into which a ReLU was fused that must not be there, if that happened. */
  readonly fusedRelu: string | undefined;
}

/**
 * Finds every `relu(x) + (x - |x|) * c`, the way in which TensorFlow graphs spell PReLU, with slopes of `2c`.
 *
 * The export of mobilefacenet in human-models 3.0.4 damaged all of its 33: the constants have the wrong sign, and in
 * the depthwise layers the ReLU was fused into the convolution that also feeds `(x - |x|)`, which is then always nought.
 * Both faults were found by comparison with an independent copy of the same network; with the slopes negated and the
 * fused ReLU taken out, the two agree to a cosine of 1.000000.
 */
export function findSpelledPrelus(graph: TfjsGraph): readonly SpelledPrelu[] {
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]));
  const found: SpelledPrelu[] = [];
  for (const add of graph.nodes) {
    if (add.op !== "Add" && add.op !== "AddV2") continue;
    const prelu = spelledPreluAt(add, nodes, graph.constants);
    if (prelu !== undefined) found.push(prelu);
  }
  return found;
}

function spelledPreluAt(
  add: TfjsNode,
  nodes: ReadonlyMap<string, TfjsNode>,
  constants: ReadonlyMap<string, TfjsConstant>,
): SpelledPrelu | undefined {
  const [positiveName = "", negativeName = ""] = add.inputs;
  const positive = nodes.get(positiveName);
  const negative = nodes.get(negativeName);
  if (positive === undefined || negative?.op !== "Mul") return undefined;
  const [differenceName = "", constantName = ""] = negative.inputs;
  const difference = nodes.get(differenceName);
  const constant = constants.get(constantName);
  if (difference?.op !== "Sub" || constant === undefined) return undefined;
  const [input = "", absoluteName = ""] = difference.inputs;
  const absolute = nodes.get(absoluteName);
  if (absolute?.op !== "Abs" || absolute.inputs[0] !== input) return undefined;

  const slopes = { shape: constant.shape, data: Float32Array.from(constant.data, (half) => -2 * half) };
  if (positive.op === "Relu" && positive.inputs[0] === input) {
    return { result: add.name, input, slopes, fusedRelu: undefined };
  }
  const fused = positive.name === input && positive.attributes.texts("fused_ops").includes("Relu");
  return fused ? { result: add.name, input, slopes, fusedRelu: input } : undefined;
}
