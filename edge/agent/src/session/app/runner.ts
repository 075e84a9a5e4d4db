import { assertNever, milliseconds } from "@wardkey/protocol";
import type { LockAccountView } from "@wardkey/protocol/screen";
import type { PresenceEvent } from "../../presence/index.js";
import { challengedUntil } from "../domain/challenging.js";
import { nextDeadline } from "../domain/deadline.js";
import type { AttemptId, Effect, FacelessWay, Facts, HolderRef, Session, SessionRecord } from "../domain/model.js";
import { obstacleTo } from "../domain/proving.js";
import type { SessionEvent } from "../domain/session-event.js";
import { startSession, step } from "../domain/step.js";
import { admitFace, type ChallengeShown } from "./admitting.js";
import { factsOf } from "./attempt-facts.js";
import { Attempt } from "./attempts.js";
import { followLink } from "./follow-link.js";
import { LockAccounts } from "./lock-accounts.js";
import type { SessionPorts } from "./ports.js";
import { type AskProof, type ProofOutcome, Proofs } from "./proofs.js";
import { type AttemptFacts, type Awaited, type JournalNote, noteOf, written } from "./records.js";
import { reportOf } from "./report.js";
import { sensed } from "./sensed.js";

/** Runs the session: feeds it events and time, performs what it asks for. Nothing here decides. */
export class SessionRunner {
  readonly #ports: SessionPorts;
  readonly #attempts = new Map<AttemptId, Attempt>();
  readonly #ending = new Set<Promise<void>>();
  readonly #proofs = new Proofs();
  readonly #accounts: LockAccounts;
  #session: Session;
  #queue: SessionEvent[] = [];
  #busy = false;
  #stopped = false;
  #cancelWake: (() => void) | null = null;
  /** Up to which monotonic moment the session has been judged. */
  #judgedAt = Number.NEGATIVE_INFINITY;
  #challenge: ChallengeShown | null = null;

  constructor(ports: SessionPorts) {
    this.#ports = ports;
    const { clock, timers, changed } = ports;
    this.#accounts = new LockAccounts({ clock, timers, changed: () => changed(this.#session) });
    this.#session = startSession({ now: ports.clock.now() });
    ports.locker.lock();
  }

  get session(): Session {
    return this.#session;
  }

  get challenge(): ChallengeShown | null {
    return this.#challenge;
  }

  get lockAccount(): LockAccountView | null {
    return this.#accounts.view;
  }

  /** Somebody says that this lock was wrong: journaled, once. False when no such lock is told of here. */
  lockWasWrong(session: string): boolean {
    const reason = this.#accounts.dispute(session);
    if (reason === null) return false;
    this.#ports.journal.note("session.lock-disputed", { session, reason });
    this.#ports.changed(this.#session);
    return true;
  }

  sense(event: PresenceEvent): void {
    this.send(sensed(event));
  }

