import { isLesson, lessonOf } from "@wardkey/protocol/training";
import { Button } from "@wardkey/ui";
import { GraduationCap } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { useWords } from "../words.js";

export interface LessonLineProps {
  readonly lesson: string;
  readonly onOpen: () => void;
  readonly onLater: () => void;
}

/** That a lesson waits: a quiet line, which nobody has to answer. */
export function LessonLine({ lesson, onOpen, onLater }: LessonLineProps): ReactNode {
  const { t, language } = useWords();
  if (!isLesson(lesson)) return null;
  return (
    <aside className="lesson-line" aria-label={t("lesson.offer")}>
      <GraduationCap size={22} aria-hidden />
      <p>
        {t("lesson.offer")} <strong>{lessonOf(lesson).title[language]}</strong>
      </p>
      <Button kind="secondary" onPress={onOpen}>
        {t("lesson.open")}
      </Button>
      <Button kind="quiet" onPress={onLater}>
        {t("lesson.later")}
      </Button>
    </aside>
  );
}
