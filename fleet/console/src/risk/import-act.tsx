import { Button, Notice, TextField } from "@wardkey/ui";
import { type ReactNode, useId, useState } from "react";
import { Field, hintOf } from "../parts/field.js";
import { SelectField } from "../parts/select-field.js";
import { RefusalNotice } from "../session/refusal.js";
import { useAct } from "../session/use-act.js";
import { useRenew } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import type { ImportReport } from "./answers.js";
import { risked } from "./risk-words.js";
import { sourceOf, uploadFile } from "./upload.js";

const WHAT = ["inventory", "vulnerabilities"] as const;

/** Choose a file, see what it would change, then have it taken: all of it or nothing. */
export function ImportForm(): ReactNode {
  const { t } = useWords();
  const id = useId();
  const renew = useRenew("risk");
  const { busy, refusal, act } = useAct();
  const [file, setFile] = useState<File | null>(null);
  const [what, setWhat] = useState<string>(WHAT[0]);
  const [source, setSource] = useState("");
  const [report, setReport] = useState<ImportReport | null>(null);
  const choose = (chosen: File | null): void => {
    setFile(chosen);
    setReport(null);
    if (chosen !== null) setSource(sourceOf(chosen.name));
  };
  const send = (dryRun: boolean): void =>
    act(async () => {
      if (file === null) return;
      setReport(null);
      setReport(await uploadFile({ file, source, what, dryRun }));
      if (!dryRun) await renew();
    });
  const ready = file !== null && /^[a-z0-9-]{1,63}$/.test(source);
  return (
    <form className="risk-import" onSubmit={(event) => event.preventDefault()}>
      <SelectField
        label={t("risk.import.what")}
        value={what}
        onChange={(value) => {
          setWhat(value);
          setReport(null);
        }}
        options={WHAT.map((value) => ({ value, label: risked(t, "import", value) }))}
      />
      <Field
        id={id}
        label={t("risk.import.file")}
        hint={t(what === "inventory" ? "risk.import.inventory.hint" : "risk.import.vulnerabilities.hint")}
      >
        <input
          id={id}
          type="file"
          className="wk-input"
          accept=".csv,.json,text/csv,application/json"
          aria-describedby={hintOf(id)}
          onChange={({ target }) => choose(target.files?.[0] ?? null)}
        />
      </Field>
      <TextField label={t("risk.import.source")} value={source} onChange={setSource} maxLength={63} />
      <div className="page-actions">
        <Button onPress={() => send(true)} isDisabled={!ready || busy}>
          {t("risk.import.look")}
        </Button>
        <Button
          kind="primary"
          onPress={() => send(false)}
          isDisabled={!ready || busy || report === null || report.applied || report.faultCount > 0}
        >
          {t("risk.import.take")}
        </Button>
      </div>
      <RefusalNotice code={refusal} />
      <div role="status">{report === null ? null : <Report report={report} />}</div>
    </form>
  );
}

function Report({ report }: { report: ImportReport }): ReactNode {
  const { t } = useWords();
  const { applied, rows, assets, links, vulnerabilities, duplicates, unmatched, replaces, faultCount, faults } = report;
  const tone = applied ? "ok" : faultCount > 0 ? "stop" : "wait";
  const title = t(applied ? "risk.import.done" : faultCount > 0 ? "risk.import.faulty" : "risk.import.would");
  return (
    <Notice tone={tone} title={title}>
      <p>{t("risk.import.counts", { rows, assets, links, vulnerabilities })}</p>
      {duplicates > 0 ? <p>{t("risk.import.duplicates", { count: duplicates })}</p> : null}
      {unmatched > 0 ? <p>{t("risk.import.unmatched", { count: unmatched })}</p> : null}
      {replaces === null ? null : <p>{t("risk.import.replaces", replaces)}</p>}
      {faultCount === 0 ? null : (
        <ul className="risk-faults">
          {faults.slice(0, 20).map(({ line, code, field }) => (
            <li key={`${line} ${code}`}>
              {t("risk.import.fault", { line, what: risked(t, "fault", code), field: field ?? "" })}
            </li>
          ))}
          {faultCount > 20 ? <li>{t("risk.more", { count: faultCount - 20 })}</li> : null}
        </ul>
      )}
    </Notice>
  );
}
