import type { KioskShell, PostureMessage, ScreenView } from "@wardkey/protocol/screen";
import { useEffect } from "react";
import { isGreeting } from "./scene/scene.js";

declare global {
  interface Window {
    /** Where the page runs in the kiosk's shell. */
    readonly wardkeyShell?: KioskShell;
  }
}

const EACH_MS = 1_000;
const BAR_PX = 80;
const STRIP_PX = 36;
/** The banner, and the stripes below the bar. */
const EMERGENCY_PX = 70;
/** The rows of a nudge and of a lesson's offer. */
const NUDGE_PX = 110;
const LESSON_PX = 64;

/** How much of the screen the page needs: all of it, but for the bar of an open session. */
export function postureOf(view: ScreenView | null, now: number): PostureMessage {
  const session = view?.session;
  const isOpen = session?.state === "unlocked" && session.elsewhere !== true && !isGreeting(session.since, now);
  const reads = view?.lesson !== undefined && view.lesson.step !== "offered";
  if (view === null || !isOpen || reads) return { v: 1, posture: "cover", height: BAR_PX };
  const emergency = session.emergency === undefined ? 0 : EMERGENCY_PX;
  // One below the other would be too much of somebody's desktop: the lesson's line waits under the nudge.
  const more = view.nudge !== undefined ? NUDGE_PX : view.lesson !== undefined ? LESSON_PX : 0;
  return { v: 1, posture: "bar", height: BAR_PX + (view.profile === "demo" ? STRIP_PX : 0) + emergency + more };
}

/** Tells the shell each second and at each change. Without a shell, in a browser, there is nobody to tell. */
export function useShell(view: ScreenView | null, now: number): void {
  const { posture, height } = postureOf(view, now);
  useEffect(() => {
    const shell = window.wardkeyShell;
    if (shell === undefined) return;
    document.documentElement.dataset["shell"] = posture;
    const tell = () => shell.posture({ v: 1, posture, height });
    tell();
    const timer = setInterval(tell, EACH_MS);
    return () => clearInterval(timer);
  }, [posture, height]);
}
