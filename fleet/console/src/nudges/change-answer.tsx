import { type Behaviour, templatesFor } from "@wardkey/protocol/nudge";
import { isLesson, LESSON_IDS, lessonOf } from "@wardkey/protocol/training";
import { Button, Notice, TextField } from "@wardkey/ui";
import { type ReactNode, useState } from "react";
import { ask } from "../api/ask.js";
import { Act } from "../parts/act.js";
import { SelectField } from "../parts/select-field.js";
import { useWords } from "../words.js";
import { type Programme, ProgrammeAnswer } from "./answers.js";
import { sentenceOf } from "./sentence.js";

export interface ChangeAnswerProps {
  readonly behaviour: Behaviour;
  readonly programme: Programme;
  readonly wards: number;
  readonly again: () => Promise<void>;
}

/** Changes what follows one behaviour. What somebody else keeps while it is open is neither written over nor hides it. */
export function ChangeAnswer({ behaviour, programme, wards, again }: ChangeAnswerProps): ReactNode {
  const { t, language } = useWords();
  /** What the site kept when the reader began, or last looked at what somebody else keeps. */
  const [base, setBase] = useState(programme);
  const [answer, setAnswer] = useState(programme.answers[behaviour]);
  const [caps, setCaps] = useState(programme.caps);
  const isOvertaken = programme.version > base.version;
  const begin = (): void => {
    setBase(programme);
    setAnswer(programme.answers[behaviour]);
    setCaps(programme.caps);
  };
  const insist = (): void => {
    setBase(programme);
    // Caps are everybody's: who did not touch them does not undo what the other one chose.
    if (isSame(caps, base.caps)) setCaps(programme.caps);
  };
  const number = (text: string, most: number): number => Math.min(most, Math.max(1, Math.round(Number(text)) || 1));
  const work = async (): Promise<string> => {
    const { version } = base;
    const body: Programme = { version, caps, answers: { ...base.answers, [behaviour]: answer } };
    try {
      setBase(await ask({ method: "PUT", path: "v1/nudges/programme", body, answer: ProgrammeAnswer }));
    } finally {
      // Also after a refusal: they are to see what the other one kept.
      await again();
    }
    return t("nudges.programme.did");
  };
  return (
    <Act
      label={t("nudges.programme.change")}
      title={`${t(`behaviour.${behaviour}`)}. ${t("nudges.programme.change.title")}`}
      confirm={t("nudges.programme.save")}
      onOpen={begin}
      mayConfirm={!isOvertaken}
      says={
        <>
          <p>{t("nudges.programme.change.says", { wards })}</p>
          <SelectField
            label={t("nudges.programme.answer")}
            value={answer.mode}
            onChange={(mode) => setAnswer({ ...answer, mode: mode === "off" ? "off" : "everywhere" })}
            options={[
              { value: "off", label: t("nudges.programme.off") },
              { value: "everywhere", label: t("nudges.programme.everywhere") },
            ]}
          />
          {answer.mode === "off" ? null : (
            <>
              <SelectField
                label={t("nudges.programme.sentence")}
                value={answer.template}
                onChange={(template) => setAnswer({ ...answer, template })}
                options={templatesFor(behaviour).map(({ id }) => ({ value: id, label: sentenceOf(id, language) }))}
              />
              <SelectField
                label={t("nudges.programme.lesson")}
                value={answer.lesson ?? ""}
                onChange={(lesson) => setAnswer({ ...answer, lesson: isLesson(lesson) ? lesson : null })}
                options={[
                  { value: "", label: t("nudges.programme.no-lesson") },
                  ...LESSON_IDS.map((id) => ({ value: id, label: lessonOf(id).title[language] })),
                ]}
              />
              {answer.lesson === null ? null : (
                <TextField
                  label={t("nudges.programme.after")}
                  value={String(answer.lessonAfter)}
                  onChange={(text) => setAnswer({ ...answer, lessonAfter: number(text, 20) })}
                />
              )}
              <TextField
                label={t("nudges.programme.hours")}
                value={String(caps.hoursBetween)}
                onChange={(text) => setCaps({ ...caps, hoursBetween: number(text, 168) })}
              />
              <TextField
                label={t("nudges.programme.week")}
                value={String(caps.aWeek)}
                onChange={(text) => setCaps({ ...caps, aWeek: number(text, 20) })}
              />
            </>
          )}
          {isOvertaken ? (
            <Notice tone="wait" title={t("nudges.programme.overtaken")}>
              <span className="page-actions">
                <Button onPress={begin}>{t("nudges.programme.take-theirs")}</Button>
                <Button onPress={insist}>{t("nudges.programme.keep-mine")}</Button>
              </span>
            </Notice>
          ) : null}
        </>
      }
      work={work}
    />
  );
}

const isSame = (one: Programme["caps"], other: Programme["caps"]): boolean =>
  one.hoursBetween === other.hoursBetween && one.aWeek === other.aWeek;
