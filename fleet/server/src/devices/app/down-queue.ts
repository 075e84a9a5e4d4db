import { type Clock, codeOf, type Duration, type Instant, milliseconds, seconds } from "@wardkey/protocol";
import type { Log, Timers } from "./fleet-ports.js";

export interface Outgoing {
  readonly id: string;
  readonly topic: string;
  readonly retain: boolean;
  readonly epoch: number;
  /** Overtakes what concerns one device and can wait. */
  readonly urgent: boolean;
  /** After this it is dropped; `null`: state, tried without end. */
  readonly expiresAt: Instant | null;
  /** Clears its topic: what comes after it counts from the beginning. */
  readonly forgets?: true;
  /** Signs, right before it goes out: what waited for an hour must not go out with an hour less to live. */
  readonly payload: () => Promise<string>;
  /** Already signed, for the first attempt. */
  readonly first?: string;
}

export interface Entry {
  message: Outgoing;
  readonly settled: Promise<"sent" | "dropped">;
  settle: (how: "sent" | "dropped") => void;
}

const PUBLISH_WITHIN: Duration = seconds(5);
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 15_000;
/** Shorter ones are hiccups: a broker that lost what it retained was away for longer. */
const OUTAGE: Duration = seconds(5);
const AT_ONCE = 32;
const MOST = 20_000;
/** `room` lets a long restatement through while this many wait. */
const CROWDED = 1_000;

/**
 * What waits for the broker. State is kept by topic, the newest alone; everything else in order. While the broker
 * refuses, it is asked with growing pauses, and everything that expired meanwhile is dropped.
 */
export class DownQueue {
  readonly #publish: (message: { topic: string; payload: string; retain: boolean }) => Promise<void>;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #random: () => number;
  readonly #log: Log;
  readonly #most: number;
  readonly #urgent = new Map<string, Entry>();
  readonly #patient = new Map<string, Entry>();
  readonly #busy = new Set<string>();
  /** What was last said on a retained topic: a restatement read before that must not come after it. */
  readonly #said = new Map<string, number>();
  readonly #onBack: () => void;
  #silentSince: number | null = null;
  readonly #rooms: (() => void)[] = [];
  #underWay = 0;
  #pause = 0;
  #resume: (() => void) | null = null;
  #stopped = false;

  constructor(parts: {
    publish: (message: { topic: string; payload: string; retain: boolean }) => Promise<void>;
    clock: Clock;
    timers: Timers;
    random: () => number;
    log: Log;
    most?: number;
    /** The broker takes messages again after a time in which it may have been replaced or wiped. */
    onBack?: () => void;
  }) {
    this.#publish = parts.publish;
    this.#clock = parts.clock;
    this.#timers = parts.timers;
    this.#random = parts.random;
    this.#log = parts.log;
    this.#most = parts.most ?? MOST;
    this.#onBack = parts.onBack ?? (() => undefined);
  }

  get waiting(): number {
    return this.#urgent.size + this.#patient.size;
  }

