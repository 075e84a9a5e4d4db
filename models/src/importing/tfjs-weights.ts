import * as z from "zod";
import { ModelsError } from "../models-error.js";

const Quantization = z.discriminatedUnion("dtype", [
  z.strictObject({ dtype: z.literal("float16"), original_dtype: z.literal("float32") }),
  z.strictObject({ dtype: z.literal("uint8"), scale: z.number(), min: z.number() }),
]);

/** One entry of a tfjs weights manifest; the values of all entries stand one after the other in the weights file. */
export const TfjsWeight = z.strictObject({
  name: z.string(),
  shape: z.array(z.number().int().nonnegative()).max(6),
  dtype: z.enum(["float32", "int32"]),
  quantization: Quantization.optional(),
});

type TfjsWeight = z.infer<typeof TfjsWeight>;

export interface TfjsConstant {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** Reads the values that a manifest names, quantised ones made whole again; refuses a short file with `graph-unsupported`. */
export function readTfjsWeights(
  manifest: readonly TfjsWeight[],
  weights: Uint8Array,
  file: string,
): ReadonlyMap<string, TfjsConstant> {
  const view = new DataView(weights.buffer, weights.byteOffset, weights.byteLength);
  const constants = new Map<string, TfjsConstant>();
  let offset = 0;
  for (const weight of manifest) {
    const count = weight.shape.reduce((product, side) => product * side, 1);
    const { width, read } = storageOf(weight);
    if (offset + count * width > weights.byteLength) {
      throw new ModelsError("graph-unsupported", "the weights file is shorter than its manifest", { file });
    }
    const data = weight.dtype === "int32" ? new Int32Array(count) : new Float32Array(count);
    for (let i = 0; i < count; i++) data[i] = read(view, offset + i * width);
    offset += count * width;
    constants.set(weight.name, { shape: weight.shape, data });
  }
  return constants;
}

interface Storage {
  readonly width: number;
  readonly read: (view: DataView, at: number) => number;
}

function storageOf({ dtype, quantization }: TfjsWeight): Storage {
  switch (quantization?.dtype) {
    case "float16":
      return { width: 2, read: (view, at) => halfToFloat(view.getUint16(at, true)) };
    case "uint8":
      return { width: 1, read: (view, at) => view.getUint8(at) * quantization.scale + quantization.min };
    case undefined:
      if (dtype === "int32") return { width: 4, read: (view, at) => view.getInt32(at, true) };
      return { width: 4, read: (view, at) => view.getFloat32(at, true) };
  }
}

/** IEEE 754 binary16 to a number. */
function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