  /** Takes a code or a PIN that somebody typed; resolves when the session has opened, or with the code of what spoke against it. */
  prove(way: FacelessWay, ask: AskProof): Promise<ProofOutcome> {
    return this.#proofs.offer(ask, {
      submit: () => this.send({ type: "proof-offered", way }),
      obstacle: () => (this.#stopped ? "way-overtaken" : obstacleTo(this.#session, way, this.#facts())),
    });
  }

  /** Performs what the event asks for before it returns, waits excepted. */
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

  /** Locks and journals that before it returns, begins to let every link go, and hears nothing more. */
  end(): void {
    this.send({ type: "lock-now" });
    this.#stopped = true;
    this.#cancelWake?.();
    this.#accounts.forget();
    for (const attempt of this.#attempts.keys()) this.#end(attempt);
  }

  /** Ends, and waits until every link is let go: a phone that never disconnects makes that long. */
  async stop(): Promise<void> {
    this.end();
    await Promise.all(this.#ending);
  }

  #facts(): Facts {
    const { clock, facts } = this.#ports;
    return { ...facts(), now: clock.now(), monotonic: clock.monotonic() };
  }

  #take(event: SessionEvent): void {
    const facts = this.#facts();
    const next = step(this.#session, event, facts, this.#ports.profile.session);
    this.#judgedAt = facts.monotonic;
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
        this.#accounts.forget();
        locker.unlock({ staffId: effect.staffId, freshUntil: effect.freshUntil });
        this.#proofs.end(effect.attempt, { ok: true });
        break;
      case "journal": {
        const { record } = effect;
        const { kind, body } = this.#note(record);
        journal.note(kind, body);
        if (record.kind === "locked") this.#accounts.locked(this.#factsAbout(record.attempt), record.why);
        if (record.kind === "refused" && record.attempt !== null) {
          this.#proofs.end(record.attempt, { ok: false, code: record.code });
        }
        break;
      }
      case "record-unlock":
      case "record-procedure":
        this.#later(this.#record(effect));
        break;
      case "start-tap":
        this.#later(this.#tap(effect.attempt, effect.holder));
        break;
      case "match":
        this.#later(this.#match(effect.attempt, effect.deadline));
        break;
      case "prove":
        this.#later(this.#prove(effect.attempt));
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
      case "let-go":
        this.#letGo(effect.attempt);
        break;
      case "end-attempt":
        this.#end(effect.attempt);
        this.#proofs.end(effect.attempt, { ok: false, code: "way-overtaken" });
        break;
      default:
        assertNever(effect);
    }
  }

  #begin(id: AttemptId, holder: HolderRef | null): Attempt {
    const { clock, newId } = this.#ports;
    const attempt = new Attempt({ id, holder, session: newId(), begunAt: clock.monotonic() });
    this.#attempts.set(id, attempt);
    return attempt;
  }

  async #tap(id: AttemptId, holder: HolderRef): Promise<void> {
    const { taps } = this.#ports;
    const attempt = this.#begin(id, holder);
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
    const { journal } = this.#ports;
    followLink({ attempt, link: answer.session, journal, send: (event) => this.send(event) });
    this.send({ type: "tapped", attempt: id });
  }

  async #match(id: AttemptId, deadline: number): Promise<void> {
    const attempt = this.#attempts.get(id);
    if (attempt === undefined || attempt.tap === null) return;
    const { vision, profile, clock, permit, drawChallenge } = this.#ports;
    const begunAt = clock.monotonic();
    const { tap: link, signal } = attempt;
    const show = (challenge: ChallengeShown | null): void => this.#show(challenge);
    const challengeBegins = (): number | null => {
      this.send({ type: "challenge-began", attempt: id });
      return challengedUntil(this.#session, id);
    };
    const world = { vision, rules: profile.matching, clock, permit, drawChallenge };
    const answer = await admitFace({ ...world, link, deadline, signal, challengeBegins, show });
    attempt.matchMs = clock.monotonic() - begunAt;
    if (!answer.ok) this.#report(attempt, answer.reason);
    this.send(
      answer.ok
        ? { type: "matched", attempt: id, decision: answer.decision }
        : { type: "not-matched", attempt: id, reason: answer.reason },
    );
  }

  #show(challenge: ChallengeShown | null): void {
    if (this.#stopped) return;
    this.#challenge = challenge;
    this.#ports.changed(this.#session);
  }

  async #prove(id: AttemptId): Promise<void> {
    const { clock, journal } = this.#ports;
    const attempt = this.#begin(id, null);
    const answer = await this.#proofs.ask(id, attempt.signal);
    if (!answer.ok) return this.send({ type: "not-proven", attempt: id, code: answer.code });
    const { who, phone } = answer;
    if (phone !== undefined && attempt.ended) return phone.close();
    if (phone !== undefined) followLink({ attempt, link: phone, journal, send: (event) => this.send(event) });
    const holder = phone === undefined ? {} : { holder: phone.holder };
    this.send({ type: "proven", attempt: id, decision: { ...who, ...holder, decidedAt: clock.monotonic() } });
  }

  /** What weakens the lock waits for its line in the journal. */
  async #record(effect: Awaited): Promise<void> {
    const { journal, clock } = this.#ports;
    const { kind, body } = this.#note(effect.record);
    const begunAt = clock.monotonic();
    const appended = await journal.append(kind, body);
    const attempt = this.#attempts.get(effect.attempt);
    if (attempt !== undefined && effect.type === "record-unlock") {
      this.#report(attempt, appended.ok ? null : appended.code, clock.monotonic() - begunAt);
    }
    this.send(written(effect, appended.ok));
  }

  #report(attempt: Attempt, code: string | null, journalMs?: number): void {
    if (attempt.holder === null) return;
    const { clock, tapped } = this.#ports;
    const spent = journalMs === undefined ? {} : { journalMs };
    tapped(reportOf(attempt, { code, monotonic: clock.monotonic(), ...spent }));
  }

  #note(record: SessionRecord): JournalNote {
    const id = "served" in record ? record.served.attempt : record.attempt;
    return noteOf(record, this.#factsAbout(id));
  }

  #factsAbout(id: AttemptId | null): AttemptFacts | null {
    return factsOf(id === null ? undefined : this.#attempts.get(id), this.#ports);
  }

  #end(id: AttemptId): void {
    this.#letGo(id);
    this.#attempts.delete(id);
  }

  #letGo(id: AttemptId): void {
    const attempt = this.#attempts.get(id);
    if (attempt === undefined || attempt.ended) return;
    this.#later(attempt.end());
    const { holder } = attempt;
    if (!attempt.served || holder === null) return;
    // Presence said nothing of this phone's advertisements while it was served: ask where it is now.
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
    // Not from now: a moment that passed since the session was judged (a timer that woke a hair early, a stall) is still owed.
    const next = nextDeadline(this.#session, this.#judgedAt, profile.session);
    const left = next === null ? 0 : Math.max(0, Math.ceil(next - clock.monotonic()));
    this.#cancelWake = next === null ? null : timers.after(milliseconds(left), () => this.send({ type: "look-again" }));
  }
}
