import type { ScreenView } from "@wardkey/protocol/screen";
import type { Refusal } from "@wardkey/ui";
import { useCallback, useEffect, useState } from "react";

/** Whether somebody is at the ways in without a face, and what became of what they typed last. */
export interface WaysDoor {
  readonly isOpen: boolean;
  readonly open: () => void;
  readonly close: () => void;
  /** The last refusal of what somebody typed, while it matters. */
  readonly refusal: Refusal | null;
}

/** Opens by hand, or by a badge or a phone that was read; closes by hand, when somebody is in, and when there is nothing to offer. */
export function useWays(input: {
  readonly view: ScreenView | null;
  /** Something else has the screen. */
  readonly busy: boolean;
  readonly refusal: Refusal | null;
  readonly dismissRefusal: () => void;
}): WaysDoor {
  const { view, busy, refusal, dismissRefusal } = input;
  const [wanted, setWanted] = useState(false);
  const offered = view !== null && view.ways !== null;
  const read = view?.ways?.badge === "read" || view?.ways?.phone === "read";
  const close = useCallback(() => {
    setWanted(false);
    dismissRefusal();
  }, [dismissRefusal]);
  useEffect(() => {
    if (busy || !offered) setWanted(false);
    else if (read) setWanted(true);
  }, [busy, offered, read]);
  return {
    isOpen: wanted && offered && !busy,
    open: useCallback(() => {
      dismissRefusal();
      setWanted(true);
    }, [dismissRefusal]),
    close,
    refusal,
  };
}
