import { type Duration, type Instant, instant, seconds } from "@wardkey/protocol";
import {
  type AckBody,
  type Downward,
  type EventAck,
  EventMessage,
  type JournalEvent,
  MAX_EVENTS_PER_MESSAGE,
  MAX_UP_BYTES,
} from "@wardkey/protocol/fleet";
import type { Journal } from "../journal/index.js";
import type { Timers } from "../time.js";
import { BackOff } from "./back-off.js";
import type { SiteAnswer } from "./device-https.js";

/** Messages on their way that the fleet has not acknowledged yet. */
const WINDOW = 8;
/** Room for the envelope around the entries. */
const MAX_ENTRIES_BYTES = MAX_UP_BYTES - 1_024;

export interface OutboxSettings {
  readonly journal: Pick<Journal, "after" | "outbox" | "acknowledge" | "rewind" | "head">;
  readonly timers: Timers;
  readonly random: () => number;
  readonly newId: () => string;
  readonly wallNow: () => number;
  /** The fleet's time: what it acknowledged before it went back counts no more. */
  readonly fleetNow: () => Instant;
  readonly publish: (payload: string) => Promise<void>;
  /** What of this journal is durable at the fleet now. */
  readonly headAtFleet: () => Promise<SiteAnswer<EventAck>>;
  /** The cursor moved to this entry. */
  readonly acknowledged: (event: JournalEvent) => void;
  /** Somebody has to look: two histories do not agree. */
  readonly alarm: (code: OutboxAlarm) => void;
  readonly say: (code: string | null) => void;
}

export type OutboxAlarm = "journal-fork" | "journal-fleet-ahead" | "journal-fleet-behind";

/** Where the fleet's word falls in this journal's chain. */
type Placed =
  | { readonly place: "here"; readonly event: JournalEvent | null }
  | { readonly place: "fork" | "ahead" | "unknown" };

/**
 * The journal's way to the fleet: in order, at least once. Messages go out in a window; the cursor moves over nothing but
 * what the fleet says is durable there under the same hash as here. When acknowledgements stay away, or after each new
 * connection, the fleet is asked where it stands, and what it does not hold is sent again from there.
 */
export class Outbox {
  readonly #settings: OutboxSettings;
  readonly #patience: BackOff;
  #connected = false;
  #sentTo = 0;
  /** Last sequences of the messages on their way, oldest first. */
  #window: number[] = [];
  #halted = false;
  #floor: Instant = instant(0);
  #cancelPatience: (() => void) | null = null;
  #work: Promise<void> = Promise.resolve();
  #queued = false;

  constructor(settings: OutboxSettings) {
    this.#settings = settings;
    this.#patience = new BackOff({ first: seconds(10), longest: seconds(120), random: settings.random });
  }

  connected(): void {
    this.#connected = true;
    this.#patience.worked();
    this.#then(() => this.#reconcile());
  }

  disconnected(): void {
    this.#connected = false;
    this.#cancelPatience?.();
    this.#cancelPatience = null;
    this.#window = [];
  }

