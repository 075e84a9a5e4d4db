import { useEffect, useRef, useState } from "react";
import { postureOf } from "./shell-line.js";
import type { Kiosk } from "./use-kiosk.js";

/**
 * Answers the agent, which asks whether this page covers the desktop: once what it covers with is on the screen, and the
 * shell around it says that it covers too. Without a shell that can be asked it answers nothing. To be used after
 * `useShell`, so that the shell has heard of the posture before it is asked.
 */
export function useCover({ up, now, send, onCover }: Pick<Kiosk, "up" | "now" | "send" | "onCover">): void {
  const covers = up !== null && postureOf(up, now).posture === "cover";
  const [asked, setAsked] = useState<number | null>(null);
  const covering = useRef(false);
  useEffect(() => onCover(setAsked), [onCover]);
  useEffect(() => {
    covering.current = covers;
    const ask = window.wardkeyShell?.covers;
    if (asked === null || !covers || ask === undefined) return;
    const answer = (yes: unknown): void => {
      if (yes === true && covering.current) send({ type: "covered", revision: asked });
    };
    // Called before the next frame is drawn, so after the one that this was drawn with.
    requestAnimationFrame(() => void ask().then(answer, () => {}));
  }, [asked, covers, send]);
}
