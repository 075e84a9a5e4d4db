import type { Facts, LeavingCause, Served, Session, SessionRules, Step } from "./model.js";

/** The graver, the sooner it locks. */
const GRAVITY: Readonly<Record<LeavingCause, number>> = {
  idle: 0,
  "face-gone": 1,
  "walked-away": 2,
  "heartbeat-lost": 3,
};

/** Why this session is about to close; `null`: it is not. */
export function leavingCause(served: Served, facts: Facts, rules: SessionRules): LeavingCause | null {
  // They have left already, and the veil is down.
  if (served.elsewhere !== undefined) return null;
  if (served.holder !== null && !heartbeatAlive(served, facts, rules)) return "heartbeat-lost";
  const { away, stayUntil, emergency } = served;
  if (away !== null && facts.monotonic >= stayUntil) return away.because;
  return emergency === undefined && facts.monotonic >= idleVeilAt(served, rules) ? "idle" : null;
}

export const heartbeatAlive = (served: Served, facts: Facts, rules: SessionRules): boolean =>
  !served.linkLost && facts.monotonic < served.heartbeatAt + rules.heartbeatDeadline;

/** When the veil of an untouched screen comes down. */
export const idleVeilAt = (served: Served, rules: SessionRules): number =>
  served.activityAt + rules.idleAfter - (rules.veiled ? Math.min(rules.idleVeil, rules.idleAfter) : 0);

/** Until when a procedure that runs puts off every lock that only means that nobody is there; `null`: none does. */
export function deferredUntil(served: Served, rules: SessionRules): number | null {
  if (served.procedureSince === null || rules.procedureAtMost === 0) return null;
  return served.procedureSince + rules.procedureAtMost;
}

export const isDeferred = (served: Served, facts: Facts, rules: SessionRules): boolean => {
  const until = deferredUntil(served, rules);
  return until !== null && facts.monotonic < until;
};

/** Veils the screen: a step back, or a touch where that is enough, keeps the session until the lock. */
export function leave(
  session: Session,
  served: Served,
  because: LeavingCause,
  facts: Facts,
  rules: SessionRules,
): Step {
  const mode = { name: "leaving", served, because, lockAt: lockAt(served, because, facts, rules) } as const;
  return {
    session: { ...session, mode },
    effects: [{ type: "journal", record: { kind: "leaving", served, because } }],
  };
}

/** The same leaving for a graver reason: the lock comes as soon as the graver one says, never later. */
export function worsened(session: Session, because: LeavingCause, facts: Facts, rules: SessionRules): Step {
  const { mode } = session;
  if (mode.name !== "leaving" || GRAVITY[because] <= GRAVITY[mode.because]) return { session, effects: [] };
  const sooner = Math.min(mode.lockAt, lockAt(mode.served, because, facts, rules));
  return { session: { ...session, mode: { ...mode, because, lockAt: sooner } }, effects: [] };
}

function lockAt(served: Served, because: LeavingCause, facts: Facts, rules: SessionRules): number {
  switch (because) {
    case "idle":
      return served.activityAt + rules.idleAfter;
    case "face-gone":
      return served.away?.lockAt ?? facts.monotonic + rules.leavingCountdown;
    case "walked-away":
    case "heartbeat-lost":
      return facts.monotonic + rules.leavingCountdown;
  }
}
