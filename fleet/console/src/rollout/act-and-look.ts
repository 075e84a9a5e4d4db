import { Refused } from "../api/ask.js";

export interface ActAndLook<State> {
  readonly act: () => Promise<unknown>;
  /** What the site says now. */
  readonly look: () => Promise<State>;
  /** Whether the act shows in it. */
  readonly isDone: (state: State) => boolean;
  /** Before the look after an answer that was lost. */
  readonly wait: () => Promise<void>;
}

const LOOKS = 4;

/**
 * Does it once, and when the answer was lost, looks whether it was done instead of doing it again: a halt that is pressed twice
 * must not halt the next one. Refuses with `act-unknown` when the site does not answer, and with `act-not-done` when it answers
 * and nothing of it shows.
 */
export async function actAndLook<State>({ act, look, isDone, wait }: ActAndLook<State>): Promise<void> {
  try {
    await act();
    return;
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== "lost") throw error;
  }
  for (let looked = 0; looked < LOOKS; looked += 1) {
    await wait();
    const state = await look().catch(() => null);
    if (state === null) continue;
    if (isDone(state)) return;
    throw new Refused("act-not-done");
  }
  throw new Refused("act-unknown");
}
