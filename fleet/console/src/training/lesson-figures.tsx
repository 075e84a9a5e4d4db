import type { ReactNode } from "react";
import { auditAddress } from "../audit/address.js";
import type { Summary } from "../nudges/answers.js";
import { addressOf } from "../shell/address.js";
import { useMe } from "../shell/me.js";
import { useWords } from "../words.js";
import type { LessonCounts } from "./answers.js";

/** How a lesson fares. Each line opens the list behind it for who may see that list: it names people. */
export function LessonFigures({ row, reading }: { row: LessonCounts; reading: Summary | undefined }): ReactNode {
  const { t, formats } = useWords();
  const { lesson, people, passed, given, open } = row;
  const isRead = reading?.wards.some(({ figures }) => figures !== null) === true;
  const read = isRead ? reading.lessons.find((each) => each.lesson === lesson) : undefined;
  const events = (from?: number): string =>
    auditAddress({
      kinds: ["lesson.opened", "lesson.completed", "lesson.put-off"],
      ...(from === undefined ? {} : { from }),
    });
  return (
    <>
      <Line href={people === null ? null : events()}>
        {people === null || passed === null
          ? t("training.few")
          : t("training.passed", { passed: formats.number(passed), people: formats.number(people) })}
      </Line>
      <Line href={addressOf("/training", { lesson })}>
        {t("training.given", { count: given, shown: formats.number(given) })}
      </Line>
      <Line href={addressOf("/training", { lesson, state: "waiting" })}>{t("training.waiting", { count: open })}</Line>
      {read === undefined ? null : (
        <Line href={events(reading?.from)}>
          {t("training.reading", {
            opened: formats.number(read.opened),
            passed: formats.number(read.passed),
            putOff: formats.number(read.putOff),
          })}
        </Line>
      )}
    </>
  );
}

function Line({ href, children }: { href: string | null; children: string }): ReactNode {
  const { may } = useMe();
  return (
    <p className="wk-figures">
      {href !== null && may("operator") ? (
        <a className="plain-link" href={href}>
          {children}
        </a>
      ) : (
        children
      )}
    </p>
  );
}
