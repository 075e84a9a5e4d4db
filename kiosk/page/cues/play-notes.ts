import type { CuesView } from "@wardkey/protocol/screen";
import type { Cue } from "./cue.js";
import { NOTES } from "./notes.js";

const GAIN: Readonly<Record<CuesView["sound"], number>> = { off: 0, quiet: 0.06, normal: 0.22 };
const RISE_S = 0.012;

/** How loud a cue is. An emergency is heard whatever the policy, the hour or a hand at the switch says. */
export function gainOf(cue: Cue, { sound }: Pick<CuesView, "sound">, muted: boolean): number {
  if (cue === "emergency") return GAIN.normal;
  return muted ? 0 : GAIN[sound];
}

/** Plays a cue. A browser that wants a touch first stays silent until there was one; the shell wants none. */
export class CuePlayer {
  #context: AudioContext | null = null;

  play(cue: Cue, gain: number): void {
    if (gain === 0 || !mayPlay()) return;
    this.#context ??= new AudioContext();
    const context = this.#context;
    if (context.state === "suspended") void context.resume();
    const begin = context.currentTime + 0.02;
    for (const { pitch, at, lasts } of NOTES[cue]) {
      const tone = context.createOscillator();
      const loudness = context.createGain();
      tone.frequency.value = pitch;
      // Rising and falling softly: a tone that is cut clicks.
      loudness.gain.setValueAtTime(0, begin + at);
      loudness.gain.linearRampToValueAtTime(gain, begin + at + RISE_S);
      loudness.gain.setValueAtTime(gain, begin + at + lasts - RISE_S);
      loudness.gain.linearRampToValueAtTime(0, begin + at + lasts);
      tone.connect(loudness).connect(context.destination);
      tone.start(begin + at);
      tone.stop(begin + at + lasts);
    }
  }
}

const mayPlay = (): boolean => window.wardkeyShell !== undefined || navigator.userActivation.hasBeenActive;
