import { useEffect } from "react";

const EVENTS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;
const AT_MOST_EVERY_MS = 1_000;

/** Lets through one call a second at most. */
export function atMostEvery(interval: number, call: () => void, monotonic: () => number): () => void {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const now = monotonic();
    if (now - last < interval) return;
    last = now;
    call();
  };
}

/** Tells the agent that somebody works here: keyboard, pointer or touch, at most once a second, and never what. */
export function useActivity(listening: boolean, tell: () => void): void {
  useEffect(() => {
    if (!listening) return;
    const notice = atMostEvery(AT_MOST_EVERY_MS, tell, () => performance.now());
    for (const name of EVENTS) window.addEventListener(name, notice, { passive: true });
    return () => {
      for (const name of EVENTS) window.removeEventListener(name, notice);
    };
  }, [listening, tell]);
}
