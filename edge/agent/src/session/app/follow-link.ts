import { assertNever } from "@wardkey/protocol";
import { type Journal, journalReason } from "../../journal/index.js";
import type { PhoneSession } from "../../tap/index.js";
import type { SessionEvent } from "../domain/session-event.js";
import type { Attempt } from "./attempts.js";

/** Told of one phone in one attempt: more would let a phone fill the journal. */
const ALERTS_AT_MOST = 8;

/** What this phone's link says from now on belongs to this attempt; what it brings about other kiosks is journaled. */
export function followLink(input: {
  readonly attempt: Attempt;
  readonly link: PhoneSession;
  readonly journal: Pick<Journal, "note">;
  readonly send: (event: SessionEvent) => void;
}): void {
  const { attempt, link, journal, send } = input;
  attempt.hold(link);
  attempt.until(
    link.on((event) => {
      switch (event.type) {
        case "heartbeat":
          send({ type: "heartbeat", attempt: attempt.id, moved: event.moved });
          break;
        case "lost":
          send({ type: "link-lost", attempt: attempt.id });
          break;
        case "elsewhere":
          send({ type: "elsewhere", attempt: attempt.id });
          break;
        case "rssi":
          break;
        default:
          assertNever(event);
      }
    }),
  );
  for (const refusal of link.refusals.slice(0, ALERTS_AT_MOST)) {
    journal.note("security.alert", {
      reason: journalReason(refusal.code, "reader-refused"),
      staffId: link.staffId,
      kiosk: refusal.kiosk,
      // The phone's clock said so: told as it is, within what a date can be.
      seenAt: Math.min(8_640_000_000_000_000, Math.max(0, Math.floor(refusal.at))),
      count: 1,
    });
  }
}
