import { bytesOf, type Frames } from "./bytes.js";
import type { Condition } from "./schema.js";

/** Whether all of them hold. An answer that is missing or too short fulfils none. */
export const allHold = (conditions: readonly Condition[], frames: Frames): boolean =>
  conditions.every((condition) => holds(condition, frames));

function holds(condition: Condition, frames: Frames): boolean {
  const frame = frames[condition.of];
  if (frame === undefined) return false;
  if ("atLeast" in condition) return frame.length >= condition.atLeast;
  if ("xorFrom" in condition) {
    const { at, xorFrom, xorTo } = condition;
    if (xorTo > frame.length || at >= frame.length) return false;
    return frame.subarray(xorFrom, xorTo).reduce((sum, byte) => sum ^ byte, 0) === frame[at];
  }
  const wanted = bytesOf("is" in condition ? condition.is : condition.isNot);
  if (condition.at + wanted.length > frame.length) return false;
  const mask = condition.mask === undefined ? null : bytesOf(condition.mask);
  const same = wanted.every((byte, index) => {
    const bits = mask?.[index] ?? 0xff;
    return ((frame[condition.at + index] ?? 0) & bits) === (byte & bits);
  });
  return "is" in condition ? same : !same;
}
