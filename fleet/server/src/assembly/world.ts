import { randomBytes } from "node:crypto";
import { type Clock, instant } from "@wardkey/protocol";
import { uuidV7 } from "@wardkey/protocol/fleet/uuid-v7";
import type { FastifyBaseLogger } from "fastify";
import type { FleetConfig } from "../fleet-config.js";
import type { Timers } from "../platform/timers.js";

export type { Timers } from "../platform/timers.js";

/** What every part of the fleet server gets of the world. */
export interface World {
  readonly config: FleetConfig;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: FastifyBaseLogger;
  now(): ReturnType<Clock["now"]>;
  newId(): string;
  randomBytes(size: number): Uint8Array;
  newToken(): string;
  /** What is opened is closed in reverse order, also when the start breaks off. */
  closing(close: () => Promise<void>): void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => instant(Date.now()),
  monotonic: () => performance.now(),
};

export const systemTimers: Timers = {
  after(delay, act) {
    const timer = setTimeout(act, delay);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

const TOKEN_BYTES = 32;

export function createWorld(parts: Pick<World, "config" | "clock" | "timers" | "logger" | "closing">): World {
  const { clock } = parts;
  return {
    ...parts,
    now: () => clock.now(),
    newId: () => uuidV7(clock.now()),
    randomBytes: (size) => new Uint8Array(randomBytes(size)),
    newToken: () => randomBytes(TOKEN_BYTES).toString("base64url"),
  };
}
