/** What the benchmark says to its swarm of simulated kiosks, a process of its own, and what that answers (over IPC). */

export interface SwarmDevice {
  readonly id: string;
  /** PEM. */
  readonly key: string;
  /** PEM: leaf and intermediates. */
  readonly cert: string;
}

export type ToSwarm =
  | {
      readonly type: "connect";
      readonly url: string;
      readonly ca: string;
      readonly site: string;
      readonly devices: readonly SwarmDevice[];
      /** How many handshakes may be under way at once. */
      readonly atOnce: number;
    }
  /** Each of the first `devices` sends `perSecond` events a second, one message an event, for `seconds`. */
  | { readonly type: "load"; readonly devices: number; readonly perSecond: number; readonly seconds: number }
  /** Counts the next message on this topic at each device. */
  | { readonly type: "await"; readonly topic: string }
  /** Publishes once, as the device of this id. */
  | { readonly type: "publish"; readonly device: string; readonly topic: string; readonly payload: string }
  | { readonly type: "await-cut"; readonly device: string }
  | { readonly type: "stop" };

export type FromSwarm =
  | {
      readonly type: "connected";
      readonly count: number;
      readonly failed: Readonly<Record<string, number>>;
      readonly ms: number;
    }
  | { readonly type: "awaiting" }
  | { readonly type: "published"; readonly at: string }
  /** Nanoseconds of the machine's monotonic clock, as decimal strings, in order of arrival. */
  | { readonly type: "arrived"; readonly at: readonly string[] }
  | { readonly type: "cut"; readonly device: string; readonly at: string }
  | {
      readonly type: "loaded";
      readonly sent: number;
      readonly acknowledged: number;
      readonly failed: number;
      readonly seconds: number;
      /** From publish to PUBACK. */
      readonly ackMs: { readonly p50: number; readonly p99: number };
    };
