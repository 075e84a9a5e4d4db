import type { SwarmDevice } from "../fleet-bench/swarm-messages.js";

/** What `npm start -- --fleet` says to its simulated kiosks, a process of its own, and what that answers (over IPC). */
export type ToKiosks =
  | {
      readonly type: "begin";
      readonly url: string;
      /** PEM. */
      readonly ca: string;
      readonly site: string;
      readonly seed: number;
      readonly wards: readonly SimulatedWard[];
      /** Denied at the fleet; tries to come back all the same. */
      readonly denied: SwarmDevice | null;
      /** How far back the journals go that they bring along. */
      readonly historyMs: number;
    }
  | { readonly type: "stop" };

export interface SimulatedWard {
  readonly name: string;
  readonly kiosks: readonly SwarmDevice[];
  readonly people: readonly string[];
}

export type FromKiosks =
  | { readonly type: "connected"; readonly count: number }
  | { readonly type: "caught-up"; readonly events: number };
