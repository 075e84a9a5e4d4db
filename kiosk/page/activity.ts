import { InputReport, type KioskShell } from "@wardkey/protocol/screen";
import { useEffect, useMemo } from "react";

const EVENTS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;
const AT_MOST_EVERY_MS = 1_000;
const ASK_EACH_MS = 1_000;

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

/**
 * Whether a report, in whole seconds rounded down and asked for each second or so, tells of input just now. 0 does. 1 does
 * only where the report before shows that it is news: a look that came a little late. Times are monotonic milliseconds.
 */
export function freshInput(): (secondsAgo: number, now: number) => boolean {
  let notAfter: number | null = null;
  return (secondsAgo, now) => {
    const isNews = notAfter !== null && now - (secondsAgo + 1) * 1_000 >= notAfter;
    notAfter = now - secondsAgo * 1_000;
    return secondsAgo === 0 || (secondsAgo === 1 && isNews);
  };
}

export interface Activity {
  /** Somebody would hear of it. */
  readonly listening: boolean;
  /** The page is a bar and the desktop below is in use, where it hears no key: the shell is asked. */
  readonly atDesk: boolean;
  readonly tell: () => void;
}

/**
 * Tells the agent that somebody works here: keyboard, pointer or touch, on the page or in another program of the desktop, at
 * most once a second, and never what. A shell that does not know, or does not answer, tells of nothing.
 */
export function useActivity({ listening, atDesk, tell }: Activity): void {
  const notice = useMemo(() => atMostEvery(AT_MOST_EVERY_MS, tell, () => performance.now()), [tell]);
  useEffect(() => {
    if (!listening) return;
    for (const name of EVENTS) window.addEventListener(name, notice, { passive: true });
    return () => {
      for (const name of EVENTS) window.removeEventListener(name, notice);
    };
  }, [listening, notice]);
  useEffect(() => {
    const ask = window.wardkeyShell?.input;
    return listening && atDesk && ask !== undefined ? follow(ask, notice) : undefined;
  }, [listening, atDesk, notice]);
}

/** Asks each second until it is cancelled, one question at a time. */
function follow(ask: NonNullable<KioskShell["input"]>, notice: () => void): () => void {
  const isFresh = freshInput();
  let [asking, over] = [false, false];
  const heard = (answer: unknown): void => {
    asking = false;
    const report = InputReport.safeParse(answer);
    if (!over && report.success && isFresh(report.data.secondsAgo, performance.now())) notice();
  };
  const timer = setInterval(() => {
    if (asking) return;
    asking = true;
    ask().then(heard, () => heard(null));
  }, ASK_EACH_MS);
  return () => {
    over = true;
    clearInterval(timer);
  };
}
