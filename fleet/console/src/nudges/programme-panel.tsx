import { BEHAVIOURS } from "@wardkey/protocol/nudge";
import { lessonOf } from "@wardkey/protocol/training";
import type { ReactNode } from "react";
import { useMe } from "../shell/me.js";
import { useWords } from "../words.js";
import type { Programme } from "./answers.js";
import { ChangeAnswer } from "./change-answer.js";
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
                <ChangeAnswer behaviour={behaviour} programme={programme} wards={wards} again={again} />
              ) : null}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
