import { type Duration, milliseconds, minutes } from "@wardkey/protocol";
import { Identified } from "@wardkey/protocol/fleet";
import type { SiteLink } from "../uplink/index.js";
import type { Judged, WayJudge, WayRefusal } from "./ports.js";

/** Longer than any lock that the fleet imposes: a fleet that says more is not believed. */
const LONGEST_WAIT: Duration = minutes(15);

/** The fleet judges, over the kiosk's own HTTPS (`POST /v1/kiosk/identify`): it alone keeps PINs, badges and codes. */
export function createFleetJudge({ site }: { site: Pick<SiteLink, "post"> }): WayJudge {
  return {
    async judge(request, signal): Promise<Judged> {
      const answer = await unlessAborted(site.post("/v1/kiosk/identify", request, Identified), signal);
      if (answer === null) return { ok: false, code: "way-unreachable", retryAfter: null };
      if (!answer.ok) return { ok: false, code: refusalOf(answer), retryAfter: waitOf(answer.retryAfter) };
      // An answer to another question would let in whoever it names.
      if (answer.value.way !== request.way) return { ok: false, code: "way-refused", retryAfter: null };
      return { ok: true, who: answer.value };
    },
  };
}

function refusalOf({ code, reached }: { code: string; reached: boolean }): WayRefusal {
  if (!reached) return "way-unreachable";
  switch (code) {
    case "identify-refused":
      return "way-wrong";
    case "identify-locked":
      return "way-locked";
    case "identify-busy":
    case "rate-limited":
      return "way-crowded";
    case "storage-unavailable":
    case "unexpected":
      return "way-unreachable";
    default:
      return "way-refused";
  }
}

const waitOf = (retryAfter: number | undefined): Duration | null =>
  retryAfter === undefined ? null : milliseconds(Math.min(LONGEST_WAIT, Math.max(0, Math.ceil(retryAfter))));

/** The question has its own deadline; whoever no longer waits for the answer goes at once. */
function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const leave = (): void => resolve(null);
    signal.addEventListener("abort", leave, { once: true });
    if (signal.aborted) leave();
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}
