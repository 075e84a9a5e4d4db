import { CONNECTION_TIMEOUT, LOCAL_HOST_ENDED } from "../hci/codes.js";
import type { ConnectionParameters } from "../hci/events.js";
import type { Cancel, Clock } from "./clock.js";
import type { Draw } from "./seeded.js";

export type LinkSide = "central" | "peripheral";

/** One ACL fragment on its way: whether it starts an L2CAP packet, and its bytes. */
export interface LinkPacket {
  readonly starts: boolean;
  readonly data: Uint8Array;
}

/** What a link tells the controller at one of its ends. */
export interface LinkEnd {
  deliver(packet: LinkPacket): void;
  completed(count: number): void;
  updated(parameters: ConnectionParameters): void;
  ended(reason: number): void;
}

/** How the air between the two ends is at this moment. */
export interface LinkQuality {
  /** Strong enough to be heard at all. */
  readonly audible: boolean;
  /** Probability that one packet is lost. */
  readonly loss: number;
  /** Added to the delivery of each packet. */
  readonly latencyMs: number;
}

export interface LinkOptions {
  readonly clock: Clock;
  readonly draw: Draw;
  readonly parameters: ConnectionParameters;
  readonly quality: () => LinkQuality;
  readonly ends: Readonly<Record<LinkSide, LinkEnd>>;
}

/** A connection between two controllers: acknowledged, in order, and dead when nothing was heard for long enough. */
export interface Link {
  send(from: LinkSide, packet: LinkPacket): void;
  update(parameters: ConnectionParameters): void;
  /** A host ends it: its own end is told at once, the other when the message gets through, or by timeout. */
  disconnect(from: LinkSide, reason: number): void;
  /** One end loses power: it says nothing more, and the other finds out by timeout. */
  abandon(side: LinkSide): void;
}

const INTERVAL_STEP_MS = 1.25;
const TIMEOUT_STEP_MS = 10;
const LONGEST_IDLE_CHECK_MS = 100;
// LE 1M PHY, 8 µs a byte: preamble, access address, header, MIC and CRC are 18 bytes; then a pause, an empty answer, a pause.
const OVERHEAD_MS = (18 * 8 + 150 + 80 + 150) / 1_000;
const BYTE_MS = 8 / 1_000;

const airtimeMs = (packet: LinkPacket): number => OVERHEAD_MS + packet.data.length * BYTE_MS;
const otherSide = (side: LinkSide): LinkSide => (side === "central" ? "peripheral" : "central");

interface EndState {
  open: boolean;
  readonly queue: LinkPacket[];
  /** Set while this side's farewell is on its way. */
  farewell: number | undefined;
  lastDeliveryAt: number;
}

