import type { Clock } from "@wardkey/protocol";
import type { ScreenView } from "@wardkey/protocol/screen";
import type { Locker } from "./locking/index.js";
import type { HidBus } from "./peripherals/index.js";
import type { CreateSenses } from "./senses.js";
import type { Timers } from "./time.js";
import type { BadgeReader } from "./ways/index.js";

export interface AgentLog {
  info(details: Record<string, unknown>, text: string): void;
  warn(details: Record<string, unknown>, text: string): void;
}

/** What a test puts in the place of the world. */
export interface AgentWorld {
  readonly createSenses: CreateSenses;
  readonly clock?: Clock;
  readonly timers?: Timers;
  readonly locker?: Locker;
  readonly badges?: BadgeReader;
  readonly hid?: HidBus;
  readonly log?: AgentLog;
  readonly version: string;
}

export interface Agent {
  readonly url: string;
  /** With the page's token in its fragment. */
  readonly pageUrl: string;
  readonly journalFile: string;
  /** What the screen shows now. */
  view(): ScreenView;
  /** Locks first, then lets go of everything in reverse order. */
  stop(): Promise<void>;
}