  /** There may be something to send. */
  kick(): void {
    if (this.#queued) return;
    this.#queued = true;
    this.#then(async () => {
      this.#queued = false;
      await this.#pump();
    });
  }

  onAcknowledgement({ iat, body }: Downward<"ack">): void {
    this.#then(() => this.#hear(instant(iat * 1_000), body));
  }

  /** Resolves when everything begun so far is done. */
  async settled(): Promise<void> {
    await this.#work;
  }

  /** One thing at a time: cursor and window are changed by nobody else meanwhile. */
  #then(next: () => Promise<void>): void {
    this.#work = this.#work.then(next).catch(() => this.#settings.say("journal-unreadable"));
  }

  async #pump(): Promise<void> {
    const { journal, publish } = this.#settings;
    while (this.#connected && !this.#halted && this.#window.length < WINDOW) {
      const events = fitting(await journal.after(this.#sentTo, MAX_EVENTS_PER_MESSAGE));
      const last = events.at(-1);
      if (last === undefined) return;
      this.#window.push(last.seq);
      this.#sentTo = last.seq;
      publish(this.#message(events)).catch(() => {});
      this.#wait();
    }
  }

  #message(events: readonly JournalEvent[]): string {
    const { newId, wallNow } = this.#settings;
    const message = { v: 1, id: newId(), at: Math.floor(wallNow()), kind: "journal", body: { events } };
    return JSON.stringify(EventMessage.parse(message));
  }

  async #hear(issuedAt: Instant, { seq, head, refusal }: AckBody): Promise<void> {
    const { journal, acknowledged, say } = this.#settings;
    if (issuedAt < this.#floor) return;
    if (refusal !== null) {
      say(refusal.code);
      return this.#wait();
    }
    const placed = await this.#place(seq, head);
    if (placed.place !== "here") return this.#halt(placed.place);
    const cursor = await journal.outbox();
    if (placed.event === null || seq <= cursor) return;
    await journal.acknowledge(seq);
    this.#window = this.#window.filter((sent) => sent > seq);
    this.#sentTo = Math.max(this.#sentTo, seq);
    this.#patience.worked();
    this.#wait();
    say(null);
    acknowledged(placed.event);
    await this.#pump();
  }

  /** Begins again from what the fleet holds. A fleet that cannot be asked is believed to hold what it acknowledged. */
  async #reconcile(): Promise<void> {
    const { journal, headAtFleet, fleetNow, alarm, acknowledged } = this.#settings;
    if (!this.#connected) return;
    const answer = await headAtFleet();
    const cursor = await journal.outbox();
    if (answer.ok) {
      const { seq, head } = answer.value;
      const placed = await this.#place(seq, head);
      if (placed.place !== "here") return this.#halt(placed.place);
      this.#halted = false;
      if (seq < cursor) {
        this.#floor = instant(Math.floor(fleetNow() / 1_000) * 1_000);
        await journal.rewind(seq);
        alarm("journal-fleet-behind");
      } else if (placed.event !== null && seq > cursor) {
        await journal.acknowledge(seq);
        acknowledged(placed.event);
      }
    }
    this.#sentTo = await journal.outbox();
    this.#window = [];
    await this.#pump();
  }

  async #place(seq: number, head: string): Promise<Placed> {
    if (seq === 0) return { place: "here", event: null };
    const [own] = await this.#settings.journal.after(seq - 1, 1);
    // A journal that is open holds at least the start of this run.
    if (own === undefined) return { place: (await this.#settings.journal.head()).seq === 0 ? "unknown" : "ahead" };
    return own.seq === seq && own.hash === head ? { place: "here", event: own } : { place: "fork" };
  }

  #halt(place: "fork" | "ahead" | "unknown"): void {
    this.#halted = true;
    if (place === "unknown") {
      this.#settings.say("journal-unavailable");
      this.#wait();
      return;
    }
    const code = place === "fork" ? "journal-fork" : "journal-fleet-ahead";
    this.#settings.say(code);
    this.#settings.alarm(code);
    this.#wait();
  }

  /** Asks the fleet where it stands when nothing is heard of what was sent. */
  #wait(): void {
    this.#cancelPatience?.();
    this.#cancelPatience = null;
    if (!this.#connected || (this.#window.length === 0 && !this.#halted)) return;
    const pause: Duration = this.#patience.next();
    this.#cancelPatience = this.#settings.timers.after(pause, () => this.#then(() => this.#reconcile()));
  }
}

/** The first entries that fit into one message together; always at least one. */
function fitting(events: readonly JournalEvent[]): readonly JournalEvent[] {
  let bytes = 0;
  const end = events.findIndex((event, index) => {
    bytes += Buffer.byteLength(JSON.stringify(event)) + 1;
    return bytes > MAX_ENTRIES_BYTES && index > 0;
  });
  return end < 0 ? events : events.slice(0, end);
}
