import type { Clock } from "@wardkey/protocol";
import type { Journal } from "./journal/index.js";
import { LessonDesk, NudgeDesk } from "./nudge/index.js";
import type { PolicyInForce } from "./policy/index.js";
import { isQuietAt } from "./screen/index.js";
import type { Session } from "./session/index.js";
import type { Timers } from "./time.js";

/** What the fleet has this kiosk say to whoever is in, and the lessons that wait for them. */
export interface Nudging {
  readonly nudges: NudgeDesk;
  readonly lessons: LessonDesk;
  /** Whatever stands or falls with the session is looked at anew, and shown. */
  readonly sessionChanged: () => void;
}

export function openNudges(parts: {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly journal: Pick<Journal, "note">;
  readonly policy: Pick<PolicyInForce, "current">;
  readonly session: () => Session;
  readonly changed: () => void;
}): Nudging {
  const { clock, timers, journal, policy, session, changed } = parts;
  const lessons = new LessonDesk({ clock, journal, session, changed });
  const nudges = new NudgeDesk({
    ...{ clock, timers, journal, session, changed },
    quiet: (at) => isQuietAt(policy.current().settings, at),
    offered: (lesson) => lessons.offer(lesson),
  });
  return {
    nudges,
    lessons,
    sessionChanged: () => {
      nudges.look();
      lessons.look();
      changed();
    },
  };
}
