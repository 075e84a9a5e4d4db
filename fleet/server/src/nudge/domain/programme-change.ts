import { BEHAVIOURS } from "@wardkey/protocol/nudge";
import type { Programme } from "./programme.js";

export interface ProgrammeChange {
  readonly kind: "nudge.programme-changed" | "nudge.caps-changed";
  readonly body: Readonly<Record<string, string | number | null>>;
}

/** What the audit keeps of a change: each answer that is another now, and how often people are told, before and after. */
export function programmeChanges(before: Programme, after: Programme): readonly ProgrammeChange[] {
  const answers = BEHAVIOURS.flatMap((behaviour): ProgrammeChange[] => {
    const [was, is] = [before.answers[behaviour], after.answers[behaviour]];
    const { mode, template, lesson, lessonAfter } = is;
    const same =
      mode === was.mode && template === was.template && lesson === was.lesson && lessonAfter === was.lessonAfter;
    if (same) return [];
    const now = { behaviour, mode, template, lesson, lessonAfter };
    const then = {
      ...{ wasMode: was.mode, wasTemplate: was.template },
      ...{ wasLesson: was.lesson, wasLessonAfter: was.lessonAfter },
    };
    return [{ kind: "nudge.programme-changed", body: { ...now, ...then } }];
  });
  const [was, is] = [before.caps, after.caps];
  if (was.hoursBetween === is.hoursBetween && was.aWeek === is.aWeek) return answers;
  const caps = { ...is, wasHoursBetween: was.hoursBetween, wasAWeek: was.aWeek };
  return [...answers, { kind: "nudge.caps-changed", body: caps }];
}
