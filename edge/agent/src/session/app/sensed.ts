import { assertNever } from "@wardkey/protocol";
import type { PresenceEvent } from "../../presence/index.js";
import type { SessionEvent } from "../domain/session-event.js";

/** Presence's events, as the session knows them; the radio's own state is a fact. */
export function sensed(event: PresenceEvent): SessionEvent {
  switch (event.type) {
    case "approaching":
      return { type: "approaching", holder: event.holder, evidence: event.evidence };
    case "leaving":
      return {
        type: "leaving",
        holder: event.holder,
        because: event.why === "face" ? "face-gone" : "walked-away",
        ...(event.within === undefined ? {} : { within: event.within }),
      };
    case "gone":
      return event.still === true ? { type: "face-gone-and-phone-still" } : { type: "gone", holder: event.holder };
    case "near":
      return { type: "near", holder: event.holder, ...(event.guessed === true ? { guessed: true } : {}) };
    case "back":
      return { type: "back", holder: event.holder };
    case "radio":
      return { type: "look-again" };
    default:
      return assertNever(event);
  }
}
