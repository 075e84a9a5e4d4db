import type { Cue } from "./cue.js";

/** One tone: hertz, and seconds from the cue's beginning. */
export interface Note {
  readonly pitch: number;
  readonly at: number;
  readonly lasts: number;
}

/** Up is in, down is out, twice the same and low is no. Heard apart without knowing music, and through a mask's rustle. */
export const NOTES: Readonly<Record<Cue, readonly Note[]>> = {
  in: [
    { pitch: 659, at: 0, lasts: 0.1 },
    { pitch: 988, at: 0.1, lasts: 0.16 },
  ],
  out: [
    { pitch: 988, at: 0, lasts: 0.1 },
    { pitch: 659, at: 0.1, lasts: 0.16 },
  ],
  refused: [
    { pitch: 247, at: 0, lasts: 0.12 },
    { pitch: 247, at: 0.2, lasts: 0.16 },
  ],
  leaving: [{ pitch: 784, at: 0, lasts: 0.12 }],
  emergency: [
    { pitch: 1_175, at: 0, lasts: 0.12 },
    { pitch: 784, at: 0.13, lasts: 0.12 },
    { pitch: 1_175, at: 0.26, lasts: 0.12 },
    { pitch: 784, at: 0.39, lasts: 0.11 },
  ],
};
