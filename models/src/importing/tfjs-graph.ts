import * as z from "zod";
import { ModelsError } from "../models-error.js";
import { readTfjsWeights, type TfjsConstant, TfjsWeight } from "./tfjs-weights.js";

const Attribute = z.looseObject({
  s: z.string().optional(),
  list: z.looseObject({ i: z.array(z.string()).optional(), s: z.array(z.string()).optional() }).optional(),
});

const GraphNode = z.looseObject({
  name: z.string(),
  op: z.string(),
  input: z.array(z.string()).optional(),
  attr: z.record(z.string(), z.unknown()).optional(),
});

const Signature = z.looseObject({
  inputs: z.record(z.string(), z.looseObject({ name: z.string() })).optional(),
  outputs: z.record(z.string(), z.looseObject({ name: z.string() })),
});

const TfjsModel = z.looseObject({
  format: z.literal("graph-model"),
  signature: Signature.optional(),
  userDefinedMetadata: z.looseObject({ signature: Signature.optional() }).optional(),
  modelTopology: z.looseObject({ node: z.array(GraphNode).max(5000) }),
  weightsManifest: z.array(z.looseObject({ weights: z.array(TfjsWeight).max(5000) })).length(1),
});

export interface TfjsNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly attributes: TfjsAttributes;
}

/** The few kinds of attribute that the face graphs use, read on demand; text is base64 in the file. */
export interface TfjsAttributes {
  integers(name: string): readonly number[];
  text(name: string): string;
  texts(name: string): readonly string[];
}

export interface TfjsGraph {
  readonly nodes: readonly TfjsNode[];
  readonly constants: ReadonlyMap<string, TfjsConstant>;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Reads a tfjs graph model (its JSON and the one weights file beside it); refuses with `graph-unsupported`. */
export function readTfjsGraph(json: Uint8Array, weights: Uint8Array, file: string): TfjsGraph {
  const parsed = TfjsModel.safeParse(JSON.parse(new TextDecoder().decode(json)));
  if (!parsed.success) {
    throw new ModelsError("graph-unsupported", `not a tfjs graph model: ${z.prettifyError(parsed.error)}`, { file });
  }
  const model = parsed.data;
  const signature = model.signature ?? model.userDefinedMetadata?.signature;
  if (signature === undefined) throw new ModelsError("graph-unsupported", "the graph names no outputs", { file });
  const nodes = model.modelTopology.node.map(
    (node): TfjsNode => ({
      name: node.name,
      op: node.op,
      inputs: (node.input ?? []).map(withoutPort),
      attributes: attributesOf(node.attr ?? {}),
    }),
  );
  return {
    nodes,
    constants: readTfjsWeights(model.weightsManifest[0]?.weights ?? [], weights, file),
    inputs: nodes.filter((node) => node.op === "Placeholder").map((node) => node.name),
    outputs: Object.values(signature.outputs)
      .map((output) => withoutPort(output.name))
      .sort(),
  };
}

function withoutPort(name: string): string {
  return name.replace(/:0$/, "");
}

function attributesOf(raw: Readonly<Record<string, unknown>>): TfjsAttributes {
  const read = (name: string) => Attribute.safeParse(raw[name]).data;
  const decode = (text: string) => Buffer.from(text, "base64").toString("latin1");
  return {
    integers: (name) => (read(name)?.list?.i ?? []).map(Number),
    text: (name) => decode(read(name)?.s ?? ""),
    texts: (name) => (read(name)?.list?.s ?? []).map(decode),
  };
}
