import { assertNever, type Clock, milliseconds } from "@wardkey/protocol";
import { type Journal, journalReason } from "../../journal/index.js";
import type { Locker } from "../../locking/index.js";
import type { MatchEvidence, Permit } from "../../policy/index.js";
import type { PresenceEvent, PresenceSource } from "../../presence/index.js";
import type { Profile } from "../../profile/index.js";
import type { TapRunner, TapSession } from "../../tap/index.js";
import type { Timers } from "../../time.js";
import type { VisionPort } from "../../vision/index.js";
import { nextDeadline } from "../domain/deadline.js";
import type { AttemptId, Effect, Facts, HolderRef, Session, SessionEvent, SessionRecord } from "../domain/model.js";
import { startSession, step } from "../domain/step.js";
import { Attempt } from "./attempts.js";
import { matchFace } from "./matching.js";
import { type AttemptFacts, type JournalNote, noteOf } from "./records.js";

export interface SessionPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  /** A fresh UUID each time. */
  readonly newId: () => string;
  readonly profile: Profile;
  readonly locker: Locker;
  readonly journal: Pick<Journal, "append" | "note">;
  readonly presence: Pick<PresenceSource, "serve" | "near">;
  readonly taps: Pick<TapRunner, "tap">;
  readonly vision: Pick<VisionPort, "match">;
  /** Whether the policy in force lets in whoever matched. */
  readonly permit: (evidence: MatchEvidence) => Permit;
  /** Whether this kiosk vouches for its camera: told in the journal with each unlock. */
  readonly cameraAttested: boolean;
  /** Everything of `Facts` but the time. */
  readonly facts: () => Omit<Facts, "now" | "monotonic">;
  /** The session changed: time to show it. */
  readonly changed: (session: Session) => void;
  /** How a tap went and where its time was spent, ms; for the log. */
  readonly tapped: (report: TapReport) => void;
}

export interface TapReport {
  readonly outcome: "unlocked" | "refused";
  readonly code: string | null;
  readonly timings: Readonly<Record<string, number>>;
}

/** Runs the session: feeds it events and time, performs what it asks for. Nothing here decides. */
export class SessionRunner {
  readonly #ports: SessionPorts;
  readonly #attempts = new Map<AttemptId, Attempt>();
  readonly #ending = new Set<Promise<void>>();
  #session: Session;
  #queue: SessionEvent[] = [];
  #busy = false;
  #stopped = false;
  #cancelWake: (() => void) | null = null;

  constructor(ports: SessionPorts) {
    this.#ports = ports;
    this.#session = startSession({ now: ports.clock.now() });
    ports.locker.lock();
  }

  get session(): Session {
    return this.#session;
  }

  /** Presence's events, as the session knows them; the radio's own state is a fact. */
  sense(event: PresenceEvent): void {
    switch (event.type) {
      case "approaching":
        this.send({ type: "approaching", holder: event.holder, evidence: event.evidence });
        break;
      case "near":
      case "leaving":
      case "back":
      case "gone":
        this.send({ type: event.type, holder: event.holder });
        break;
      case "radio":
        this.send({ type: "look-again" });
        break;
      default:
        assertNever(event);
    }
  }

  /** Takes one event; what it asks for is performed before this returns, waits excepted. */
  send(event: SessionEvent): void {
    if (this.#stopped) return;
    this.#queue.push(event);
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#take(next);
    } finally {
      this.#busy = false;
    }
    this.#ports.changed(this.#session);
    this.#setWake();
  }

