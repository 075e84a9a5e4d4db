import type { OnnxWriter } from "./onnx-writer.js";

/**
 * A tensor while a graph is being converted. `shape` is always as TensorFlow sees it (NHWC for pictures);
 * `channelsFirst` says that the ONNX value is laid out NCHW, as ONNX convolutions want it.
 */
export interface TensorValue {
  readonly id: string;
  readonly shape: readonly number[];
  readonly channelsFirst: boolean;
}

export function toChannelsFirst(writer: OnnxWriter, value: TensorValue): TensorValue {
  if (value.channelsFirst || value.shape.length !== 4) return value;
  return { ...value, id: writer.node("Transpose", [value.id], { perm: [0, 3, 1, 2] }), channelsFirst: true };
}

export function toChannelsLast(writer: OnnxWriter, value: TensorValue): TensorValue {
  if (!value.channelsFirst) return value;
  return { ...value, id: writer.node("Transpose", [value.id], { perm: [0, 2, 3, 1] }), channelsFirst: false };
}

/** Reorders a constant's axes; `axes[i]` is the old axis that becomes axis i. */
export function permute(data: ArrayLike<number>, shape: readonly number[], axes: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * side, 1));
  const sides = axes.map((axis) => shape[axis] ?? 1);
  const steps = axes.map((axis) => strides[axis] ?? 1);
  const last = sides.length - 1;
  const [run, runStep] = [sides[last] ?? 1, steps[last] ?? 1];
  const result = new Float32Array(data.length);
  const counter = sides.map(() => 0);
  let from = 0;
  for (let to = 0; to < result.length; to += run) {
    for (let i = 0; i < run; i++) result[to + i] = data[from + i * runStep] ?? 0;
    for (let axis = last - 1; axis >= 0; axis--) {
      const next = (counter[axis] ?? 0) + 1;
      from += steps[axis] ?? 0;
      if (next < (sides[axis] ?? 1)) {
        counter[axis] = next;
        break;
      }
      from -= (sides[axis] ?? 1) * (steps[axis] ?? 0);
      counter[axis] = 0;
    }
  }
  return result;
}

/** TensorFlow's padding of one axis, as [before, after]; SAME puts the odd one after. */
export function paddingOf(kind: string, side: number, kernel: number, stride: number): readonly [number, number] {
  if (kind === "VALID") return [0, 0];
  const total = Math.max(0, (Math.ceil(side / stride) - 1) * stride + kernel - side);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** The side that remains after a window has passed over a padded axis. */
export function windowedSide(side: number, kernel: number, stride: number, pads: readonly [number, number]): number {
  return Math.floor((side + pads[0] + pads[1] - kernel) / stride) + 1;
}
