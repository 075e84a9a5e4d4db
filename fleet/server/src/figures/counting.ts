import type { JournalEvent } from "@wardkey/protocol/fleet";

/** Upper edges of the tap time's bins, ms; the last bin holds everything longer. */
export const TAP_EDGES = [200, 300, 400, 500, 650, 800, 1_000, 1_300, 1_700, 2_200, 3_000, 4_000, 6_000] as const;

/** Where an unlock is counted whose kiosk did not say how long it took. */
export const UNTIMED = -1;

export const FIGURES = ["unlocked", "tap-ms", "refused", "locked", "disputed", "emergency", "alarm"] as const;
/**
 * `unlocked`: by bin of its tap time. `tap-ms`: the milliseconds of all timed unlocks. `disputed`: locks of which somebody
 * said that they were wrong. `alarm`: security alerts and suspected replays.
 */
export type Figure = (typeof FIGURES)[number];

export interface Tally {
  readonly figure: Figure;
  readonly bin: number;
  readonly count: number;
}

const SIMPLE: Readonly<Record<string, Figure>> = {
  "tap.refused": "refused",
  "session.locked": "locked",
  "session.lock-disputed": "disputed",
  "break-glass.opened": "emergency",
  "security.alert": "alarm",
  "presence.replay-suspected": "alarm",
};

/** What one journal entry adds to the figures of its ward; most add nothing. */
export function talliesOf({ kind, body }: Pick<JournalEvent, "kind" | "body">): readonly Tally[] {
  if (kind === "session.unlocked") {
    const ms = body["ms"];
    if (typeof ms !== "number" || !Number.isFinite(ms) || ms < 0)
      return [{ figure: "unlocked", bin: UNTIMED, count: 1 }];
    return [
      { figure: "unlocked", bin: binOf(ms), count: 1 },
      { figure: "tap-ms", bin: 0, count: Math.round(ms) },
    ];
  }
  const figure = SIMPLE[kind];
  // A kiosk locks at each start, with nobody before it: that is no session's end.
  if (figure === undefined || (kind === "session.locked" && body["session"] === null)) return [];
  return [{ figure, bin: 0, count: 1 }];
}

const binOf = (ms: number): number => {
  const bin = TAP_EDGES.findIndex((edge) => ms <= edge);
  return bin < 0 ? TAP_EDGES.length : bin;
};
