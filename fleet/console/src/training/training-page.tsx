import { lessonOf } from "@wardkey/protocol/training";
import { Button, Dialog } from "@wardkey/ui";
import { type ReactNode, useState } from "react";
import { RefusalNotice } from "../session/refusal.js";
import { useMe } from "../shell/me.js";
import { Page } from "../shell/page.js";
import { useAnswer } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { LessonsAnswer } from "./answers.js";
import { AssignmentsList } from "./assignments-list.js";
import { GiveLesson } from "./give-lesson.js";
import "../nudges/nudges.css";

type Row = { lesson: Parameters<typeof lessonOf>[0]; open: number; people: number; passed: number };

/** Lessons, who has them to read, and how many passed. */
export function TrainingPage(): ReactNode {
  const { t } = useWords();
  const { may } = useMe();
  const { data, refusal } = useAnswer({ topic: "training", path: "v1/training", answer: LessonsAnswer });
  return (
    <Page title={t("nav.training")} says={t("training.says")} {...(may("operator") ? { actions: <GiveLesson /> } : {})}>
      <RefusalNotice code={refusal} />
      <section className="panel">
        <h2>{t("training.lessons")}</h2>
        <ul className="lessons">
          {data?.lessons.map((row) => (
            <OneLesson key={row.lesson} row={row} />
          ))}
        </ul>
      </section>
      {may("operator") ? <AssignmentsList /> : null}
    </Page>
  );
}

function OneLesson({ row }: { row: Row }): ReactNode {
  const { t, formats, language } = useWords();
  const [open, setOpen] = useState(false);
  const { title, cards, questions } = lessonOf(row.lesson);
  const { people, passed } = row;
  return (
    <li>
      <h3>{title[language]}</h3>
      <p className="wk-muted">{t("training.cards", { cards: cards.length, questions: questions.length })}</p>
      <p className="wk-figures">
        {people === 0
          ? t("training.nobody")
          : t("training.passed", { passed: formats.number(passed), people: formats.number(people) })}
      </p>
      <p className="wk-figures">{t("training.waiting", { count: row.open })}</p>
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
