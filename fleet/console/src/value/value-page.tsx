import { estimate } from "@wardkey/protocol/value";
import { Button, Notice } from "@wardkey/ui";
import { Printer } from "@wardkey/ui/icons";
import { type ReactNode, useMemo } from "react";
import { SelectField } from "../parts/select-field.js";
import { RefusalNotice } from "../session/refusal.js";
import { useMe } from "../shell/me.js";
import { Page } from "../shell/page.js";
import { useAnswer } from "../shell/use-answer.js";
import { useSearch } from "../shell/use-search.js";
import { useWords } from "../words.js";
import { ValueAnswer } from "./answers.js";
import { AssumptionsPanel } from "./assumptions-panel.js";
import { useAssumptions } from "./use-assumptions.js";
import "./value.css";
import { ValueTiles } from "./value-tiles.js";
import { WardsList } from "./wards-list.js";
import { YearAccount } from "./year-account.js";

const PERIODS = ["7", "28", "90"] as const;
const USUAL = "28";

/** What the site gets for what it pays: measured logins, weighed by what the site assumes about itself. */
export function ValuePage(): ReactNode {
  const { t } = useWords();
  const { search, change } = useSearch();
  const days = PERIODS.find((each) => each === search["days"]) ?? USUAL;
  const { data, refusal, again } = useAnswer({
    topic: "value",
    path: `v1/value?days=${days}`,
    answer: ValueAnswer,
  });
  return (
    <Page
      title={t("nav.value")}
      says={t("value.says")}
      actions={
        <>
          <SelectField
            label={t("value.period")}
            value={days}
            onChange={(value) => change({ days: value })}
            options={PERIODS.map((value) => ({ value, label: t("value.days", { count: Number(value) }) }))}
          />
          <Button onPress={() => window.print()} icon={<Printer size={20} aria-hidden />}>
            {t("value.print")}
          </Button>
        </>
      }
    >
      <RefusalNotice code={refusal} />
      {data === undefined ? null : <Report answer={data} again={again} />}
    </Page>
  );
}

function Report({ answer, again }: { answer: ValueAnswer; again: () => Promise<void> }): ReactNode {
  const { t, formats } = useWords();
  const { siteName } = useMe();
  const { measured, kept, from, to } = answer;
  const draft = useAssumptions(kept, again);
  const found = useMemo(() => estimate(measured, draft.assumptions), [measured, draft.assumptions]);
  const isNew = found.unlocks === 0;
  return (
    <div className="value">
      <p className="value-printed">
        {t("value.report", { site: siteName, from: formats.date(from), to: formats.date(to) })}
      </p>
      {isNew ? <Notice tone="neutral" title={t("value.none")} /> : null}
      {draft.isChanged ? <Notice tone="wait" title={t("value.tried")} /> : null}
      <ValueTiles estimate={found} days={measured.days} from={from} to={to} />
      <div className="part">
        <h2>{t("value.wards")}</h2>
        <WardsList estimate={found} />
      </div>
      <YearAccount estimate={found} />
      <AssumptionsPanel draft={draft} kept={kept} />
      <section className="panel value-method" aria-labelledby="value-method">
        <h2 id="value-method">{t("value.method")}</h2>
        <ul>
          <li>{t("value.method.measured", { from: formats.date(from), to: formats.date(to) })}</li>
          <li>{t("value.method.saved")}</li>
          <li>{t("value.method.year")}</li>
          <li>{t("value.method.range")}</li>
          <li>{t("value.method.people")}</li>
        </ul>
      </section>
    </div>
  );
}
