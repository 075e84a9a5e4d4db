import type { PhoneView, ReleaseRecord } from "@wardkey/protocol/phone";
import { CircleCheck, CircleX, FileCheck, ShieldAlert, Unplug, UserPlus } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { useWords } from "../words.js";
import { wordsOfCode } from "../words-of-code.js";

/** Everyone who asked, newest first. What was refused stands out. */
export function HistoryList({ view, now }: { view: PhoneView; now: number }): ReactNode {
  const { t } = useWords();
  return (
    <>
      <div>
        <h1>{t("history.title")}</h1>
        <p className="wk-muted">{t("history.says")}</p>
      </div>
      {view.history.length === 0 ? <p className="empty">{t("history.empty")}</p> : null}
      <ol className="history">
        {view.history.map((record) => (
          <Line key={record.id} record={record} now={now} />
        ))}
      </ol>
    </>
  );
}

/** Refused by the owner or by how the phone was held: nothing to be alarmed about. */
const OWNERS_OWN = /^(phone|consent)-/;

const ICON = {
  unlocked: CircleCheck,
  enrolled: UserPlus,
  "not-matched": CircleX,
  released: CircleX,
  refused: ShieldAlert,
  "broken-off": Unplug,
} as const;

function Line({ record, now }: { record: ReleaseRecord; now: number }): ReactNode {
  const { t, formats } = useWords();
  const { outcome, code, at } = record;
  const Icon = ICON[outcome];
  const kiosk = record.kiosk ?? t("history.unknown");
  const time = formats.time(at);
  return (
    <li className="line" data-outcome={outcome} data-owner={code !== null && OWNERS_OWN.test(code)}>
      <Icon size={22} aria-hidden />
      <div>
        {outcome === "refused" ? (
          <p className="line-title">{t("history.nothing", { kiosk, time })}</p>
        ) : (
          <p className="line-title">{kiosk}</p>
        )}
        <p>
          {outcome === "refused" ? null : t(`history.${outcome}`)}
          {outcome === "refused" && code !== null ? t(wordsOfCode(code), { code }) : null}
        </p>
        <p className="line-when wk-muted wk-figures">
          <time dateTime={new Date(at).toISOString()}>{formats.dateTime(at)}</time>
          {record.ward === null ? null : <span>{record.ward}</span>}
          <span>{formats.ago(at, now)}</span>
          {record.receipt ? (
            <span className="line-receipt">
              <FileCheck size={14} aria-hidden />
              {t("history.receipt")}
            </span>
          ) : null}
        </p>
      </div>
    </li>
  );
}
