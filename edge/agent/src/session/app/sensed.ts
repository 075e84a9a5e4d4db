import { assertNever } from "@wardkey/protocol";
import type { PresenceEvent } from "../../presence/index.js";
import type { SessionEvent } from "../domain/model.js";

/** Presence's events, as the session knows them; the radio's own state is a fact. */
export function sensed(event: PresenceEvent): SessionEvent {
  switch (event.type) {
    case "approaching":
      return { type: "approaching", holder: event.holder, evidence: event.evidence };
    case "near":
    case "leaving":
    case "back":
    case "gone":
      return { type: event.type, holder: event.holder };
    case "radio":
      return { type: "look-again" };
    default:
      return assertNever(event);
  }
}
