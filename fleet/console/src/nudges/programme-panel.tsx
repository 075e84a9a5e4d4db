import { BEHAVIOURS, type Behaviour, templatesFor } from "@wardkey/protocol/nudge";
import { isLesson, LESSON_IDS, lessonOf } from "@wardkey/protocol/training";
import { TextField } from "@wardkey/ui";
import { type ReactNode, useState } from "react";
import { ask } from "../api/ask.js";
import { Act } from "../parts/act.js";
import { SelectField } from "../parts/select-field.js";
import { useMe } from "../shell/me.js";
import { useWords } from "../words.js";
import { type Programme, ProgrammeAnswer } from "./answers.js";
import { sentenceOf } from "./sentence.js";

export interface ProgrammePanelProps {
  readonly programme: Programme;
  readonly wards: number;
  readonly again: () => Promise<void>;
}

/** What follows each behaviour where no trial decides it. */
export function ProgrammePanel({ programme, wards, again }: ProgrammePanelProps): ReactNode {
  const { t, language } = useWords();
  const { may } = useMe();
  const { hoursBetween: hours, aWeek: week } = programme.caps;
  return (
    <section className="panel">
      <h2>{t("nudges.programme")}</h2>
      <p className="wk-muted">
        {t("nudges.programme.says")} {t("nudges.programme.caps", { hours, week })}.
      </p>
      <ul className="answers">
        {BEHAVIOURS.map((behaviour) => {
          const { mode, template, lesson, lessonAfter } = programme.answers[behaviour];
          return (
            <li key={behaviour}>
              <div>
                <h3>{t(`behaviour.${behaviour}`)}</h3>
                <p className="wk-muted">{t(`behaviour.${behaviour}.says`)}</p>
              </div>
              <div>
                <p>{mode === "off" ? t("nudges.programme.off") : `“${sentenceOf(template, language)}”`}</p>
                {mode === "off" || lesson === null ? null : (
                  <p className="wk-muted">
                    {t("nudges.trial.lesson", { lesson: lessonOf(lesson).title[language] })} · {lessonAfter}×
                  </p>
                )}
              </div>
              {may("security-officer") ? (
                <Change behaviour={behaviour} programme={programme} wards={wards} again={again} />
              ) : null}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Change({ behaviour, programme, wards, again }: ProgrammePanelProps & { behaviour: Behaviour }): ReactNode {
  const { t, language } = useWords();
  const [answer, setAnswer] = useState(programme.answers[behaviour]);
  const [caps, setCaps] = useState(programme.caps);
  const number = (text: string, most: number): number => Math.min(most, Math.max(1, Math.round(Number(text)) || 1));
  const work = async (): Promise<string> => {
    const body: Programme = { caps, answers: { ...programme.answers, [behaviour]: answer } };
    await ask({ method: "PUT", path: "v1/nudges/programme", body, answer: ProgrammeAnswer });
    await again();
    return t("nudges.programme.did");
  };
  return (
    <Act
      label={t("nudges.programme.change")}
      title={`${t(`behaviour.${behaviour}`)}. ${t("nudges.programme.change.title")}`}
      confirm={t("nudges.programme.save")}
      onOpen={() => {
        setAnswer(programme.answers[behaviour]);
        setCaps(programme.caps);
      }}
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
        </>
      }
      work={work}
    />
  );
}
