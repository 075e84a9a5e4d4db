import type { Frames } from "./bytes.js";
import { allHold } from "./conditions.js";
import type { BleAdapterProfile, CameraProfile } from "./schema.js";

/** Whether an adapter or a camera is what its numbers claim, by what it answers. A clone seldom answers the same. */
export const answersAs = ({ answers }: Pick<BleAdapterProfile | CameraProfile, "answers">, frames: Frames): boolean =>
  allHold(answers, frames);
