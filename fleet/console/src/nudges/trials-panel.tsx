import { BEHAVIOURS } from "@wardkey/protocol/nudge";
import { FlaskConical } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { RowsList } from "../list/rows-list.js";
import { useMe } from "../shell/me.js";
import { useWords } from "../words.js";
import type { Trial } from "./answers.js";
import { BeginTrial } from "./begin-trial.js";
import { doneIn, TrialCard } from "./trial-card.js";

/** As many as the site says at once, the newest. */
const TRIALS_SAID = 50;
const STATES = ["running", "completed", "stopped"] as const;

/** Trials, the newest first. */
export function TrialsPanel({
  trials,
  again,
}: {
  trials: readonly Trial[] | undefined;
  again: () => Promise<void>;
}): ReactNode {
  const { t, language } = useWords();
  const { may } = useMe();
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{t("nudges.trials")}</h2>
        {may("security-officer") ? <BeginTrial again={again} /> : null}
      </div>
      <p className="wk-muted">{t("nudges.trials.says")}</p>
      <RowsList
        title={t("nudges.trials")}
        name="trial"
        rows={trials}
        most={TRIALS_SAID}
        rowKey={({ id }) => id}
        sort={{ key: "begun", order: "desc" }}
        filters={[
          { kind: "text", key: "search", label: t("list.search") },
          {
            kind: "choice",
            key: "behaviour",
            label: t("nudges.trial.behaviour"),
            options: BEHAVIOURS.map((value) => ({ value, label: t(`behaviour.${value}`) })),
          },
          {
            kind: "choice",
            key: "state",
            label: t("approvals.state"),
            options: STATES.map((value) => ({ value, label: t(`nudges.trial.state.${value}`) })),
          },
        ]}
        empty={{ icon: FlaskConical, says: t("nudges.trials.empty") }}
        columns={[
          {
            key: "behaviour",
            title: t("nudges.trial.behaviour"),
            sort: "behaviour",
            text: ({ behaviour }) => behaviour,
          },
          { key: "done", title: t("nudges.trial.instrument"), text: (trial) => doneIn(trial, t, language) },
          { key: "state", title: t("approvals.state"), text: ({ state }) => state },
          {
            key: "begun",
            title: t("nudges.trial.begun"),
            sort: "begun",
            first: "desc",
            text: ({ startsAt }) => new Date(startsAt).toISOString(),
          },
          {
            key: "ends",
            title: t("nudges.trial.ends"),
            sort: "ends",
            first: "desc",
            text: ({ endedAt, endsAt }) => new Date(endedAt ?? endsAt).toISOString(),
          },
          { key: "sent", title: t("nudges.trial.sent"), text: ({ doses }) => String(doses.sent) },
          { key: "shown", title: t("nudges.trial.shown"), text: ({ doses }) => String(doses.shown) },
          {
            key: "effect",
            title: t("nudges.trial.difference"),
            sort: "effect",
            text: ({ effect }) => (effect === null ? "" : String(effect.difference)),
            value: ({ effect }) => effect?.difference ?? Number.POSITIVE_INFINITY,
          },
          { key: "low", title: t("value.low"), text: ({ effect }) => String(effect?.interval?.low ?? "") },
          { key: "high", title: t("value.high"), text: ({ effect }) => String(effect?.interval?.high ?? "") },
          { key: "by", title: t("policy.column.by"), text: ({ registeredBy }) => registeredBy },
          { key: "digest", title: t("policy.column.digest"), text: ({ digest }) => digest },
        ]}
        card={(trial) => <TrialCard trial={trial} again={again} />}
      />
    </section>
  );
}
