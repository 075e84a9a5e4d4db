import type { ScreenView } from "@wardkey/protocol/screen";
import { useEffect, useRef, useState } from "react";
import { type Cue, cueOf } from "./cue.js";
import { CuePlayer, gainOf } from "./play-notes.js";

/** How long a cue is seen at the screen's edge. */
const SHINES_MS = 1_200;
const MUTED = "wardkey.muted";

export interface Cues {
  /** What the edge of the screen shows now. */
  readonly shining: Cue | null;
  readonly muted: boolean;
  readonly setMuted: (muted: boolean) => void;
}

/** Makes each change of the session heard and seen, as loud and as bright as the agent's view says. */
export function useCues(view: ScreenView | null): Cues {
  const [muted, keepMuted] = useState(() => sessionStorage.getItem(MUTED) === "yes");
  const [shining, setShining] = useState<Cue | null>(null);
  const [player] = useState(() => new CuePlayer());
  const before = useRef<ScreenView["session"] | null>(null);
  useEffect(() => {
    if (view === null) return;
    const cue = cueOf(before.current, view.session);
    before.current = view.session;
    if (cue === null) return;
    player.play(cue, gainOf(cue, view.cues, muted));
    setShining(view.cues.light ? cue : null);
  }, [view, muted, player]);
  useEffect(() => {
    if (shining === null) return;
    const timer = setTimeout(() => setShining(null), SHINES_MS);
    return () => clearTimeout(timer);
  }, [shining]);
  return {
    shining,
    muted,
    setMuted: (next) => {
      sessionStorage.setItem(MUTED, next ? "yes" : "no");
      keepMuted(next);
    },
  };
}
