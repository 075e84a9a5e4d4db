import { type Clock, createSystemClock } from "../room/clock.js";
import type { Participant } from "../room/participant.js";
import { drawsFor } from "../room/seeded.js";

export interface AdvertisingFloodOptions {
  readonly perSecond: number;
  readonly seed: number;
  /** `fresh`: each advertisement has an address of its own. `one`: all have the same. */
  readonly addresses?: "fresh" | "one";
  readonly clock?: Clock;
}

const BATCH_MS = 10;

/** Threat 19: advertisements with random 128-bit service UUIDs, more than any honest controller would send. */
export function startAdvertisingFlood(
  participant: Participant,
  options: AdvertisingFloodOptions,
): { readonly sent: number; stop(): void } {
  const clock = options.clock ?? createSystemClock();
  const draw = drawsFor(options.seed, "flood", participant.name);
  const byte = (): number => Math.floor(draw() * 256);
  const address = (): string =>
    ["c6", ...Array.from({ length: 5 }, byte).map((value) => value.toString(16).padStart(2, "0"))].join(":");
  const only = address();
  const startedAt = clock.now();
  let sent = 0;
  let stopped = false;

  function batch(): void {
    if (stopped) return;
    const due = Math.floor(((clock.now() - startedAt) / 1_000) * options.perSecond);
    for (; sent < due; sent++) {
      participant.transmit({
        address: options.addresses === "one" ? only : address(),
        addressType: "random",
        type: 0,
        // Flags, then one complete 128-bit service UUID.
        data: Uint8Array.of(2, 0x01, 0x06, 17, 0x07, ...Array.from({ length: 16 }, byte)),
        scanResponse: new Uint8Array(0),
      });
    }
    clock.schedule(BATCH_MS, batch);
  }
  clock.schedule(BATCH_MS, batch);
  return {
    get sent() {
      return sent;
    },
    stop() {
      stopped = true;
    },
  };
}
