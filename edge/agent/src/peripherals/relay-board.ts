import { channelsOn, hexOf, type RelayProfile, reportFor } from "@wardkey/firmware-profiles";
import { type Duration, milliseconds } from "@wardkey/protocol";
import type { Conversation } from "./conversation.js";

/**
 * `relay-missing`: none is attached. `relay-channel-unknown`: the board has no such channel. `relay-overtaken`: a newer
 * order for the same channel came first. `relay-failed`: the board did not take it, or answers that it did not switch.
 */
export type RelayAnswer =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly code: "relay-missing" | "relay-channel-unknown" | "relay-overtaken" | "relay-failed";
    };

export interface RelayDefaults {
  readonly use: "hold" | "pulse";
  readonly pulse: Duration;
  readonly failSafe: "on" | "off";
}

/** One relay board, whatever its make. The same object while boards come and go. Channels count from 1. */
export interface RelayBoard {
  readonly attached: boolean;
  /** None while nothing is attached. */
  readonly channels: readonly number[];
  /** What its profile suggests; `null` while nothing is attached. */
  readonly defaults: RelayDefaults | null;
  /** Never rejects. Orders run one after another; a newer one for the same channel replaces one that still waits. */
  set(channel: number, on: boolean): Promise<RelayAnswer>;
  on(listener: (event: { readonly type: "attached" | "detached" }) => void): () => void;
}

interface Waiting {
  readonly on: boolean;
  readonly answer: (answer: RelayAnswer) => void;
}

const refused = (code: Extract<RelayAnswer, { ok: false }>["code"]): RelayAnswer => ({ ok: false, code });

/** A place for a board: what `Peripherals` finds is put into it and taken out again. */
export class RelayPlace implements RelayBoard {
  readonly #listeners = new Set<(event: { readonly type: "attached" | "detached" }) => void>();
  readonly #waiting = new Map<number, Waiting>();
  #board: { readonly profile: RelayProfile; readonly conversation: Conversation; on: Set<number> | null } | null = null;
  #running = false;

  get attached(): boolean {
    return this.#board !== null;
  }

  get channels(): readonly number[] {
    return Array.from({ length: this.#board?.profile.channels ?? 0 }, (_, index) => index + 1);
  }

  get defaults(): RelayDefaults | null {
    const said = this.#board?.profile.defaults;
    return said === undefined ? null : { use: said.use, pulse: milliseconds(said.pulseMs), failSafe: said.failSafe };
  }

  /** Of the board that is in this place. */
  get conversation(): Conversation | null {
    return this.#board?.conversation ?? null;
  }

  set(channel: number, on: boolean): Promise<RelayAnswer> {
    if (this.#board === null) return Promise.resolve(refused("relay-missing"));
    if (!this.channels.includes(channel)) return Promise.resolve(refused("relay-channel-unknown"));
    return new Promise((answer) => {
      this.#waiting.get(channel)?.answer(refused("relay-overtaken"));
      this.#waiting.set(channel, { on, answer });
      void this.#work();
    });
  }

  on(listener: (event: { readonly type: "attached" | "detached" }) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  attach(profile: RelayProfile, conversation: Conversation): void {
    this.#board = { profile, conversation, on: null };
    for (const listener of [...this.#listeners]) listener({ type: "attached" });
  }

  detach(conversation: Conversation): void {
    if (this.#board?.conversation !== conversation) return;
    this.#board = null;
    for (const { answer } of this.#waiting.values()) answer(refused("relay-missing"));
    this.#waiting.clear();
    for (const listener of [...this.#listeners]) listener({ type: "detached" });
  }

  async #work(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let next = this.#next(); next !== null; next = this.#next()) {
      const { channel, order } = next;
      order.answer(await this.#carryOut(channel, order.on));
    }
    this.#running = false;
  }

  #next(): { channel: number; order: Waiting } | null {
    for (const [channel, order] of this.#waiting) {
      this.#waiting.delete(channel);
      return { channel, order };
    }
    return null;
  }

  async #carryOut(channel: number, on: boolean): Promise<RelayAnswer> {
    const board = this.#board;
    if (board === null) return refused("relay-missing");
    const { profile, conversation } = board;
    try {
      board.on ??= (setsAll(profile) ? await told(profile, conversation) : null) ?? new Set();
      const wanted = new Set(board.on);
      if (on) wanted.add(channel);
      else wanted.delete(channel);
      const report = reportFor(profile, { channel, on, board: wanted });
      if (report === null) return refused("relay-channel-unknown");
      board.on = null;
      await conversation.run([{ send: report.send, bytes: hexOf(report.bytes) }]);
      const now = await told(profile, conversation);
      board.on = new Set(now ?? wanted);
      return board.on.has(channel) === on ? { ok: true } : refused("relay-failed");
    } catch {
      return refused("relay-failed");
    }
  }
}

/** Which channels the board says are on; `null`: it cannot tell. */
async function told(profile: RelayProfile, conversation: Conversation): Promise<Set<number> | null> {
  if (profile.state === null) return null;
  const on = channelsOn(profile, await conversation.run(profile.state.steps));
  return on === null ? null : new Set(on);
}

/** Whether each report sets all channels: then what is on already has to be known first. */
const setsAll = ({ set }: RelayProfile): boolean =>
  set.patches.some(({ value }) => "bits" in value && value.bits !== "this");
