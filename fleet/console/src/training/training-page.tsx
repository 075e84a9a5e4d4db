import { FEWEST_PEOPLE } from "@wardkey/protocol/fleet";
import { lessonOf } from "@wardkey/protocol/training";
import { Button, Dialog } from "@wardkey/ui";
import { type ReactNode, useState } from "react";
import { type Summary, SummaryAnswer } from "../nudges/answers.js";
import { RefusalNotice } from "../session/refusal.js";
import { useMe } from "../shell/me.js";
import { Page } from "../shell/page.js";
import { useAnswer } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { type LessonCounts, LessonsAnswer } from "./answers.js";
import { AssignmentsList } from "./assignments-list.js";
import { GiveLesson } from "./give-lesson.js";
import { LessonFigures } from "./lesson-figures.js";
import "../nudges/nudges.css";

/** Lessons, who has them to read, and how many passed. */
export function TrainingPage(): ReactNode {
  const { t } = useWords();
  const { may } = useMe();
  const { data, refusal } = useAnswer({ topic: "training", path: "v1/training", answer: LessonsAnswer });
  const reading = useAnswer({ topic: "nudges", path: "v1/nudges?days=28", answer: SummaryAnswer });
  return (
    <Page title={t("nav.training")} says={t("training.says")} {...(may("operator") ? { actions: <GiveLesson /> } : {})}>
      <RefusalNotice code={refusal ?? reading.refusal} />
      <section className="panel">
        <h2>{t("training.lessons")}</h2>
        <ul className="lessons">
          {data?.lessons.map((row) => (
            <OneLesson key={row.lesson} row={row} reading={reading.data} />
          ))}
        </ul>
        <p className="wk-muted">{t("training.hidden", { people: FEWEST_PEOPLE })}</p>
      </section>
      {may("operator") ? <AssignmentsList /> : null}
    </Page>
  );
}

function OneLesson({ row, reading }: { row: LessonCounts; reading: Summary | undefined }): ReactNode {
  const { t, language } = useWords();
  const [open, setOpen] = useState(false);
  const { title, cards, questions } = lessonOf(row.lesson);
  return (
    <li>
      <h3>{title[language]}</h3>
      <p className="wk-muted">{t("training.cards", { cards: cards.length, questions: questions.length })}</p>
      <LessonFigures row={row} reading={reading} />
      <Button onPress={() => setOpen(true)}>{t("training.read")}</Button>
      <Dialog
        title={title[language]}
        isOpen={open}
        onClose={() => setOpen(false)}
        actions={
          <Button kind="primary" onPress={() => setOpen(false)}>
            {t("ui.close")}
          </Button>
        }
      >
        <ol className="lesson-text">
          {cards.map(({ title: name, says }) => (
            <li key={name.en}>
              <strong>{name[language]}</strong>
              <p>{says[language]}</p>
            </li>
          ))}
          {questions.map(({ asks, choices, right }) => (
            <li key={asks.en}>
              <strong>{asks[language]}</strong>
              <p>✓ {choices[right]?.[language]}</p>
            </li>
          ))}
        </ol>
      </Dialog>
    </li>
  );
}