/** Opens a link. Packets cross at connection events only, as many as fit; what is lost crosses at a later one. */
export function openLink(options: LinkOptions): Link {
  const { clock, draw, ends } = options;
  const newEnd = (): EndState => ({ open: true, queue: [], farewell: undefined, lastDeliveryAt: 0 });
  const state: Record<LinkSide, EndState> = { central: newEnd(), peripheral: newEnd() };
  const startedAt = clock.now();
  let parameters = options.parameters;
  let lastHeardAt = startedAt;
  let lastEventAt = startedAt;
  let dueAt = startedAt;
  let cancelTimer: Cancel = () => {};
  let silent = false;
  let gone = false;

  const intervalMs = (): number => parameters.interval * INTERVAL_STEP_MS;
  const timeoutMs = (): number => parameters.timeout * TIMEOUT_STEP_MS;
  const busy = (): boolean =>
    (["central", "peripheral"] as const).some(
      (side) => state[side].queue.length > 0 || state[side].farewell !== undefined,
    );

  function nextEventAt(): number {
    const since = Math.max(clock.now(), lastEventAt) - startedAt;
    return startedAt + (Math.floor(since / intervalMs()) + 1) * intervalMs();
  }

  function arm(): void {
    cancelTimer();
    if (gone) return;
    const idleCheckAt = lastEventAt + Math.max(intervalMs(), Math.min(LONGEST_IDLE_CHECK_MS, timeoutMs() / 4));
    dueAt = busy() ? nextEventAt() : idleCheckAt;
    cancelTimer = clock.schedule(dueAt - clock.now(), connectionEvent);
  }

  function connectionEvent(): void {
    // A timer may run a moment early; the event is when it was due.
    const now = Math.max(clock.now(), dueAt);
    const events = Math.max(1, Math.floor((now - lastEventAt) / intervalMs()));
    lastEventAt = now;
    const quality = options.quality();
    // Both directions of one of the events since the last look must have got through for each to have heard the other.
    const eventLoss = 1 - (1 - quality.loss) ** 2;
    if (!silent && quality.audible && draw() >= eventLoss ** events) {
      lastHeardAt = now;
      exchange(quality);
    }
    if (!gone && now - lastHeardAt >= timeoutMs()) timeOut();
    arm();
  }

  function exchange(quality: LinkQuality): void {
    let budget = intervalMs();
    for (const side of ["central", "peripheral"] as const) {
      const sent = transmit(side, quality, budget);
      budget -= sent.airtime;
      if (sent.count > 0 && state[side].open) ends[side].completed(sent.count);
      const { farewell, queue } = state[side];
      if (farewell !== undefined && queue.length === 0 && draw() >= quality.loss) sayFarewell(side, farewell);
    }
  }

  function transmit(side: LinkSide, quality: LinkQuality, budget: number): { count: number; airtime: number } {
    let count = 0;
    let airtime = 0;
    for (let packet = state[side].queue[0]; packet !== undefined; packet = state[side].queue[0]) {
      if (count > 0 && airtime + airtimeMs(packet) > budget) break;
      airtime += airtimeMs(packet);
      if (draw() < quality.loss) break;
      state[side].queue.shift();
      count += 1;
      deliverLater(otherSide(side), packet, quality.latencyMs);
    }
    return { count, airtime };
  }

  function deliverLater(side: LinkSide, packet: LinkPacket, latencyMs: number): void {
    const end = state[side];
    const now = clock.now();
    end.lastDeliveryAt = Math.max(end.lastDeliveryAt, now + latencyMs);
    if (end.lastDeliveryAt <= now) {
      if (end.open) ends[side].deliver(packet);
      return;
    }
    clock.schedule(end.lastDeliveryAt - now, () => {
      if (end.open) ends[side].deliver(packet);
    });
  }

  function sayFarewell(side: LinkSide, reason: number): void {
    state[side].farewell = undefined;
    const other = otherSide(side);
    const wait = state[other].lastDeliveryAt - clock.now();
    if (wait <= 0) closeEnd(other, reason);
    else clock.schedule(wait, () => closeEnd(other, reason));
  }

  function closeEnd(side: LinkSide, reason: number | undefined): void {
    if (!state[side].open) return;
    state[side].open = false;
    if (reason !== undefined) ends[side].ended(reason);
    settle();
  }

  function timeOut(): void {
    state.central.farewell = undefined;
    state.peripheral.farewell = undefined;
    closeEnd("central", CONNECTION_TIMEOUT);
    closeEnd("peripheral", CONNECTION_TIMEOUT);
  }

  function settle(): void {
    if (gone || state.central.open || state.peripheral.open) return;
    gone = true;
    cancelTimer();
  }

  arm();
  return {
    send(from, packet) {
      if (!state[from].open || state[from].farewell !== undefined) return;
      state[from].queue.push(packet);
      arm();
    },
    update(next) {
      parameters = next;
      for (const side of ["central", "peripheral"] as const) if (state[side].open) ends[side].updated(next);
      arm();
    },
    disconnect(from, reason) {
      if (!state[from].open) return;
      state[from].farewell = reason;
      closeEnd(from, LOCAL_HOST_ENDED);
      arm();
    },
    abandon(side) {
      silent = true;
      state[side].queue.length = 0;
      state[side].farewell = undefined;
      closeEnd(side, undefined);
    },
  };
}
