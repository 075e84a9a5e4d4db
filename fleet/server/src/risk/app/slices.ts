import { type Duration, milliseconds } from "@wardkey/protocol";
import type { Steps } from "../domain/steps.js";

/** Nobody waits longer than about this for a computation that is longer. */
const SLICE: Duration = milliseconds(10);

export interface Slicing {
  readonly monotonic: () => number;
  /** Resolves once everybody who waited for the event loop had a turn. */
  readonly rest: () => Promise<void>;
}

/** Slices of a work that comes piece by piece: between two, everybody else has a turn. */
export function turns({ monotonic, rest }: Slicing): { isOver(): boolean; next(): Promise<void> } {
  let until = monotonic() + SLICE;
  return {
    isOver: () => monotonic() >= until,
    async next() {
      await rest();
      until = monotonic() + SLICE;
    },
  };
}

/** Does work in slices, with a rest between two; `null`: it was called off meanwhile. */
export async function inSlices<T>(
  steps: Steps<T>,
  slicing: Slicing,
  isOff: () => boolean = () => false,
): Promise<T | null> {
  const turn = turns(slicing);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (!turn.isOver()) continue;
    await turn.next();
    if (isOff()) return null;
  }
}
