import { BEHAVIOURS, type Behaviour, templatesFor } from "@wardkey/protocol/nudge";
import { isLesson, LESSON_IDS, lessonOf } from "@wardkey/protocol/training";
import { TextField } from "@wardkey/ui";
import { FlaskConical } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { ask } from "../api/ask.js";
import { Act } from "../parts/act.js";
import { SelectField } from "../parts/select-field.js";
import { useWords } from "../words.js";
import { TrialBegun } from "./answers.js";
import { sentenceOf } from "./sentence.js";

const [FIRST] = BEHAVIOURS;
/** As the site takes them: of less than a week nothing is told. */
const [SHORTEST, LONGEST] = [7, 180];

/** Registers a trial: everything is decided here, before it begins. */
export function BeginTrial({ again }: { again: () => Promise<void> }): ReactNode {
  const { t, language } = useWords();
  const [behaviour, setBehaviour] = useState<Behaviour>(FIRST);
  const [instrument, setInstrument] = useState(templatesFor(FIRST)[0]?.id ?? "");
  const [days, setDays] = useState("28");
  const [baseline, setBaseline] = useState("28");
  const whole = (text: string): number => Math.min(LONGEST, Math.max(SHORTEST, Math.round(Number(text)) || SHORTEST));
  const work = async (): Promise<string> => {
    const done = isLesson(instrument)
      ? { kind: "lesson", lesson: instrument }
      : { kind: "nudge", template: instrument };
    const body = { behaviour, instrument: done, days: whole(days), baselineDays: whole(baseline) };
    const { wards, holdout } = await ask({ method: "POST", path: "v1/nudges/trials", body, answer: TrialBegun });
    await again();
    return t("nudges.trial.did", { wards, holdout });
  };
  return (
    <Act
      label={t("nudges.trial.new")}
      icon={<FlaskConical size={20} aria-hidden />}
      title={t("nudges.trial.new.title")}
      confirm={t("nudges.trial.begin")}
      says={
        <>
          <p>{t("nudges.trial.new.says")}</p>
          <SelectField
            label={t("nudges.trial.behaviour")}
            value={behaviour}
            onChange={(value) => {
              const chosen = BEHAVIOURS.find((each) => each === value) ?? FIRST;
              setBehaviour(chosen);
              setInstrument(templatesFor(chosen)[0]?.id ?? "");
            }}
            options={BEHAVIOURS.map((value) => ({ value, label: t(`behaviour.${value}`) }))}
          />
          <SelectField
            label={t("nudges.trial.instrument")}
            value={instrument}
            onChange={setInstrument}
            options={[
              ...templatesFor(behaviour).map(({ id }) => ({ value: id, label: sentenceOf(id, language) })),
              ...LESSON_IDS.map((id) => ({
                value: id,
                label: t("nudges.trial.lesson", { lesson: lessonOf(id).title[language] }),
              })),
            ]}
          />
          <TextField label={t("nudges.trial.days")} value={days} onChange={setDays} />
          <TextField label={t("nudges.trial.baseline")} value={baseline} onChange={setBaseline} />
        </>
      }
      work={work}
    />
  );
}
