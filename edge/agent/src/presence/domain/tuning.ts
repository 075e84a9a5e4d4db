import { type Dbm, type Duration, dbm, type Metres, metres, milliseconds } from "@wardkey/protocol";

/** How strength is read as distance, and where the lines are. The defaults suit the virtual room and a desk-top adapter. */
export interface PresenceTuning {
  /** Strength of a phone in the hand at one metre. */
  readonly rssiAtOneMetre: Dbm;
  /** Log-distance path loss exponent. */
  readonly exponent: number;
  /** What a body between phone and kiosk takes away, dB. */
  readonly bodyLoss: number;
  /** Inside this line a phone is asked. */
  readonly nearLine: Metres;
  /** Inside this line, with a body in between, a phone that stands still is asked too. */
  readonly pocketLine: Metres;
  /** Inside this line a phone is asked when a face stands at the screen and no phone is nearer: pockets and bodies weaken. */
  readonly beckonLine: Metres;
  /** The same once whoever stands there has waited for a while, whatever phone is nearer. */
  readonly waitingLine: Metres;
  /** Beyond this line a served phone is leaving. */
  readonly leaveLine: Metres;
  /** Beyond this line a served phone that was leaving has gone: nobody waits for it to step back. */
  readonly goneLine: Metres;
  /** Inside this line a phone that was leaving is back. */
  readonly backLine: Metres;
  /** Where evidence of an approach begins. */
  readonly farLine: Metres;
  /** Somebody who was just recognised stands about here. */
  readonly armsReach: Metres;
  /** A phone not heard for so long is gone. */
  readonly silence: Duration;
  /** A served phone without an authenticated heartbeat, or without a strength reading, for so long is leaving. */
  readonly heartbeatLoss: Duration;
  /** An open screen without face and hands for so long is veiled. */
  readonly faceGoneVeil: Duration;
  /** And locks after so long, however near the phone seems: a relay makes any phone seem near. */
  readonly faceGoneLock: Duration;
  /** The same where the phone was laid down, and so says nothing of its owner. */
  readonly faceGoneLockLaid: Duration;
  /** Phones followed at the same time. */
  readonly mostTracks: number;
  /** Phones named at the same time, nearest first. */
  readonly mostAsked: number;
}

/** The lines as `now` draws them at each look, and the defaults where it says nothing: a policy moves them at any time. */
export function liveTuning(now: () => Partial<PresenceTuning>): PresenceTuning {
  const live: PresenceTuning = { ...DEFAULT_TUNING };
  for (const line of Object.keys(DEFAULT_TUNING) as (keyof PresenceTuning)[]) {
    Object.defineProperty(live, line, { enumerable: true, get: () => now()[line] ?? DEFAULT_TUNING[line] });
  }
  return live;
}

export const DEFAULT_TUNING: PresenceTuning = {
  rssiAtOneMetre: dbm(-59),
  exponent: 2.2,
  bodyLoss: 8,
  nearLine: metres(2),
  pocketLine: metres(1.1),
  beckonLine: metres(6),
  waitingLine: metres(12),
  leaveLine: metres(3),
  goneLine: metres(5),
  backLine: metres(2.5),
  farLine: metres(8),
  armsReach: metres(0.8),
  silence: milliseconds(3_000),
  heartbeatLoss: milliseconds(3_000),
  faceGoneVeil: milliseconds(4_800),
  faceGoneLock: milliseconds(9_000),
  faceGoneLockLaid: milliseconds(6_000),
  mostTracks: 64,
  mostAsked: 3,
};
