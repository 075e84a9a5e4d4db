import type { ReactNode } from "react";
import type { Cue } from "./cue.js";

/** A band around the whole screen, seen from the corner of an eye. It comes once and never flickers. */
export function CueLight({ cue }: { cue: Cue | null }): ReactNode {
  return cue === null ? null : <div className="cue-light" data-cue={cue} aria-hidden />;
}
