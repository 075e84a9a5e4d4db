import { describe, expect, it } from "vitest";
import { findSpelledPrelus } from "./prelu-repair.js";
import type { TfjsGraph, TfjsNode } from "./tfjs-graph.js";

function node(name: string, op: string, inputs: readonly string[], fused: readonly string[] = []): TfjsNode {
  const attributes = { integers: () => [], text: () => "", texts: () => fused };
  return { name, op, inputs, attributes };
}

function graphOf(nodes: readonly TfjsNode[]): TfjsGraph {
  const constants = new Map([["half", { shape: [2], data: Float32Array.of(-0.25, 0.5) }]]);
  return { nodes, constants, inputs: ["x"], outputs: ["sum"] };
}

const tail = [node("abs", "Abs", ["conv"]), node("sub", "Sub", ["conv", "abs"]), node("mul", "Mul", ["sub", "half"])];

describe("the spelled-out PReLU", () => {
  it("is found with slopes of the right sign", () => {
    const graph = graphOf([
      node("conv", "_FusedConv2D", ["x"]),
      node("relu", "Relu", ["conv"]),
      ...tail,
      node("sum", "Add", ["relu", "mul"]),
    ]);
    expect(findSpelledPrelus(graph)).toEqual([
      {
        result: "sum",
        input: "conv",
        slopes: { shape: [2], data: Float32Array.of(0.5, -1) },
        fusedRelu: undefined,
      },
    ]);
  });

  it("is found where its ReLU was fused into the convolution, and says so", () => {
    const conv = node("conv", "FusedDepthwiseConv2dNative", ["x"], ["BiasAdd", "Relu"]);
    const [found] = findSpelledPrelus(graphOf([conv, ...tail, node("sum", "Add", ["conv", "mul"])]));
    expect(found).toMatchObject({ result: "sum", input: "conv", fusedRelu: "conv" });
  });

  it("is not seen in an ordinary sum", () => {
    const graph = graphOf([node("conv", "_FusedConv2D", ["x"]), ...tail, node("sum", "Add", ["conv", "mul"])]);
    expect(findSpelledPrelus(graph)).toEqual([]);
  });
});
