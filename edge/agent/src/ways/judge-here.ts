import type { Judged, WayJudge } from "./ports.js";
import type { RememberedPins } from "./remembered-pins.js";

/**
 * The fleet judges while it can be reached; a badge or a phone with its PIN that it said yes to here is judged by what the
 * kiosk remembers when it cannot. Codes are the fleet's alone.
 */
export function createJudgeHere(fleet: WayJudge, remembered: RememberedPins): WayJudge {
  return {
    async judge(request, signal): Promise<Judged> {
      const judged = await fleet.judge(request, signal);
      if (request.way === "code" || signal.aborted) return judged;
      // Remembering takes a slow hash; nobody stands before a locked screen for it. What fails is logged there.
      if (judged.ok) remembered.remember(request, judged.who).catch(() => undefined);
      else if (judged.code === "way-wrong") remembered.refused(request).catch(() => undefined);
      if (judged.ok || judged.code !== "way-unreachable") return judged;
      const who = await remembered.judge(request).catch(() => null);
      return who === null ? judged : { ok: true, who };
    },
  };
}
