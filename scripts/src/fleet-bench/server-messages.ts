import type { EnrolmentTicket } from "@wardkey/protocol/fleet";

/** What the benchmark asks of the fleet server's process, and what that answers (over IPC). */

export type ToServer =
  /** Makes so many devices known and answers a ticket for each. */
  | { readonly type: "add"; readonly count: number }
  | { readonly type: "memory" }
  /** Publishes a new version of the policy to every device at once. */
  | { readonly type: "push" }
  | { readonly type: "count" }
  | { readonly type: "deny"; readonly device: string }
  | { readonly type: "connected" }
  | { readonly type: "stop" };

export type FromServer =
  | {
      readonly type: "ready";
      readonly deviceUrl: string;
      readonly mqttUrl: string;
      readonly site: string;
      /** PEM. */
      readonly root: string;
      /** Of its own listeners, PEM: a broker beside it shows the same. */
      readonly tls: { readonly key: string; readonly cert: string };
    }
  | { readonly type: "added"; readonly tickets: readonly EnrolmentTicket[] }
  /** Resident bytes after a collection. */
  | { readonly type: "memory"; readonly bytes: number }
  /** Nanoseconds of the machine's monotonic clock. */
  | { readonly type: "pushed"; readonly at: string; readonly version: number }
  /** Journal entries that are durable. */
  | { readonly type: "count"; readonly events: number }
  | { readonly type: "denied"; readonly device: string; readonly at: string }
  | { readonly type: "connected"; readonly count: number };
