import { type Duration, milliseconds } from "@wardkey/protocol";
import type { Steps } from "../domain/steps.js";

/** Nobody waits longer than about this for a computation that is longer. */
const SLICE: Duration = milliseconds(10);

export interface Slicing {
  readonly monotonic: () => number;
  /** Resolves once everybody who waited for the event loop had a turn. */
  readonly rest: () => Promise<void>;
}

/** Does work in slices, with a rest between two; `null`: it was called off meanwhile. */
export async function inSlices<T>(
  steps: Steps<T>,
  { monotonic, rest }: Slicing,
  isOff: () => boolean = () => false,
): Promise<T | null> {
  let until = monotonic() + SLICE;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (monotonic() < until) continue;
    await rest();
    if (isOff()) return null;
    until = monotonic() + SLICE;
  }
}
