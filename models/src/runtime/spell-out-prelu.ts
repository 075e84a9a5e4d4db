import onnxProto from "onnx-proto";

const { onnx } = onnxProto;

/**
 * Writes each PReLU of a network with constant slopes s as `s x + (1 - s) relu(x)`, which gives the same numbers to
 * within rounding. onnxruntime keeps its blocked layout across Mul, Relu and Add, but leaves it and comes back for every
 * PRelu: mobilefacenet takes less than half the time this way. A network without PReLU is given back as it is.
 */
export function spellOutPrelu(bytes: Uint8Array): Uint8Array {
  const model = onnx.ModelProto.decode(bytes);
  const constants = new Map((model.graph?.initializer ?? []).map((tensor) => [tensor.name, tensor]));
  const nodes = model.graph?.node ?? [];
  const spelled = nodes.flatMap((node) => {
    const [input, slopeName] = node.input ?? [];
    const [result] = node.output ?? [];
    const slope = constants.get(slopeName ?? "");
    const raw = slope?.rawData;
    if (node.opType !== "PRelu" || !slope || !raw?.length || !input || !slopeName || !result) return [node];
    if (slope.dataType !== onnx.TensorProto.DataType.FLOAT) return [node];
    const rest = `${result}/rest`;
    const [positive, share, below] = [`${result}/relu`, `${result}/positive`, `${result}/slope`];
    model.graph?.initializer?.push({ ...slope, name: rest, rawData: oneMinus(raw) });
    return [
      nodeOf("Relu", [input], positive),
      nodeOf("Mul", [positive, rest], share),
      nodeOf("Mul", [input, slopeName], below),
      nodeOf("Add", [share, below], result),
    ];
  });
  if (!model.graph || spelled.length === nodes.length) return bytes;
  model.graph.node = spelled;
  return onnx.ModelProto.encode(model).finish();
}

function nodeOf(opType: string, input: string[], output: string) {
  return { name: output, opType, input, output: [output] };
}

function oneMinus(raw: Uint8Array): Uint8Array {
  const from = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const to = new DataView(new ArrayBuffer(raw.byteLength));
  for (let at = 0; at < raw.byteLength; at += 4) to.setFloat32(at, 1 - from.getFloat32(at, true), true);
  return new Uint8Array(to.buffer);
}
