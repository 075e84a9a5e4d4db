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

/** How much of the screen the page needs: all of it, but for the bar of an open session. */
export function postureOf(view: ScreenView | null, now: number): PostureMessage {
  const session = view?.session;
  const isOpen = session?.state === "unlocked" && session.elsewhere !== true && !isGreeting(session.since, now);
  if (view === null || !isOpen) return { v: 1, posture: "cover", height: BAR_PX };
  const emergency = session.emergency === undefined ? 0 : EMERGENCY_PX;
  return { v: 1, posture: "bar", height: BAR_PX + (view.profile === "demo" ? STRIP_PX : 0) + emergency };
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
