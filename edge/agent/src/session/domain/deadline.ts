import { assertNever } from "@wardkey/protocol";
import { deferredUntil, idleVeilAt } from "./leaving.js";
import type { Served, Session, SessionRules } from "./model.js";
import { coolUntil } from "./patience.js";

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
      return [mode.lockAt, mode.served.activityAt + rules.idleAfter, ...ofProcedure(mode.served, rules)];
    case "unlocked": {
      const { endsAt, heartbeatAt, activityAt, stayUntil, cameraLostAt } = mode.served;
      const newcomer = mode.newcomer === null ? [] : [mode.newcomer.deadline];
      const idle = idleVeilAt(mode.served, rules);
      if (mode.served.elsewhere !== undefined) {
        return [activityAt + rules.idleAfter, ...ofProcedure(mode.served, rules), ...newcomer];
      }
      if (endsAt !== null) return [idle, activityAt + rules.idleAfter, endsAt, ...newcomer];
      const camera = cameraLostAt === null ? [] : [cameraLostAt + rules.cameraGrace];
      return [heartbeatAt + rules.heartbeatDeadline, idle, stayUntil, ...camera];
    }
    default:
      return assertNever(mode);
  }
}

const ofProcedure = (served: Served, rules: SessionRules): readonly number[] => {
  const until = deferredUntil(served, rules);
  return until === null ? [] : [until];
};

const ofPauses = (session: Session): readonly number[] =>
  session.nearby.filter((each) => each.near).map((each) => coolUntil(session.refusals, each.holder.id));

const ofHold = (session: Session, rules: SessionRules): readonly number[] =>
  session.held === null ? [] : [session.held.since + rules.heldFor];

const ofSightings = (session: Session, rules: SessionRules): readonly number[] =>
  session.nearby.filter((each) => !each.near).map((each) => each.at + rules.sightingFresh);
