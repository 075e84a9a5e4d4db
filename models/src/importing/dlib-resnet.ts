import * as z from "zod";
import { ModelsError } from "../models-error.js";
import { OnnxWriter } from "./onnx-writer.js";
import { permute } from "./tensor-value.js";
import { readTfjsWeights, type TfjsConstant, TfjsWeight } from "./tfjs-weights.js";

const Manifest = z.array(z.looseObject({ weights: z.array(TfjsWeight).max(500) })).length(1);

/** The blocks after the first convolution, in order; one that is `down` halves the sides. */
const blocks: readonly { readonly name: string; readonly down: boolean }[] = [
  ...["conv32_1", "conv32_2", "conv32_3"].map((name) => ({ name, down: false })),
  { name: "conv64_down", down: true },
  ...["conv64_1", "conv64_2", "conv64_3"].map((name) => ({ name, down: false })),
  { name: "conv128_down", down: true },
  ...["conv128_1", "conv128_2"].map((name) => ({ name, down: false })),
  { name: "conv256_down", down: true },
  ...["conv256_1", "conv256_2"].map((name) => ({ name, down: false })),
  { name: "conv256_down_out", down: true },
];

// What dlib takes away from red, green and blue before it divides by 255.
const meanColour = [122.782, 117.001, 104.298];
const colourRange = 255;

export interface DlibPlan {
  readonly name: string;
  readonly input: { readonly name: string; readonly shape: readonly number[] };
  readonly output: { readonly name: string; readonly shape: readonly number[] };
}

/**
 * Builds dlib's face recognition network (a ResNet of 29 convolutions: D. King, 2017) as ONNX from the list of weights
 * that face-api ships, which names layers and no graph. What follows each convolution, and the subtraction of the mean
 * colour before the first, is folded into weights and bias: the input is RGB from 0 to 255, NHWC.
 * Refuses, with `graph-unsupported`, a list in which a layer is missing or has another shape.
 */
export function convertDlibResnet(json: Uint8Array, weights: Uint8Array, file: string, plan: DlibPlan): Uint8Array {
  const parsed = Manifest.safeParse(JSON.parse(new TextDecoder().decode(json)));
  if (!parsed.success) {
    throw new ModelsError("graph-unsupported", `not a list of weights: ${z.prettifyError(parsed.error)}`, { file });
  }
  const constants = readTfjsWeights(parsed.data[0]?.weights ?? [], weights, file);
  return new DlibResnet(constants, file, plan).write();
}

/** A value laid out NCHW, batch of one. */
interface Features {
  readonly id: string;
  readonly channels: number;
  readonly side: number;
}

class DlibResnet {
  readonly #constants: ReadonlyMap<string, TfjsConstant>;
  readonly #file: string;
  readonly #plan: DlibPlan;
  readonly #writer = new OnnxWriter();

  constructor(constants: ReadonlyMap<string, TfjsConstant>, file: string, plan: DlibPlan) {
    this.#constants = constants;
    this.#file = file;
    this.#plan = plan;
  }

