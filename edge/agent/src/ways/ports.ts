import type { Duration } from "@wardkey/protocol";
import type { BadgeRead, Identified, IdentifyRequest } from "@wardkey/protocol/fleet";

/** A reader came or went, or a badge was held to it. What a badge says is the badge's: nobody prints or keeps it. */
export type BadgeReaderEvent =
  | { readonly type: "attached" | "detached" }
  | { readonly type: "read"; readonly badge: BadgeRead };

/** A reader of staff badges, whatever its make. */
export interface BadgeReader {
  /** Whether a badge can be read now. */
  readonly attached: boolean;
  /** Begins to listen; answers "off". Never throws: a reader that is not there is not attached. */
  on(listener: (event: BadgeReaderEvent) => void): () => void;
}

export type Judged =
  | { readonly ok: true; readonly who: Identified }
  | {
      readonly ok: false;
      readonly code: WayRefusal;
      /** How long no further try is taken; `null`: none is needed. */
      readonly retryAfter: Duration | null;
    };

/**
 * `way-wrong`: the code, the badge, the PIN or the person; nobody says which. `way-locked`: too many wrong ones.
 * `way-unreachable`: whoever could judge it does not answer. `way-crowded`: it has too much to do this moment.
 * `way-refused`: it does not speak with this kiosk.
 */
export type WayRefusal = "way-wrong" | "way-locked" | "way-unreachable" | "way-crowded" | "way-refused";

/** Knows the secrets, or asks who does. Has a deadline of its own, never throws, and keeps nothing that it was given but what `RememberedPins` seals. */
export interface WayJudge {
  judge(request: IdentifyRequest, signal: AbortSignal): Promise<Judged>;
}
