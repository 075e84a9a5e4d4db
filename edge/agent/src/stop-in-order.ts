import { codeOf, type Duration, seconds } from "@wardkey/protocol";
import { atMost } from "./at-most.js";

/** A desktop says within this that it is locked, a device that it is what its profile calls safe; they go on beside the rest. */
const LOCK_FIRST: Duration = seconds(4);
/** Phones, camera and desks, before the last words are written. */
const REST_FIRST: Duration = seconds(2);
const LAST_WORDS: Duration = seconds(3);
/** What still hangs then is left behind. The sum of all is less than the process gives an orderly stop. */
const HANGING: Duration = seconds(2);

export interface StopParts {
  /** Ends the session: locked and journaled when it returns. */
  readonly endSession: () => void;
  /** Waits for what is locked to hold, and lets go of it. */
  readonly letGo: () => Promise<void>;
  /** Everything else that runs; one does not wait for another. */
  readonly rest: readonly (() => Promise<void>)[];
  /** What the journal and the fleet are told at the end. */
  readonly lastWords: () => Promise<void>;
  readonly failed: (event: { code: string }) => void;
}

/**
 * Stops an agent: the session and what it keeps locked come before everything else, so that nothing which hangs (a fleet
 * that never answers, a phone that never disconnects) leaves anything open. Whatever hangs or fails holds nothing else up.
 */
export async function stopInOrder({ endSession, letGo, rest, lastWords, failed }: StopParts): Promise<void> {
  const ended = (work: () => Promise<void>): Promise<void> =>
    work().catch((error: unknown) => failed({ code: codeOf(error) }));
  endSession();
  const gone = ended(letGo);
  await atMost(LOCK_FIRST, gone);
  const others = Promise.all(rest.map(ended));
  await atMost(REST_FIRST, others);
  await atMost(LAST_WORDS, ended(lastWords));
  await atMost(HANGING, Promise.all([gone, others]));
}
