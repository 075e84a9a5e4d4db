import { instant, milliseconds, minutes, seconds } from "@wardkey/protocol";
import type { Effect, FacelessWay, Facts, ProofDecision, Session, SessionRules } from "./model.js";
import type { SessionEvent } from "./session-event.js";
import { startSession, step } from "./step.js";

/** The rules that the tests of the session count with. */
export const testRules: SessionRules = {
  heartbeatDeadline: seconds(3),
  leavingCountdown: seconds(2),
  tapDeadline: seconds(20),
  matchDeadline: seconds(4),
  challengeDeadline: seconds(6),
  decisionFresh: seconds(1),
  idleAfter: minutes(10),
  veiled: true,
  idleVeil: seconds(10),
  procedureAtMost: minutes(0),
  proofDeadline: seconds(10),
  withoutPhoneAtMost: minutes(60),
  staysAtMost: 2,
  stayGrace: seconds(10),
  cameraGrace: seconds(10),
  heldFor: seconds(3),
  sightingFresh: seconds(4),
  greetFrom: 0.5,
  patience: { first: seconds(2), longest: minutes(5), longestUnreleased: seconds(10), forgetAfter: minutes(10) },
};

/** Nothing keeps a session from being opened, and one face is in view. */
export const ALL_WELL: Omit<Facts, "now" | "monotonic"> = {
  leaseValid: true,
  cutOff: false,
  denied: new Set(),
  camera: "ok",
  journal: "ok",
  radio: "ok",
  face: "one",
};

/** A session with a clock and facts that a test moves, and everything it asked for. */
export class SimulatedSession {
  session: Session;
  facts: Facts;
  readonly effects: Effect[] = [];
  readonly #rules: SessionRules;

  constructor(facts: Partial<Facts> = {}, rules = testRules) {
    this.#rules = rules;
    this.facts = {
      now: instant(1_700_000_000_000),
      monotonic: 10_000,
      ...ALL_WELL,
      ...facts,
    };
    this.session = startSession(this.facts);
  }

  /** Feeds one event; the answer is what this step asked for. */
  send(event: SessionEvent): readonly Effect[] {
    const next = step(this.session, event, this.facts, this.#rules);
    this.session = next.session;
    this.effects.push(...next.effects);
    return next.effects;
  }

  /** Changes facts and looks again. */
  facing(facts: Partial<Facts>): readonly Effect[] {
    this.facts = { ...this.facts, ...facts };
    return this.send({ type: "look-again" });
  }

  /** Lets time pass in steps of 250 ms, or as told, or less where the rest is shorter. */
  pass(ms: number, stepMs = 250): readonly Effect[] {
    const seen: Effect[] = [];
    for (let left = ms; left > 0; left -= stepMs) {
      const by = milliseconds(Math.min(stepMs, left));
      this.facts = { ...this.facts, monotonic: this.facts.monotonic + by, now: instant(this.facts.now + by) };
      seen.push(...this.send({ type: "look-again" }));
    }
    return seen;
  }

  /** Walks the whole way in with this phone. */
  unlock(holder = { id: "anna" }): void {
    this.send({ type: "near", holder });
    const attempt = this.session.attempts;
    this.send({ type: "tapped", attempt });
    this.send({ type: "matched", attempt, decision: this.decision() });
    this.send({ type: "recorded", attempt });
  }

  /** The whole way in with what somebody typed. */
  prove(way: FacelessWay = "code"): void {
    this.send({ type: "proof-offered", way });
    const attempt = this.session.attempts;
    this.send({ type: "proven", attempt, decision: this.proof(way) });
    this.send({ type: "recorded", attempt });
  }

  /** Somebody says that a procedure runs, and its line is durable at once. */
  beginProcedure(): readonly Effect[] {
    const asked = this.send({ type: "procedure", running: true });
    return [...asked, ...asked.flatMap((effect) => (effect.type === "record-procedure" ? this.#written(effect) : []))];
  }

  #written({ attempt, asked }: { readonly attempt: number; readonly asked: number }): readonly Effect[] {
    return this.send({ type: "procedure-recorded", attempt, asked });
  }

  proof(way: FacelessWay = "code"): ProofDecision {
    const holder = way === "phone" ? { holder: { id: "carla", faceless: true as const } } : {};
    return { staffId: "carla", name: "Carla", way, weak: false, ...holder, decidedAt: this.facts.monotonic };
  }

  decision(): { staffId: string; name: string; branch: "bare"; decidedAt: number } {
    return { staffId: "anna", name: "Anna", branch: "bare", decidedAt: this.facts.monotonic };
  }

  get mode(): Session["mode"]["name"] {
    return this.session.mode.name;
  }
}
