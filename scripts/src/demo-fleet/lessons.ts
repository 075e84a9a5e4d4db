import { gradeLesson, LESSON_IDS, type LessonId, type LessonScore, lessonOf } from "@wardkey/protocol/training";
import type { Draws } from "./draws.js";
import type { Entry } from "./visits.js";

/** How often somebody of the days before read a lesson in a visit. */
const READ_IN_A_VISIT = 0.02;
const RIGHT = 0.8;
const PUT_OFF = 0.25;
const LOOKS_AT_IT_MS = { from: 3_000, to: 9_000 };
const READING_MS = { from: 70_000, to: 170_000 };
/** Of a lesson that is offered while somebody looks on: they read fast, so that it is seen to be answered. */
const SWIFT_MS = { from: 20_000, to: 45_000 };
const BACK_TO_WORK_MS = 2_000;

/** The visit as it was, or with a lesson read and answered in it, which keeps its person as much longer. */
export function perhapsWithLesson(draws: Draws, visit: readonly Entry[]): readonly Entry[] {
  const place = visit.findIndex(({ kind }) => kind === "session.unlocked");
  const unlocked = visit[place];
  if (unlocked?.kind !== "session.unlocked" || !draws.happens(READ_IN_A_VISIT)) return visit;
  const { staffId } = unlocked.body;
  if (staffId === undefined) return visit;
  const openedAt = unlocked.at + draws.whole(LOOKS_AT_IT_MS.from, LOOKS_AT_IT_MS.to);
  const ms = draws.whole(READING_MS.from, READING_MS.to);
  const longer = openedAt - unlocked.at + ms + BACK_TO_WORK_MS;
  const lesson = draws.pick(LESSON_IDS);
  const after = visit.slice(place + 1);
  const lock = after.findIndex(({ kind }) => kind === "session.locked");
  return [
    ...visit.slice(0, place + 1),
    opened({ at: openedAt, lesson, staffId }),
    completed({ at: openedAt + ms, lesson, staffId, ms, score: answersOf(draws, lesson) }),
    ...after.map((entry, at): Entry => {
      const later = { ...entry, at: entry.at + longer };
      if (at !== lock || later.kind !== "session.locked") return later;
      return { ...later, body: { ...later.body, heldMs: (later.body.heldMs ?? 0) + longer } };
    }),
  ];
}

/** What becomes of a lesson that the fleet offers to who is in now: put off, or opened and, if they stay, answered. */
export function answerOffer(
  draws: Draws,
  { lesson, staffId, now }: { lesson: LessonId; staffId: string; now: number },
): readonly Entry[] {
  const at = now + draws.whole(LOOKS_AT_IT_MS.from, LOOKS_AT_IT_MS.to);
  if (draws.happens(PUT_OFF)) return [{ at, kind: "lesson.put-off", body: { lesson, staffId } }];
  const ms = draws.whole(SWIFT_MS.from, SWIFT_MS.to);
  const score = answersOf(draws, lesson);
  return [opened({ at, lesson, staffId }), completed({ at: at + ms, lesson, staffId, ms, score })];
}

/** The questions, answered by somebody who read and still takes the wrong choice now and then. */
function answersOf(draws: Draws, id: LessonId): LessonScore {
  const lesson = lessonOf(id);
  const answers = lesson.questions.map(({ choices, right }) =>
    draws.happens(RIGHT) ? right : draws.whole(0, choices.length - 1),
  );
  const score = gradeLesson(lesson, answers);
  if (score === null) throw new RangeError("these answer another lesson");
  return score;
}

type About = { readonly at: number; readonly lesson: LessonId; readonly staffId: string };
const opened = ({ at, lesson, staffId }: About): Entry => ({ at, kind: "lesson.opened", body: { lesson, staffId } });
const completed = ({ at, lesson, staffId, ms, score }: About & { ms: number; score: LessonScore }): Entry => ({
  at,
  kind: "lesson.completed",
  body: { lesson, staffId, ...score, ms },
});
