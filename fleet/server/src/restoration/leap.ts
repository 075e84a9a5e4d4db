import { type Duration, days } from "@wardkey/protocol";

/**
 * How far the counters that devices remember go ahead when a site comes back from a backup: past everything that they can
 * have reached since it was made, also when the same backup is put back twice. Bounded, because a deny epoch ends at 2^31
 * in PostgreSQL and a policy's version at 10^6 in a device's journal: hundreds of restores fit in.
 */
export interface Leap {
  /** Of deny epoch, desired states, commands and the policy's head. */
  readonly epochs: number;
  /** Of the log's heads, which grow with every event. */
  readonly events: number;
  /** Of the policy's version: people approve each. */
  readonly versions: number;
}

/** An intermediate certificate lives no longer: what is older brings no site back. */
const OLDEST: Duration = days(3 * 365);
const AT_LEAST = { epochs: 100_000, events: 10_000_000, versions: 100 };
/** Far above what the fleet server can do for long. */
const EPOCHS_A_SECOND = 4;
const EVENTS_A_SECOND = 20_000;
const SECONDS_A_VERSION = 600;

/** `madeAt`: of the backup; a clock that was set back counts as no time. */
export function leapOver({ madeAt, restoredAt }: { madeAt: number; restoredAt: number }): Leap {
  const seconds = Math.min(Math.max(0, restoredAt - madeAt), OLDEST) / 1_000;
  return {
    epochs: AT_LEAST.epochs + Math.ceil(seconds * EPOCHS_A_SECOND),
    events: AT_LEAST.events + Math.ceil(seconds * EVENTS_A_SECOND),
    versions: AT_LEAST.versions + Math.ceil(seconds / SECONDS_A_VERSION),
  };
}
