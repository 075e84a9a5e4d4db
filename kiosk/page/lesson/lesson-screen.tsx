import type { FromScreen, LessonView, ScreenView } from "@wardkey/protocol/screen";
import { isLesson, type Lesson, lessonOf } from "@wardkey/protocol/training";
import { Button, Notice } from "@wardkey/ui";
import { ArrowLeft, ArrowRight, Check } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { Frame } from "../frame.js";
import { useWords } from "../words.js";
import { Drawing } from "./drawing.js";

export interface LessonScreenProps {
  readonly view: ScreenView;
  readonly shown: LessonView;
  readonly now: number;
  readonly send: (message: FromScreen) => void;
}

/** A lesson that somebody asked for: cards to read, then a few questions. They may leave it at any moment. */
export function LessonScreen({ view, shown, now, send }: LessonScreenProps): ReactNode {
  if (!isLesson(shown.lesson)) return null;
  const lesson = lessonOf(shown.lesson);
  const leave = (): void => send({ type: "lesson-later" });
  if (shown.step === "done") return <Done view={view} now={now} lesson={lesson} shown={shown} onLeave={leave} />;
  const answer = (answers: number[]): void => send({ type: "lesson-answers", answers });
  return <Reading key={shown.lesson} view={view} now={now} lesson={lesson} onLeave={leave} onAnswer={answer} />;
}

interface ReadingProps {
  readonly view: ScreenView;
  readonly now: number;
  readonly lesson: Lesson;
  readonly onLeave: () => void;
  readonly onAnswer: (answers: number[]) => void;
}

function Reading({ view, now, lesson, onLeave, onAnswer }: ReadingProps): ReactNode {
  const { t, language } = useWords();
  const [at, setAt] = useState(0);
  const [answers, setAnswers] = useState<readonly number[]>([]);
  const { cards, questions } = lesson;
  const card = cards[at];
  const question = questions[at - cards.length];
  const place = t("lesson.place", { at: at + 1, of: cards.length + questions.length });
  const line = card?.title[language] ?? question?.asks[language] ?? "";
  const choose = (choice: number): void => {
    const chosen = [...answers.slice(0, at - cards.length), choice];
    setAnswers(chosen);
    if (chosen.length === questions.length) onAnswer(chosen);
    else setAt(at + 1);
  };
  const picture = card?.picture ?? cards[(at - cards.length) % cards.length]?.picture ?? "phone";
  const foot = (
    <div className="lesson-foot">
      <Button kind="quiet" onPress={onLeave}>
        {t("lesson.not-now")}
      </Button>
      <span className="wk-figures">{place}</span>
    </div>
  );
  return (
    <Frame
      view={view}
      now={now}
      tone="accent"
      line={line}
      picture={<Drawing picture={picture} />}
      foot={foot}
      focusOn={`${at}`}
    >
      {card === undefined ? null : <p className="says">{card.says[language]}</p>}
      {question === undefined ? null : (
        <div className="lesson-choices">
          {question.choices.map((choice, index) => (
            <Button key={choice.en} kind="secondary" large onPress={() => choose(index)}>
              {choice[language]}
            </Button>
          ))}
        </div>
      )}
      <div className="offers">
        {at === 0 ? null : (
          <Button kind="quiet" large icon={<ArrowLeft size={22} aria-hidden />} onPress={() => setAt(at - 1)}>
            {t("lesson.back")}
          </Button>
        )}
        {card === undefined ? null : (
          <Button kind="primary" large icon={<ArrowRight size={22} aria-hidden />} onPress={() => setAt(at + 1)}>
            {t(at === cards.length - 1 ? "lesson.questions" : "lesson.next")}
          </Button>
        )}
      </div>
    </Frame>
  );
}

interface DoneProps {
  readonly view: ScreenView;
  readonly now: number;
  readonly lesson: Lesson;
  readonly shown: LessonView;
  readonly onLeave: () => void;
}

/** What was right; whoever missed more than one finds the right answers, and meets the lesson again another day. */
function Done({ view, now, lesson, shown, onLeave }: DoneProps): ReactNode {
  const { t, language } = useWords();
  const { correct, of, passed } = shown.score ?? { correct: 0, of: lesson.questions.length, passed: false };
  return (
    <Frame
      view={view}
      now={now}
      tone={passed ? "ok" : "accent"}
      line={t(passed ? "lesson.passed" : "lesson.again")}
      picture={<Drawing picture="lesson" />}
      focusOn="done"
    >
      <Notice tone={passed ? "ok" : "accent"}>{t("lesson.score", { correct, of })}</Notice>
      <ul className="lesson-answers">
        {lesson.questions.map(({ asks, choices, right }) => (
          <li key={asks.en}>
            <span>{asks[language]}</span>
            <strong>
              <Check size={20} aria-hidden /> {choices[right]?.[language]}
            </strong>
          </li>
        ))}
      </ul>
      <div className="offers">
        <Button kind="primary" large onPress={onLeave}>
          {t("lesson.done")}
        </Button>
      </div>
    </Frame>
  );
}
