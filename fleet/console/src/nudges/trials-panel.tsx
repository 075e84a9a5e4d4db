import { FlaskConical } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { Empty } from "../parts/empty.js";
import { useMe } from "../shell/me.js";
import { useWords } from "../words.js";
import type { Trial } from "./answers.js";
import { BeginTrial } from "./begin-trial.js";
import { TrialCard } from "./trial-card.js";

/** Trials, the newest first. */
export function TrialsPanel({
  trials,
  again,
}: {
  trials: readonly Trial[] | undefined;
  again: () => Promise<void>;
}): ReactNode {
  const { t } = useWords();
  const { may } = useMe();
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{t("nudges.trials")}</h2>
        {may("security-officer") ? <BeginTrial again={again} /> : null}
      </div>
      <p className="wk-muted">{t("nudges.trials.says")}</p>
      {trials?.length === 0 ? <Empty icon={FlaskConical} says={t("nudges.trials.empty")} /> : null}
      {trials?.map((trial) => (
        <TrialCard key={trial.id} trial={trial} again={again} />
      ))}
    </section>
  );
}
