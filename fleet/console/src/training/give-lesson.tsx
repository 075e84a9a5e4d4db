import { isLesson, LESSON_IDS, lessonOf } from "@wardkey/protocol/training";
import { GraduationCap } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { ask } from "../api/ask.js";
import { Act } from "../parts/act.js";
import { SelectField } from "../parts/select-field.js";
import { PersonField, useNamedPerson } from "../people/person-field.js";
import { useAnswer } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { Assignment, LessonsAnswer, WardsAnswer } from "./answers.js";

/** Gives a lesson to a person or a ward. */
export function GiveLesson(): ReactNode {
  const { t, language } = useWords();
  const { again } = useAnswer({ topic: "training", path: "v1/training", answer: LessonsAnswer });
  const { data } = useAnswer({ topic: "devices", path: "v1/wards", answer: WardsAnswer });
  const [lesson, setLesson] = useState<string>(LESSON_IDS[0]);
  const [kind, setKind] = useState("person");
  const [typed, setTyped] = useState("");
  const named = useNamedPerson(typed);
  const staffId = named.person?.staffId ?? "";
  const [chosen, setChosen] = useState("");
  const wards = data?.wards.map(({ ward }) => ward) ?? [];
  const ward = chosen === "" ? (wards[0] ?? "") : chosen;
  const isWard = kind === "ward";
  const work = async (): Promise<string> => {
    const to = isWard ? { kind, ward } : { kind, staffId };
    await ask({ method: "POST", path: "v1/training/assignments", body: { lesson, to }, answer: Assignment });
    await again();
    const name = isLesson(lesson) ? lessonOf(lesson).title[language] : lesson;
    return t("training.give.did", { lesson: name, whom: isWard ? t("training.ward", { ward }) : staffId });
  };
  return (
    <Act
      label={t("training.give")}
      kind="primary"
      icon={<GraduationCap size={20} aria-hidden />}
      title={t("training.give.title")}
      confirm={t("training.give.do")}
      mayConfirm={(isWard ? ward : staffId) !== ""}
      says={
        <>
          <p>{t("training.give.says")}</p>
          <SelectField
            label={t("training.lesson")}
            value={lesson}
            onChange={setLesson}
            options={LESSON_IDS.map((value) => ({ value, label: lessonOf(value).title[language] }))}
          />
          <SelectField
            label={t("training.give.to")}
            value={kind}
            onChange={setKind}
            options={[
              { value: "person", label: t("training.give.person") },
              { value: "ward", label: t("training.give.ward") },
            ]}
          />
          {isWard ? (
            <SelectField
              label={t("training.give.which")}
              value={ward}
              onChange={setChosen}
              options={wards.map((value) => ({ value, label: value }))}
            />
          ) : (
            <PersonField label={t("training.give.staff")} typed={typed} onType={setTyped} named={named} />
          )}
        </>
      }
      work={work}
    />
  );
}
