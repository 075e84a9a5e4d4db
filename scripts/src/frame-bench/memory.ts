import process from "node:process";
import type { Frame } from "@wardkey/models";
import { residentKiB } from "../hospital/memory.js";
import type { EnrolledFace } from "./whole-frame.js";

/** Resident memory of this process, KiB, after so many frames; the second must not be far from the first. */
export interface FrameMemory {
  readonly frames: readonly [number, number];
  readonly residentKiB: readonly [number, number];
}

/** Carries frame after frame to the decision, as a kiosk does all day, and looks at the memory early and late. */
export async function measureMemory(
  person: EnrolledFace,
  bare: readonly Frame[],
  plan: { readonly frames: readonly [number, number]; readonly collect: () => void },
): Promise<FrameMemory> {
  const [early, late] = plan.frames;
  const seen: number[] = [];
  for (let i = 1; i <= late; i++) {
    const frame = bare[i % bare.length];
    if (frame === undefined) throw new Error("there is no frame to measure with");
    await person.decide(frame);
    if (i !== early && i !== late) continue;
    plan.collect();
    seen.push(residentKiB(process.pid));
  }
  const [atEarly = 0, atLate = 0] = seen;
  return { frames: [early, late], residentKiB: [atEarly, atLate] };
}