  /** Locks, lets every link go, and hears nothing more. */
  async stop(): Promise<void> {
    this.send({ type: "lock-now" });
    this.#stopped = true;
    this.#cancelWake?.();
    for (const attempt of this.#attempts.keys()) this.#end(attempt);
    await Promise.all(this.#ending);
  }

  #take(event: SessionEvent): void {
    const { clock, profile } = this.#ports;
    const facts: Facts = { ...this.#ports.facts(), now: clock.now(), monotonic: clock.monotonic() };
    const next = step(this.#session, event, facts, profile.session);
    this.#session = next.session;
    for (const effect of next.effects) this.#perform(effect);
    if (next.effects.some((effect) => effect.type === "lock")) this.#queue.push({ type: "look-again" });
  }

  #perform(effect: Effect): void {
    const { locker, journal } = this.#ports;
    switch (effect.type) {
      case "lock":
        locker.lock();
        break;
      case "unlock":
        locker.unlock();
        break;
      case "journal": {
        const { kind, body } = this.#note(effect.record);
        journal.note(kind, body);
        break;
      }
      case "record-unlock":
        this.#later(this.#record(effect.attempt, effect.record));
        break;
      case "start-tap":
        this.#later(this.#tap(effect.attempt, effect.holder));
        break;
      case "match":
        this.#later(this.#match(effect.attempt, effect.deadline));
        break;
      case "send-outcome": {
        const attempt = this.#attempts.get(effect.attempt);
        attempt?.decide(effect.outcome);
        if (effect.outcome === "unlocked" && attempt?.link) {
          attempt.served = true;
          attempt.until(this.#ports.presence.serve(attempt.link));
        }
        break;
      }
      case "end-attempt":
        this.#end(effect.attempt);
        break;
      default:
        assertNever(effect);
    }
  }

  async #tap(id: AttemptId, holder: HolderRef): Promise<void> {
    const { clock, newId, taps } = this.#ports;
    const attempt = new Attempt({ id, holder, session: newId(), begunAt: clock.monotonic() });
    this.#attempts.set(id, attempt);
    const answer = await taps.tap(holder, attempt.signal);
    if (!answer.ok) {
      this.#ports.tapped({ outcome: "refused", code: answer.code, timings: { ...answer.timings } });
      this.send({ type: "tap-failed", attempt: id, reason: answer.reason, code: answer.code });
      return;
    }
    if (attempt.ended || answer.session.holder.id !== holder.id) {
      await answer.session.close();
      this.send({ type: "tap-failed", attempt: id, reason: "credential-invalid", code: "holder-mismatch" });
      return;
    }
    this.#hold(attempt, answer.session);
    this.send({ type: "tapped", attempt: id });
  }

  #hold(attempt: Attempt, link: TapSession): void {
    attempt.hold(link);
    attempt.until(
      link.on((event) => {
        switch (event.type) {
          case "heartbeat":
            this.send({ type: "heartbeat", attempt: attempt.id, moved: event.moved });
            break;
          case "lost":
            this.send({ type: "link-lost", attempt: attempt.id });
            break;
          case "rssi":
            break;
          default:
            assertNever(event);
        }
      }),
    );
    for (const refusal of link.refusals.slice(0, 8)) {
      this.#ports.journal.note("security.alert", {
        reason: journalReason(refusal.code, "reader-refused"),
        staffId: link.staffId,
        kiosk: refusal.kiosk,
        // The phone's clock said so: told as it is, within what a date can be.
        seenAt: Math.min(8_640_000_000_000_000, Math.max(0, Math.floor(refusal.at))),
        count: 1,
      });
    }
  }

  async #match(id: AttemptId, deadline: number): Promise<void> {
    const attempt = this.#attempts.get(id);
    if (attempt === undefined || attempt.link === null) return;
    const { vision, profile, clock } = this.#ports;
    const begunAt = clock.monotonic();
    const { link } = attempt;
    const matched = await matchFace({
      vision,
      link,
      rules: profile.matching,
      clock,
      deadline,
      signal: attempt.signal,
    });
    attempt.matchMs = clock.monotonic() - begunAt;
    const permit = matched.ok
      ? this.#ports.permit({ branch: matched.decision.branch, consent: link.consent })
      : matched;
    const answer = permit.ok ? matched : permit;
    if (!answer.ok) this.#report(attempt, answer.reason);
    this.send(
      answer.ok
        ? { type: "matched", attempt: id, decision: answer.decision }
        : { type: "not-matched", attempt: id, reason: answer.reason },
    );
  }

  async #record(id: AttemptId, record: SessionRecord): Promise<void> {
    const { kind, body } = this.#note(record);
    const { journal, clock } = this.#ports;
    const begunAt = clock.monotonic();
    const appended = await journal.append(kind, body);
    const attempt = this.#attempts.get(id);
    if (attempt !== undefined) this.#report(attempt, appended.ok ? null : appended.code, clock.monotonic() - begunAt);
    this.send(appended.ok ? { type: "recorded", attempt: id } : { type: "record-failed", attempt: id });
  }

  #report(attempt: Attempt, code: string | null, journalMs?: number): void {
    const { clock, tapped } = this.#ports;
    const timings = {
      ...attempt.link?.timings,
      match: attempt.matchMs,
      ...(journalMs === undefined ? {} : { journal: journalMs }),
      whole: clock.monotonic() - attempt.begunAt,
    };
    const rounded = Object.entries(timings).map(([part, ms]) => [part, Math.round(ms * 10) / 10]);
    tapped({ outcome: code === null ? "unlocked" : "refused", code, timings: Object.fromEntries(rounded) });
  }

  #note(record: SessionRecord): JournalNote {
    const id = "served" in record ? record.served.attempt : record.attempt;
    const attempt = id === null ? undefined : this.#attempts.get(id);
    return noteOf(record, attempt === undefined ? null : this.#factsOf(attempt));
  }

  #factsOf(attempt: Attempt): AttemptFacts {
    const { clock, cameraAttested, profile } = this.#ports;
    return {
      session: attempt.session,
      holder: attempt.holder.id,
      ms: clock.monotonic() - attempt.begunAt,
      cameraAttested,
      livenessEnforced: profile.livenessEnforced,
    };
  }

  #end(id: AttemptId): void {
    const attempt = this.#attempts.get(id);
    if (attempt === undefined) return;
    this.#attempts.delete(id);
    this.#later(attempt.end());
    if (!attempt.served) return;
    // Presence said nothing of this phone's advertisements while it was served: ask where it is now.
    const { holder } = attempt;
    const near = this.#ports.presence.near().some((each) => each.id === holder.id);
    this.#queue.push({ type: near ? "near" : "gone", holder });
  }

  /** Waits go on beside the session; one that breaks is a refusal of its attempt by the deadline. */
  #later(work: Promise<void>): void {
    const guarded = work.catch(() => {}).finally(() => this.#ending.delete(guarded));
    this.#ending.add(guarded);
  }

  #setWake(): void {
    this.#cancelWake?.();
    const { clock, timers, profile } = this.#ports;
    const now = clock.monotonic();
    const next = nextDeadline(this.#session, now, profile.session);
    this.#cancelWake =
      next === null ? null : timers.after(milliseconds(Math.ceil(next - now)), () => this.send({ type: "look-again" }));
  }
}