  /** `null`: too much waits already, and this is not news of something that waits. */
  add(message: Outgoing): Entry | null {
    const lane = message.urgent ? this.#urgent : this.#patient;
    const key = message.retain ? message.topic : message.id;
    const waiting = lane.get(key);
    if (waiting !== undefined) {
      if (waiting.message.epoch <= message.epoch) waiting.message = message;
      return waiting;
    }
    if (this.#stopped || this.waiting >= this.#most) return null;
    let settle: Entry["settle"] = () => undefined;
    const settled = new Promise<"sent" | "dropped">((resolve) => {
      settle = resolve;
    });
    const entry: Entry = { message, settled, settle };
    lane.set(key, entry);
    this.#pump();
    return entry;
  }

  /** `queued` when it is not out `within` this. */
  async settled(entry: Entry, within: Duration): Promise<"sent" | "queued"> {
    let giveUp: () => void = () => undefined;
    const late = new Promise<"late">((resolve) => {
      giveUp = this.#timers.after(within, () => resolve("late"));
    });
    const how = await Promise.race([entry.settled, late]);
    giveUp();
    return how === "sent" ? "sent" : "queued";
  }

  /** Resolves when there is room for another without crowding out what is urgent. */
  room(): Promise<void> {
    if (this.#stopped || this.waiting < CROWDED) return Promise.resolve();
    return new Promise((resolve) => this.#rooms.push(resolve));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#resume?.();
    for (const lane of [this.#urgent, this.#patient]) {
      for (const entry of lane.values()) entry.settle("dropped");
      lane.clear();
    }
    this.#makeRoom();
  }

  #pump(): void {
    if (this.#stopped || this.#resume !== null) return;
    for (const lane of [this.#urgent, this.#patient]) {
      for (const [key, entry] of lane) {
        // While the broker is silent one message at a time asks whether it is back.
        if (this.#underWay >= (this.#pause === 0 ? AT_ONCE : 1)) return;
        // Two of one topic never travel at once: the older could arrive last.
        if (this.#busy.has(entry.message.topic)) continue;
        lane.delete(key);
        this.#send(key, lane, entry);
      }
    }
    this.#makeRoom();
  }

  #send(key: string, lane: Map<string, Entry>, entry: Entry): void {
    const { message } = entry;
    if (message.expiresAt !== null && message.expiresAt <= this.#clock.now()) {
      entry.settle("dropped");
      this.#log({ code: "downlink-expired", topic: message.topic });
      return;
    }
    if (message.retain && message.epoch < (this.#said.get(message.topic) ?? 0)) {
      entry.settle("sent");
      return;
    }
    this.#underWay += 1;
    this.#busy.add(message.topic);
    this.#attempt(message).then(
      () => {
        this.#pause = 0;
        if (message.forgets === true) this.#said.delete(message.topic);
        else if (message.retain) this.#said.set(message.topic, message.epoch);
        this.#heard();
        entry.settle("sent");
        this.#done(message.topic);
      },
      (error: unknown) => {
        this.#log({ code: "downlink-refused", topic: message.topic, cause: codeOf(error) });
        const newer = lane.get(key);
        if (newer === undefined && !this.#stopped) lane.set(key, { ...entry, message: withoutFirst(message) });
        else if (newer !== undefined) void newer.settled.then(entry.settle);
        else entry.settle("dropped");
        this.#backOff();
        this.#done(message.topic);
      },
    );
  }

  async #attempt(message: Outgoing): Promise<void> {
    const payload = message.first ?? (await message.payload());
    let giveUp: () => void = () => undefined;
    const late = new Promise<never>((_resolve, reject) => {
      giveUp = this.#timers.after(PUBLISH_WITHIN, () => reject(new PublishLate()));
    });
    try {
      await Promise.race([this.#publish({ topic: message.topic, payload, retain: message.retain }), late]);
    } finally {
      giveUp();
    }
  }

  #done(topic: string): void {
    this.#underWay -= 1;
    this.#busy.delete(topic);
    this.#pump();
  }

  #heard(): void {
    const since = this.#silentSince;
    this.#silentSince = null;
    if (since !== null && this.#clock.monotonic() - since >= OUTAGE) this.#onBack();
  }

  #backOff(): void {
    this.#silentSince ??= this.#clock.monotonic();
    if (this.#resume !== null || this.#stopped) return;
    this.#pause = Math.min(LONGEST_PAUSE, this.#pause === 0 ? FIRST_PAUSE : this.#pause * 2);
    const pause = milliseconds(this.#pause * (0.75 + this.#random() / 2));
    const cancel = this.#timers.after(pause, () => {
      this.#resume = null;
      this.#pump();
    });
    this.#resume = cancel;
  }

  #makeRoom(): void {
    while (this.#rooms.length > 0 && (this.#stopped || this.waiting < CROWDED)) this.#rooms.shift()?.();
  }
}

class PublishLate extends Error {
  readonly code = "broker-silent";
}

function withoutFirst(message: Outgoing): Outgoing {
  const { first: _first, ...rest } = message;
  return rest;
}
