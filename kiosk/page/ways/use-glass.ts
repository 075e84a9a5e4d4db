import type { ScreenView } from "@wardkey/protocol/screen";
import type { Refusal } from "@wardkey/ui";
import { useCallback, useEffect, useState } from "react";
import { GLASS_COMMANDS } from "./refused-words.js";

/** Whether somebody is about to break the glass, and what became of what they showed last. */
export interface GlassDoor {
  readonly isOpen: boolean;
  readonly open: () => void;
  readonly close: () => void;
  readonly refusal: Refusal | null;
}

const MINE: ReadonlySet<string> = new Set(GLASS_COMMANDS);

/** Opens by hand alone; closes by hand, when somebody is in, and when nobody can break the glass here. */
export function useGlass(input: {
  readonly view: ScreenView | null;
  readonly busy: boolean;
  readonly refusal: Refusal | null;
  readonly dismissRefusal: () => void;
}): GlassDoor {
  const { view, busy, refusal, dismissRefusal } = input;
  const [wanted, setWanted] = useState(false);
  const offered = view?.breakGlass !== undefined;
  useEffect(() => {
    if (busy || !offered) setWanted(false);
  }, [busy, offered]);
  const turn = useCallback(
    (on: boolean) => {
      dismissRefusal();
      setWanted(on);
    },
    [dismissRefusal],
  );
  return {
    isOpen: wanted && offered && !busy,
    open: useCallback(() => turn(true), [turn]),
    close: useCallback(() => turn(false), [turn]),
    refusal: refusal !== null && MINE.has(refusal.command) ? refusal : null,
  };
}
