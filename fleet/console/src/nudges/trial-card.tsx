import { lessonOf } from "@wardkey/protocol/training";
import { Notice, StatusDot, type Tone } from "@wardkey/ui";
import { UsersRound } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { Nothing } from "../api/answers.js";
import { ask } from "../api/ask.js";
import type { ListColumn } from "../list/list-parts.js";
import { RowsList } from "../list/rows-list.js";
import { Act } from "../parts/act.js";
import { useMe } from "../shell/me.js";
import { type StatusKey, useWords } from "../words.js";
import type { Trial } from "./answers.js";
import { EffectBar } from "./effect-bar.js";
import { sentenceOf } from "./sentence.js";

const STATE_TONES: Readonly<Record<Trial["state"], Tone>> = { running: "accent", completed: "ok", stopped: "wait" };
const DIGEST_SHOWN = 12;

type Words = ReturnType<typeof useWords>;

/** The sentence or the lesson that a trial tries. */
export const doneIn = ({ instrument }: Trial, t: Words["t"], language: Words["language"]): string =>
  instrument.kind === "nudge"
    ? `“${sentenceOf(instrument.template, language)}”`
    : t("nudges.trial.lesson", { lesson: lessonOf(instrument.lesson).title[language] });

/** One trial: what was registered, how far it is, and what it found once it is over. */
export function TrialCard({ trial, again }: { trial: Trial; again: () => Promise<void> }): ReactNode {
  const { t, formats, language } = useWords();
  const { may } = useMe();
  const { behaviour, instrument, state, doses, effect, wards } = trial;
  const treated = wards.filter(({ arm }) => arm === "treated").length;
  const time = formats.dateTime(trial.endedAt ?? trial.endsAt);
  const { sent, shown } = doses;
  // Its question stays until it was closed: it says what stopping did.
  const [stopping, setStopping] = useState(false);
  const stop = async (): Promise<string> => {
    setStopping(true);
    await ask({ method: "POST", path: `v1/nudges/trials/${trial.id}/stop`, answer: Nothing });
    await again();
    return t("nudges.trial.stop.did");
  };
  return (
    <article className="trial">
      <div className="panel-head">
        <h3>{t(`behaviour.${behaviour}`)}</h3>
        <StatusDot tone={STATE_TONES[state]} word={t(`nudges.trial.${state}`, { time })} />
        {(state === "running" || stopping) && may("security-officer") ? (
          <span className="done-here">
            <Act
              label={t("nudges.trial.stop")}
              kind="stop"
              isDisabled={state !== "running"}
              title={t("nudges.trial.stop.title")}
              says={t("nudges.trial.stop.says", { wards: treated })}
              confirm={t("nudges.trial.stop")}
              grave
              work={stop}
            />
          </span>
        ) : null}
      </div>
      <p>{doneIn(trial, t, language)}</p>
      <p className="wk-muted">
        {t("nudges.trial.arms", { treated, holdout: wards.length - treated })} ·{" "}
        {t(instrument.kind === "nudge" ? "nudges.trial.doses" : "nudges.trial.doses.lesson", { sent, shown })} ·{" "}
        {t("nudges.trial.registered", { by: trial.registeredBy, digest: trial.digest.slice(0, DIGEST_SHOWN) })}
      </p>
      {effect !== null && sent === 0 ? <Notice tone="wait">{t("nudges.trial.no-dose")}</Notice> : null}
      {effect === null ? (
        <Notice tone="accent">{t(state === "running" ? "nudges.trial.wait" : "nudges.trial.too-short")}</Notice>
      ) : (
        <Found effect={effect} />
      )}
      {effect === null ? null : <Wards trial={trial} />}
    </article>
  );
}

function Found({ effect }: { effect: NonNullable<Trial["effect"]> }): ReactNode {
  const { t, formats } = useWords();
  const { difference, interval } = effect;
  const signed = (value: number): string => `${value > 0 ? "+" : ""}${formats.number(Math.round(value * 10) / 10)}`;
  const verdict: StatusKey =
    interval === null
      ? "nudges.trial.no-interval"
      : interval.high < 0
        ? "nudges.trial.fewer"
        : interval.low > 0
          ? "nudges.trial.more"
          : "nudges.trial.unclear";
  return (
    <div className="effect">
      <div>
        <p className="effect-size wk-figures">{t("nudges.trial.effect", { difference: signed(difference) })}</p>
        {interval === null ? null : (
          <p className="wk-muted wk-figures">
            {t("nudges.trial.interval", { low: signed(interval.low), high: signed(interval.high) })}
          </p>
        )}
        <p>{t(verdict)}</p>
      </div>
      <EffectBar effect={effect} />
    </div>
  );
}

const ARMS = { treated: "nudges.trial.with", holdout: "nudges.trial.held-out" } as const;

function Wards({ trial: { id, wards } }: { trial: Trial }): ReactNode {
  const { t, formats } = useWords();
  const rate = (key: "before" | "during"): ListColumn<Trial["wards"][number]> => ({
    ...{ key, title: t(`nudges.trial.${key}`), sort: key, first: "desc", align: "end" },
    cell: ({ [key]: value }) => (value === null ? "–" : formats.number(Math.round(value * 10) / 10)),
    text: ({ [key]: value }) => String(value ?? ""),
    value: ({ [key]: value }) => value ?? -1,
  });
  return (
    <details className="trial-wards">
      <summary>{t("nudges.trial.one-ward")}</summary>
      <RowsList
        title={t("nudges.trial.one-ward")}
        name={`wards-${id}`}
        rows={wards}
        rowKey={({ ward }) => ward}
        filters={[
          { kind: "text", key: "search", label: t("nudges.ward.find") },
          {
            kind: "choice",
            key: "arm",
            label: t("nudges.trial.arm"),
            options: (["treated", "holdout"] as const).map((value) => ({ value, label: t(ARMS[value]) })),
          },
        ]}
        empty={{ icon: UsersRound, says: t("nudges.wards.empty") }}
        columns={[
          { key: "ward", title: t("nudges.ward"), sort: "ward", cell: ({ ward }) => ward, text: ({ ward }) => ward },
          {
            key: "arm",
            title: t("nudges.trial.arm"),
            sort: "arm",
            cell: ({ arm }) => t(ARMS[arm]),
            text: ({ arm }) => arm,
          },
          rate("before"),
          rate("during"),
        ]}
      />
    </details>
  );
}
