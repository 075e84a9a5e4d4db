import { instant } from "@wardkey/protocol";
import type { LockReason } from "@wardkey/protocol/screen";
import { DEFAULT_TUNING, type LockAccount, PresenceEngine, type PresenceTuning, Sights } from "../presence/index.js";
import { PROFILES } from "../profile/index.js";
import {
  type Effect,
  type Facts,
  nextDeadline,
  type Session,
  type SessionEvent,
  type SessionRules,
  sensed,
  startSession,
  step,
} from "../session/index.js";
import type { Observation, ReplayEvent, ReplayWorld } from "./observation.js";

const TICK_MS = 200;
const UNANSWERED_MS = 2_000;
/** What a comparison and the journal's line take about. */
const COMPARED_MS = 60;
const LOOK_AGAIN_MS = 80;
const NO_PHONE = { reason: "phone-lost", code: "phone-not-seen" } as const;

export interface KioskReplay {
  /** Feeds one observation, in order of time, and says what happened since the last call. */
  observe(observation: Observation): readonly ReplayEvent[];
  /** Lets time pass. */
  until(at: number): readonly ReplayEvent[];
  /** Whose session is open. */
  readonly open: string | null;
}

export interface KioskReplayInput {
  readonly world: ReplayWorld;
  /** Monotonic ms at which the kiosk starts, locked. */
  readonly at: number;
  readonly rules?: Partial<SessionRules>;
  readonly tuning?: Partial<PresenceTuning>;
}

/**
 * A kiosk in compressed time: the engine of presence, the sights and the session of the running agent, with a recorded or
 * simulated trace in the place of radio, camera and clock, and the trace's own truth in the place of tap and match.
 */
export function createKioskReplay(input: KioskReplayInput): KioskReplay {
  return new Replay(input);
}

interface Due {
  readonly at: number;
  readonly run: () => void;
}

class Replay implements KioskReplay {
  readonly #world: ReplayWorld;
  readonly #rules: SessionRules;
  readonly #engine: PresenceEngine<string>;
  readonly #sights = new Sights();
  #session: Session;
  #now: number;
  #tickAt: number;
  #due: Due[] = [];
  #said: ReplayEvent[] = [];
  #asked = "";

  constructor({ world, at, rules = {}, tuning = {} }: KioskReplayInput) {
    this.#world = world;
    this.#rules = { ...PROFILES.production.session, ...rules };
    this.#engine = new PresenceEngine({ ...DEFAULT_TUNING, ...tuning });
    this.#now = at;
    this.#tickAt = at + TICK_MS;
    this.#session = startSession({ now: instant(at) });
  }

  get open(): string | null {
    const { mode } = this.#session;
    return mode.name === "unlocked" || mode.name === "leaving" ? (mode.served.holder?.id ?? null) : null;
  }

  observe(observation: Observation): readonly ReplayEvent[] {
    this.#pass(observation.at);
    this.#take(observation);
    return this.#tell();
  }

  until(at: number): readonly ReplayEvent[] {
    this.#pass(at);
    return this.#tell();
  }

