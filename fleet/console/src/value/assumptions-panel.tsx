import { Button, Notice } from "@wardkey/ui";
import { type ReactNode, useState } from "react";
import { RefusalNotice } from "../session/refusal.js";
import { useAct } from "../session/use-act.js";
import { useMe } from "../shell/me.js";
import { useWords } from "../words.js";
import type { Kept } from "./answers.js";
import { AssumptionsForm } from "./assumptions-form.js";
import type { AssumptionsDraft } from "./use-assumptions.js";

/** What the site assumes: to try out for everybody, to keep for who may. */
export function AssumptionsPanel({ draft, kept }: { draft: AssumptionsDraft; kept: Kept }): ReactNode {
  const { t, formats } = useWords();
  const { may } = useMe();
  const { busy, act } = useAct();
  const [isSaved, setSaved] = useState(false);
  const mayKeep = may("operator");
  const save = (): void =>
    act(async () => {
      setSaved(await draft.save());
    });
  return (
    <section className="panel value-assumptions" aria-labelledby="value-assumptions">
      <h2 id="value-assumptions">{t("value.assumptions")}</h2>
      <p className="wk-muted">
        {t("value.assumptions-says")}{" "}
        {kept.at === null || kept.by === null
          ? t("value.untouched")
          : t("value.kept", { by: kept.by, at: formats.dateTime(kept.at) })}
      </p>
      <AssumptionsForm
        texts={draft.texts}
        onChange={(texts) => {
          setSaved(false);
          draft.type(texts);
        }}
      />
      {draft.isOvertaken ? (
        <Notice tone="wait" title={t("value.overtaken")}>
          <span className="page-actions">
            <Button onPress={draft.drop}>{t("value.take-theirs")}</Button>
            <Button onPress={draft.insist}>{t("value.keep-mine")}</Button>
          </span>
        </Notice>
      ) : (
        <RefusalNotice code={draft.refusal} />
      )}
      <div className="value-acts">
        {mayKeep ? (
          <Button
            kind="primary"
            onPress={save}
            isDisabled={busy || !draft.isChanged || draft.isWrong || draft.isOvertaken}
          >
            {t("value.save")}
          </Button>
        ) : (
          <span className="wk-muted">{t("value.only-try")}</span>
        )}
        <Button onPress={draft.drop} isDisabled={busy || !draft.isChanged}>
          {t("value.drop")}
        </Button>
        <span role="status">{isSaved ? t("value.saved") : null}</span>
      </div>
    </section>
  );
}
