import type { FromScreen, ScreenView } from "@wardkey/protocol/screen";
import { Button, Notice, TextField } from "@wardkey/ui";
import { type FormEvent, type ReactNode, useState } from "react";
import { Frame } from "../frame.js";
import { useWords } from "../words.js";
import { Steps } from "./steps.js";

export interface EnrolFormProps {
  readonly view: ScreenView;
  readonly now: number;
  readonly refusal: string | null;
  readonly onBegin: (message: Extract<FromScreen, { type: "enrol-begin" }>) => void;
  readonly onCancel: () => void;
}

export function EnrolForm({ view, now, refusal, onBegin, onCancel }: EnrolFormProps): ReactNode {
  const { t } = useWords();
  const [operatorCode, setOperatorCode] = useState("");
  const [givenName, setGivenName] = useState("");
  const [familyName, setFamilyName] = useState("");
  const ready = operatorCode.length >= 4 && givenName.trim() !== "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    onBegin({ type: "enrol-begin", operatorCode, givenName: givenName.trim(), familyName: familyName.trim() });
  };
  return (
    <Frame view={view} now={now} tone="calm" line={t("enrol.title")} picture={<Steps current={0} />} foot={<span />}>
      <p className="says">{t("enrol.says")}</p>
      <form className="enrol-form" onSubmit={submit} autoComplete="off">
        <TextField
          label={t("enrol.code")}
          type="password"
          value={operatorCode}
          onChange={setOperatorCode}
          maxLength={32}
          autoComplete="off"
          isRequired
          autoFocus
        />
        <div className="enrol-names">
          <TextField label={t("enrol.given")} value={givenName} onChange={setGivenName} maxLength={40} isRequired />
          <TextField label={t("enrol.family")} value={familyName} onChange={setFamilyName} maxLength={40} />
        </div>
        {refusal === null ? null : <Notice tone="stop">{refusal}</Notice>}
        <div className="offers">
          <Button type="submit" kind="primary" large isDisabled={!ready}>
            {t("enrol.begin")}
          </Button>
          <Button kind="quiet" large onPress={onCancel}>
            {t("enrol.cancel")}
          </Button>
        </div>
      </form>
    </Frame>
  );
}
