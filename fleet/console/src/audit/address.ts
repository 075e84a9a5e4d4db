import { addressOf } from "../shell/address.js";
import { spanOf } from "./period.js";

/** Which events somebody wants to see: those of every kind, device, person and time where nothing is said. */
export interface EventsWanted {
  readonly kinds?: readonly string[];
  readonly source?: string;
  readonly person?: string;
  /** Milliseconds since 1970, included. */
  readonly from?: number;
  /** Milliseconds since 1970, not included any more. */
  readonly to?: number;
}

/** The link to these events, where they can be filtered further. */
export function auditAddress({ kinds = [], source = "", person = "", from, to }: EventsWanted): string {
  return addressOf("/audit", { kinds: kinds.join(","), source, person, period: spanOf(from, to) });
}
