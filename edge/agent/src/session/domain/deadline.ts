import { assertNever } from "@wardkey/protocol";
import { deferredUntil, idleVeilAt } from "./leaving.js";
import type { Served, Session, SessionRules } from "./model.js";
import { askedFrom } from "./patience.js";

/** The monotonic moment at which time alone may change this session, so that somebody looks again then; `null`: none. */
export function nextDeadline(session: Session, monotonic: number, rules: SessionRules): number | null {
  const moments = [
    ...ofMode(session, rules),
    ...ofPauses(session),
    ...ofHold(session, rules),
    ...ofSightings(session, rules),
  ];
  const ahead = moments.filter((moment) => moment > monotonic);
  return ahead.length === 0 ? null : Math.min(...ahead);
}

function ofMode({ mode }: Session, rules: SessionRules): readonly number[] {
  switch (mode.name) {
    case "locked":
    case "someone-near":
    case "degraded":
      return [];
    case "identifying":
      return [mode.deadline];
    case "refused":
      return [mode.readUntil, mode.until];
    case "leaving":
      return [mode.lockAt, ...ofServed(mode.served, rules)];
    case "unlocked":
      return [...ofServed(mode.served, rules), ...(mode.newcomer === null ? [] : [mode.newcomer.deadline])];
    default:
      return assertNever(mode);
  }
}

/** A veil, another kiosk or a procedure that runs keeps none of these from counting: a look too many changes nothing. */
function ofServed(served: Served, rules: SessionRules): readonly number[] {
  const { holder, heartbeatAt, activityAt, stayUntil, endsAt, cameraLostAt } = served;
  const deferred = deferredUntil(served, rules);
  return [
    idleVeilAt(served, rules),
    activityAt + rules.idleAfter,
    stayUntil,
    ...(holder === null ? [] : [heartbeatAt + rules.heartbeatDeadline]),
    ...(endsAt === null ? [] : [endsAt]),
    ...(cameraLostAt === null ? [] : [cameraLostAt + rules.cameraGrace]),
    ...(deferred === null ? [] : [deferred]),
  ];
}

const ofPauses = (session: Session): readonly number[] =>
  session.nearby.filter((each) => each.near).map((each) => askedFrom(session.refusals, each));

const ofHold = (session: Session, rules: SessionRules): readonly number[] =>
  session.held === null ? [] : [session.held.since + rules.heldFor];

const ofSightings = (session: Session, rules: SessionRules): readonly number[] =>
  session.nearby.filter((each) => !each.near).map((each) => each.at + rules.sightingFresh);
