import { LESSON_IDS, lessonOf } from "@wardkey/protocol/training";
import { StatusDot, type Tone } from "@wardkey/ui";
import { GraduationCap } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { Nothing } from "../api/answers.js";
import { ask } from "../api/ask.js";
import { List } from "../list/list.js";
import { siteSource } from "../list/list-source.js";
import { Act } from "../parts/act.js";
import { addressOfOne } from "../shell/address.js";
import { useAnswer } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { type Assignment, AssignmentsAnswer, LessonsAnswer } from "./answers.js";

const assignments = siteSource({
  topic: "training",
  path: "v1/training/assignments",
  answer: AssignmentsAnswer,
  paging: "offset",
  read: ({ assignments: rows, total }) => ({ rows, total, next: null }),
});

const NEWEST = { key: "at", order: "desc" } as const;
const STATES = ["waiting", "done", "withdrawn", "ended"] as const;
const TONES: Readonly<Record<Assignment["state"], Tone>> = {
  waiting: "accent",
  done: "ok",
  withdrawn: "neutral",
  ended: "neutral",
};

/** Who has which lesson to read, the newest first. */
export function AssignmentsList(): ReactNode {
  const { t, formats, language } = useWords();
  const { again } = useAnswer({ topic: "training", path: "v1/training", answer: LessonsAnswer });
  const titleOf = ({ lesson }: Assignment): string => lessonOf(lesson).title[language];
  const whom = ({ to }: Assignment): string =>
    to.kind === "person" ? to.staffId : t("training.ward", { ward: to.ward });
  const because = ({ because: given, by }: Assignment): string =>
    given === null ? t("training.decided", { by }) : t(`training.because.${given}`);
  const stateOf = (row: Assignment): string =>
    row.to.kind === "ward" && row.passed !== null
      ? `${t(`training.state.${row.state}`)}, ${t("training.state.ward", { count: row.passed })}`
      : t(`training.state.${row.state}`);
  return (
    <List
      title={t("training.assignments")}
      source={assignments}
      rowKey={({ id }) => id}
      sort={NEWEST}
      filters={[
        { kind: "text", key: "search", label: t("training.find") },
        {
          kind: "choice",
          key: "lesson",
          label: t("training.lesson"),
          options: LESSON_IDS.map((value) => ({ value, label: lessonOf(value).title[language] })),
        },
        {
          kind: "choice",
          key: "state",
          label: t("training.state"),
          options: STATES.map((value) => ({ value, label: t(`training.state.${value}`) })),
        },
      ]}
      columns={[
        {
          key: "for",
          title: t("training.for"),
          sort: "for",
          text: whom,
          cell: (row) =>
            row.to.kind === "person" ? (
              <a className="plain-link" href={addressOfOne("/people", row.to.staffId)}>
                {row.to.staffId}
              </a>
            ) : (
              whom(row)
            ),
        },
        { key: "lesson", title: t("training.lesson"), sort: "lesson", text: titleOf, cell: titleOf },
        { key: "because", title: t("training.because"), sort: "because", text: because, cell: because },
        {
          key: "at",
          title: t("training.at"),
          sort: "at",
          first: "desc",
          text: ({ at }) => new Date(at).toISOString(),
          cell: ({ at }) => formats.dateTime(at),
        },
        {
          key: "state",
          title: t("training.state"),
          text: stateOf,
          cell: (row) => <StatusDot tone={TONES[row.state]} word={stateOf(row)} />,
        },
        {
          key: "take",
          title: t("training.take"),
          cell: (row) => <TakeBack row={row} whom={whom(row)} again={again} />,
        },
      ]}
      empty={{ icon: GraduationCap, says: t("training.assignments.empty") }}
    />
  );
}

interface TakeBackProps {
  readonly row: Assignment;
  readonly whom: string;
  readonly again: () => Promise<void>;
}

/** Its question stays until it was closed: it says what taking back did. */
function TakeBack({ row, whom, again }: TakeBackProps): ReactNode {
  const { t } = useWords();
  const [taking, setTaking] = useState(false);
  if (row.state !== "waiting" && !taking) return null;
  const work = async (): Promise<string> => {
    setTaking(true);
    await ask({ method: "DELETE", path: `v1/training/assignments/${row.id}`, answer: Nothing });
    await again();
    return t("training.take.did");
  };
  return (
    <span className="done-here">
      <Act
        label={t("training.take")}
        kind="quiet"
        isDisabled={row.state !== "waiting"}
        title={t("training.take.title")}
        says={t("training.take.says", { whom })}
        confirm={t("training.take")}
        work={work}
      />
    </span>
  );
}
