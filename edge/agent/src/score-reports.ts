import { type Clock, codeOf, hours } from "@wardkey/protocol";
import { writeScoreCounts } from "@wardkey/protocol/fleet";
import type { Journal } from "./journal/index.js";
import type { Timers } from "./time.js";
import type { VisionPort } from "./vision/index.js";

const DAY_MS = 86_400_000;

/**
 * Tells the fleet once a day how similar compared faces were, as histograms without names or hours, so that a camera or a
 * light that makes them worse shows. What was not told when the agent stops is lost. Answers "stop".
 */
export function reportScores(parts: {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly vision: Pick<VisionPort, "takeScores">;
  readonly journal: Pick<Journal, "note">;
  readonly log: (event: { code: string }) => void;
}): () => void {
  const { clock, timers, vision, journal, log } = parts;
  const today = (): number => Math.floor(clock.now() / DAY_MS);
  let told = today();
  let cancel: (() => void) | null = null;
  const tell = async (day: number): Promise<void> => {
    for (const { branch, outcome, counts } of await vision.takeScores()) {
      journal.note("biometrics.drift", { day, branch, outcome, counts: writeScoreCounts(counts) });
    }
  };
  const look = (): void => {
    cancel = timers.after(hours(1), look);
    const day = today();
    // A clock that was turned back tells nothing twice.
    if (day <= told) return;
    const ended = day - 1;
    told = day;
    tell(ended).catch((error: unknown) => log({ code: codeOf(error) }));
  };
  cancel = timers.after(hours(1), look);
  return () => cancel?.();
}
