import type { Clock } from "@wardkey/protocol";
import type { Journal } from "../journal/index.js";
import type { Timers } from "../time.js";

export interface UplinkSettings {
  readonly dataDir: string;
  readonly kiosk: { readonly id: string };
  readonly site: { readonly ticketFile: string; readonly sealingKeyFile?: string | undefined };
  readonly clock: Clock;
  readonly timers: Timers;
  /** 0..1, for jitter. */
  readonly random: () => number;
  /** A fresh UUID each time. */
  readonly newId: () => string;
  readonly journal: Pick<Journal, "after" | "outbox" | "acknowledge" | "rewind" | "head" | "note" | "onAppended">;
  readonly log: (event: { code: string }) => void;
}