  #tell(): readonly ReplayEvent[] {
    return this.#said.splice(0);
  }

  #pass(until: number): void {
    for (;;) {
      const deadline = nextDeadline(this.#session, this.#now, this.#rules) ?? Number.POSITIVE_INFINITY;
      const due = this.#due.reduce((first, { at }) => Math.min(first, at), Number.POSITIVE_INFINITY);
      const next = Math.min(deadline, due, this.#tickAt);
      if (next > until) break;
      this.#now = Math.max(this.#now, next);
      if (this.#tickAt <= this.#now) {
        this.#tickAt = this.#now + TICK_MS;
        this.#presence(this.#engine.tick(this.#now));
      }
      const ready = this.#due.filter(({ at }) => at <= this.#now);
      this.#due = this.#due.filter(({ at }) => at > this.#now);
      for (const { run } of ready) run();
      this.#send({ type: "look-again" });
    }
    this.#now = until;
  }

  #take(observation: Observation): void {
    const { at } = observation;
    switch (observation.type) {
      case "advert": {
        const { phone, rssi, address = phone } = observation;
        this.#presence(this.#engine.heard(phone, { where: address, address, strength: rssi, at }));
        return;
      }
      case "link-strength":
        if (this.#engine.served === observation.phone) {
          this.#presence(this.#engine.link({ type: "rssi", dbm: observation.rssi }, at));
        }
        return;
      case "heartbeat":
        this.#heartbeat(observation);
        return;
      case "link-lost":
        this.#lost(observation.phone);
        return;
      case "face":
        this.#sights.see(observation);
        this.#presence(this.#engine.face(observation, at));
        this.#send({ type: "look-again" });
        return;
      case "input":
        this.#presence(this.#engine.input(at));
        this.#send({ type: "activity" });
    }
  }

  #heartbeat({ phone, moved, steps }: Extract<Observation, { type: "heartbeat" }>): void {
    const { mode } = this.#session;
    if (this.#engine.served !== phone || (mode.name !== "unlocked" && mode.name !== "leaving")) return;
    this.#send({ type: "heartbeat", attempt: mode.served.attempt, moved });
    this.#presence(
      this.#engine.link({ type: "heartbeat", moved, ...(steps === undefined ? {} : { steps }) }, this.#now),
    );
  }

  #lost(phone: string): void {
    const { mode } = this.#session;
    if (this.#engine.served !== phone || (mode.name !== "unlocked" && mode.name !== "leaving")) return;
    this.#send({ type: "link-lost", attempt: mode.served.attempt });
    this.#presence(this.#engine.link({ type: "lost" }, this.#now));
  }

  #presence(changes: ReturnType<PresenceEngine<string>["tick"]>): void {
    for (const { holder, ...change } of changes) this.#send(sensed({ ...change, holder: { id: holder } }));
  }

  #facts(): Facts {
    return {
      now: instant(this.#now),
      monotonic: this.#now,
      leaseValid: true,
      cutOff: false,
      denied: new Set(),
      camera: "ok",
      journal: "ok",
      radio: "ok",
      face: this.#sights.face(this.#now),
    };
  }

  #send(event: SessionEvent): void {
    const before = this.#session.mode.name;
    const next = step(this.#session, event, this.#facts(), this.#rules);
    this.#session = next.session;
    const account = this.#engine.account(this.#now);
    for (const effect of next.effects) this.#perform(effect, account);
    const { mode } = this.#session;
    if (before !== "leaving" && mode.name === "leaving") {
      this.#say({ type: "veiled", phone: mode.served.holder?.id ?? "", why: mode.because });
    }
    if (next.effects.some(({ type }) => type === "lock")) this.#send({ type: "look-again" });
  }

  #perform(effect: Effect, account: LockAccount | null): void {
    switch (effect.type) {
      case "start-tap":
        this.#tap(effect.attempt, effect.holder.id);
        return;
      case "match":
        this.#match(effect.attempt, effect.deadline);
        return;
      case "record-unlock":
        this.#later(0, () => this.#send({ type: "recorded", attempt: effect.attempt }));
        return;
      case "unlock":
        this.#engine.serve(this.#asked, this.#now);
        this.#say({ type: "unlocked", phone: this.#asked });
        return;
      case "journal":
        this.#journal(effect.record, account);
        return;
      case "lock":
      case "prove":
      case "record-procedure":
      case "send-outcome":
      case "let-go":
      case "end-attempt":
        return;
    }
  }

  #journal(record: Extract<Effect, { type: "journal" }>["record"], account: LockAccount | null): void {
    switch (record.kind) {
      case "refused":
        this.#say({ type: "refused", phone: this.#asked, reason: record.reason });
        return;
      case "kept":
        this.#say({ type: "kept", phone: record.served.holder?.id ?? "", because: record.because });
        return;
      case "locked":
        this.#locked(record.staffId, record.why, account);
        return;
      case "tap-started":
      case "unlocked":
      case "leaving":
      case "procedure-begun":
      case "procedure-ended":
        return;
    }
  }

  #locked(phone: string, why: LockReason, account: LockAccount | null): void {
    if (account === null) return;
    this.#say({ type: "locked", phone, why, account });
    this.#engine.unserve();
    const near = this.#engine.near(this.#now).includes(phone);
    this.#later(0, () => this.#send({ type: near ? "near" : "gone", holder: { id: phone } }));
  }

  #tap(attempt: number, phone: string): void {
    this.#asked = phone;
    this.#say({ type: "asked", phone });
    const takes = this.#world.tap(phone, this.#now);
    if (takes === null) this.#later(UNANSWERED_MS, () => this.#send({ type: "tap-failed", attempt, ...NO_PHONE }));
    else this.#later(takes, () => this.#send({ type: "tapped", attempt }));
  }

  /** As the matching of the agent does: a face that stands at the kiosk, compared a few times, until the deadline. */
  #match(attempt: number, deadline: number, compared = 0): void {
    const again = (count: number): void => this.#later(LOOK_AGAIN_MS, () => this.#match(attempt, deadline, count));
    const decidedAt = this.#now;
    if (decidedAt >= deadline) this.#send({ type: "not-matched", attempt, reason: "no-face" });
    else if (!this.#sights.settled(decidedAt)) again(compared);
    else {
      const answer = this.#world.faceOf(this.#asked, decidedAt);
      const decision = { staffId: this.#asked, name: this.#asked, branch: "bare", decidedAt } as const;
      if (answer === "match") this.#later(COMPARED_MS, () => this.#send({ type: "matched", attempt, decision }));
      else if (answer === "no-face") again(compared);
      else if (compared + 1 < PROFILES.production.matching.comparisons) again(compared + 1);
      else this.#send({ type: "not-matched", attempt, reason: "no-match" });
    }
  }

  #later(ms: number, run: () => void): void {
    this.#due.push({ at: this.#now + ms, run });
  }

  #say(event: Unsaid): void {
    this.#said.push({ ...event, at: this.#now });
  }
}

type Unsaid = ReplayEvent extends infer Each ? (Each extends ReplayEvent ? Omit<Each, "at"> : never) : never;