  write(): Uint8Array {
    const { name, input, output } = this.#plan;
    const [, side = 0, , channels = 0] = input.shape;
    const picture = { id: this.#writer.node("Transpose", [input.name], { perm: [0, 3, 1, 2] }), channels, side };
    let features = this.#pool("MaxPool", this.#relu(this.#convolve(picture, "conv32_down", true, true)), 3);
    for (const block of blocks) features = this.#block(features, block.name, block.down);
    const mean = this.#writer.node("Flatten", [this.#writer.node("GlobalAveragePool", [features.id])]);
    const last = this.#constant("fc", [features.channels, output.shape[1] ?? 0]);
    this.#writer.node(
      "MatMul",
      [mean, this.#writer.constant(last.shape, Float32Array.from(last.data))],
      {},
      output.name,
    );
    const ports = { inputs: [input], outputs: [output] };
    return this.#writer.write({ name, producer: "wardkey-models", ...ports });
  }

  #block(input: Features, name: string, down: boolean): Features {
    const inner = this.#relu(this.#convolve(input, `${name}/conv1`, down));
    const outer = this.#convolve(inner, `${name}/conv2`, false);
    const shortcut = down ? this.#pool("AveragePool", input, 2) : input;
    const channels = Math.max(outer.channels, shortcut.channels);
    const side = Math.max(outer.side, shortcut.side);
    const operands = [this.#grow(outer, channels, side).id, this.#grow(shortcut, channels, side).id];
    return this.#relu({ id: this.#writer.node("Add", operands), channels, side });
  }

  /** A convolution with the scale and shift that follow it: 3x3 (7x7 for the first), a step of two where it goes down. */
  #convolve(input: Features, name: string, down: boolean, first = false): Features {
    const kernel = first ? 7 : 3;
    const channels = Number(/\d+/.exec(name)?.[0]);
    const filters = this.#constant(`${name}/conv/filters`, [kernel, kernel, input.channels, channels]);
    const bias = this.#constant(`${name}/conv/bias`, [channels]).data;
    const scale = this.#constant(`${name}/scale/weights`, [channels]).data;
    const shift = this.#constant(`${name}/scale/biases`, [channels]).data;
    const folded = new Float64Array(filters.data);
    for (let i = 0; i < folded.length; i++) folded[i] = (folded[i] ?? 0) * (scale[i % channels] ?? 0);
    const shifted = Float64Array.from(shift, (value, i) => value + (bias[i] ?? 0) * (scale[i] ?? 0));
    if (first) foldColours(folded, shifted);
    const pad = down ? 0 : 1;
    const step = down ? 2 : 1;
    const operands = [
      input.id,
      this.#writer.constant([channels, input.channels, kernel, kernel], permute(folded, filters.shape, [3, 2, 0, 1])),
      this.#writer.constant([channels], Float32Array.from(shifted)),
    ];
    const window = { kernel_shape: [kernel, kernel], strides: [step, step], pads: [pad, pad, pad, pad], group: 1 };
    const side = Math.floor((input.side + 2 * pad - kernel) / step) + 1;
    return { id: this.#writer.node("Conv", operands, window), channels, side };
  }

  #pool(kind: "MaxPool" | "AveragePool", input: Features, kernel: number): Features {
    const window = { kernel_shape: [kernel, kernel], strides: [2, 2], pads: [0, 0, 0, 0] };
    const side = Math.floor((input.side - kernel) / 2) + 1;
    return { ...input, id: this.#writer.node(kind, [input.id], window), side };
  }

  #relu(input: Features): Features {
    return { ...input, id: this.#writer.node("Relu", [input.id]) };
  }

  /** Noughts after the last channel, row and column, as dlib adds tensors of unequal size. */
  #grow(input: Features, channels: number, side: number): Features {
    if (channels === input.channels && side === input.side) return input;
    const pads = [0, 0, 0, 0, 0, channels - input.channels, side - input.side, side - input.side];
    return { id: this.#writer.node("Pad", [input.id, this.#writer.integers(pads)]), channels, side };
  }

  #constant(name: string, shape: readonly number[]): TfjsConstant {
    const constant = this.#constants.get(name);
    if (constant?.shape.join() === shape.join()) return constant;
    throw new ModelsError("graph-unsupported", `the weights ${name} are not there as ${shape.join("x")}`, {
      file: this.#file,
    });
  }
}

/** Lets filters (HWIO) and bias take colours from 0 to 255 as they are. Exact, since this convolution pads nothing. */
function foldColours(filters: Float64Array, bias: Float64Array): void {
  for (let i = 0; i < filters.length; i++) {
    const filter = i % bias.length;
    const mean = meanColour[Math.floor(i / bias.length) % meanColour.length] ?? 0;
    filters[i] = (filters[i] ?? 0) / colourRange;
    bias[filter] = (bias[filter] ?? 0) - (filters[i] ?? 0) * mean;
  }
}
