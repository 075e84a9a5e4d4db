import { type Duration, type Instant, minutes, seconds } from "../units.js";

/** When an event reached a machine: wall time for what is signed, monotonic milliseconds for deadlines. */
export interface Moment {
  readonly now: Instant;
  readonly monotonic: number;
}

/** What an event makes of a state, and what is to be done about it, in this order. */
export interface Step<State, Effect> {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/** How long a side waits before it gives up (`too-slow`). */
export const PATIENCE = {
  /** A message that the other side owes at once. */
  message: seconds(5),
  /** A person who answers a prompt, or a face that comes into view. */
  person: seconds(35),
  /** A supervised enrolment, between the comparison of the codes and the credential. */
  enrolment: minutes(5),
} as const satisfies Record<string, Duration>;

/** Overwrites bytes that must not outlive their use. */
export function wipe(...buffers: (Uint8Array | null | undefined)[]): void {
  for (const buffer of buffers) buffer?.fill(0);
}
