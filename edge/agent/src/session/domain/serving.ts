import { assertNever } from "@wardkey/protocol";
import { wayOf } from "./attempt.js";
import { cover } from "./elsewhere.js";
import { heartbeatAlive, isDeferred, leave, leavingCause, worsened } from "./leaving.js";
import type { Facts, HolderRef, LeavingCause, Mode, Recording, Served, Session, SessionRules, Step } from "./model.js";
import { greet } from "./newcomer.js";
import { procedureInTime } from "./procedure.js";
import { lock } from "./rest.js";

type Open = Extract<Mode, { name: "unlocked" | "leaving" }>;

/** Something that bears on whether the person who is in still stays. */
export type Sign =
  | { readonly holder: HolderRef; readonly away: Served["away"] }
  | { readonly attempt: number; readonly heartbeat: number | "lost" }
  | { readonly stay: true }
  | { readonly activity: number };

/** The person of this attempt is in from now on. */
export function serve(mode: Recording, facts: Facts, rules: SessionRules): Served {
  const emergency = "way" in mode.decision ? mode.decision.emergency : undefined;
  const atMost = emergency?.lasts ?? rules.withoutPhoneAtMost;
  return {
    attempt: mode.attempt,
    holder: mode.holder,
    way: wayOf(mode),
    staffId: mode.decision.staffId,
    name: mode.decision.name,
    since: facts.now,
    endsAt: mode.holder === null ? facts.monotonic + atMost : null,
    heartbeatAt: facts.monotonic,
    linkLost: false,
    away: null,
    procedureSince: null,
    procedureAsked: null,
    activityAt: facts.monotonic,
    stays: 0,
    stayUntil: facts.monotonic,
    cameraLostAt: null,
    ...(emergency === undefined ? {} : { emergency }),
  };
}

/** Notes a sign; signs of other phones and of older attempts say nothing about the person who is in. */
export function keep(session: Session, sign: Sign, facts: Facts, rules: SessionRules): Step {
  const { mode } = session;
  if (mode.name !== "unlocked" && mode.name !== "leaving") return { session, effects: [] };
  if ("stay" in sign) return stay(session, mode, facts, rules);
  return { session: { ...session, mode: { ...mode, served: noted(mode.served, sign) } }, effects: [] };
}

function noted(served: Served, sign: Exclude<Sign, { stay: true }>): Served {
  if ("holder" in sign) return sign.holder.id === served.holder?.id ? { ...served, away: sign.away } : served;
  // Whoever touches a covered screen is not who is in.
  if ("activity" in sign) return served.elsewhere === undefined ? { ...served, activityAt: sign.activity } : served;
  if (sign.attempt !== served.attempt || served.linkLost) return served;
  return sign.heartbeat === "lost" ? { ...served, linkLost: true } : { ...served, heartbeatAt: sign.heartbeat };
}

/** "I am still here": only while leaving, only with a living heartbeat where there is a phone, and not for ever. */
function stay(session: Session, mode: Open, facts: Facts, rules: SessionRules): Step {
  const { served } = mode;
  const alive = served.holder === null || heartbeatAlive(served, facts, rules);
  const heeded = mode.name === "leaving" && alive && served.stays < rules.staysAtMost;
  if (!heeded || facts.monotonic >= mode.lockAt) return { session, effects: [] };
  const until = { stayUntil: facts.monotonic + rules.stayGrace, activityAt: facts.monotonic };
  const kept: Served = { ...served, stays: served.stays + 1, ...until };
  return {
    session: { ...session, mode: { name: "unlocked", served: kept, newcomer: null } },
    effects: [{ type: "journal", record: { kind: "kept", served: kept, because: "stay" } }],
  };
}

/** Who has gone far while leaving is not coming back: the countdown is over. A touch at the screen still has its grace. */
export function hurried(session: Session, holder: HolderRef, facts: Facts): Session {
  const { mode } = session;
  if (mode.name !== "leaving" || mode.served.away === null || mode.served.holder?.id !== holder.id) return session;
  return { ...session, mode: { ...mode, lockAt: Math.min(mode.lockAt, facts.monotonic) } };
}

/** What time and facts make of an open session. */
export function tend(session: Session, mode: Open, facts: Facts, rules: SessionRules): Step {
  const filmed: Session = { ...session, mode: { ...mode, served: withCamera(mode.served, facts) } };
  return both(procedureInTime(filmed, facts, rules), (current) => tended(current, facts, rules));
}

function tended(current: Session, facts: Facts, rules: SessionRules): Step | null {
  const { mode } = current;
  if (mode.name !== "unlocked" && mode.name !== "leaving") return null;
  const { served } = mode;
  if (facts.cutOff) return lock(current, "kiosk-cut-off", facts);
  if (facts.denied.has(served.staffId)) return lock(current, "person-cut-off", facts);
  if (!facts.leaseValid && served.emergency === undefined) return lock(current, "lease-expired", facts);
  const deferred = isDeferred(served, facts, rules);
  const idle = served.emergency === undefined && facts.monotonic >= served.activityAt + rules.idleAfter;
  if (idle && !deferred) return lock(current, "idle", facts);
  if (served.endsAt !== null && facts.monotonic >= served.endsAt) return lock(current, "time-up", facts);
  if (served.cameraLostAt !== null && facts.monotonic >= served.cameraLostAt + rules.cameraGrace) {
    return lock(current, "camera-lost", facts);
  }
  const cause = leavingCause(served, facts, rules);
  switch (mode.name) {
    case "unlocked":
      if (cause !== null && mode.newcomer === null) return leave(current, served, cause, facts, rules);
      if (served.elsewhere === undefined) {
        return served.holder === null ? greet(current, facts, rules) : { session: current, effects: [] };
      }
      return both(cover(current, served, deferred), (next) => (next.held === null ? greet(next, facts, rules) : null));
    case "leaving": {
      if (facts.monotonic >= mode.lockAt && !deferred) {
        return lock(heldAfter(current, mode.because, facts), mode.because, facts);
      }
      if (cause !== null) return worsened(current, cause, facts, rules);
      const kept: Served = served.away === null ? { ...served, stays: 0 } : served;
      return {
        session: { ...current, mode: { name: "unlocked", served: kept, newcomer: null } },
        effects: [{ type: "journal", record: { kind: "kept", served: kept, because: "back" } }],
      };
    }
    default:
      return assertNever(mode);
  }
}

function both(first: Step, then: (session: Session) => Step | null): Step {
  const second = then(first.session);
  return second === null ? first : { session: second.session, effects: [...first.effects, ...second.effects] };
}

/** Who walked off and lingers at the line is not let in again and again by two measures of one distance. */
const heldAfter = (session: Session, because: LeavingCause, facts: Facts): Session =>
  because === "walked-away" ? { ...session, held: { since: facts.monotonic, sticky: false } } : session;

/** A face's session outlives its camera for a moment only: behind a covered camera nobody could show that the person left. */
function withCamera(served: Served, facts: Facts): Served {
  if (served.way !== "face") return served;
  if (facts.camera === "ok" || facts.camera === "blind")
    return served.cameraLostAt === null ? served : { ...served, cameraLostAt: null };
  return served.cameraLostAt === null ? { ...served, cameraLostAt: facts.monotonic } : served;
}
