import { Button, Notice, TextField } from "@wardkey/ui";
import { ScanFace, ScanQrCode } from "@wardkey/ui/icons";
import { type FormEvent, type ReactNode, useState } from "react";
import { useWords } from "../words.js";
import { canScan, Scanner } from "./scanner.js";

export interface WelcomeProps {
  /** This phone has a template already. */
  readonly again: boolean;
  /** The code that a kiosk's page sent along: still for its owner to accept. */
  readonly arrivedCode: string | null;
  readonly onJoin: (code: string) => void;
  readonly onLeave: () => void;
}

/** From nothing to an enrolment: the code of the kiosk, scanned, pasted or brought along. */
export function Welcome({ again, arrivedCode, onJoin, onLeave }: WelcomeProps): ReactNode {
  const { t } = useWords();
  const [code, setCode] = useState(arrivedCode ?? "");
  const [scanning, setScanning] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (code.trim() !== "") onJoin(code.trim());
  };
  return (
    <div className="welcome">
      <ScanFace className="welcome-mark" size={56} strokeWidth={1.5} aria-hidden />
      <h1>{t(again ? "welcome.again" : "welcome.title")}</h1>
      <p>{t(again ? "welcome.again.says" : "welcome.says")}</p>
      {arrivedCode === null ? (
        <p className="wk-muted">{t("welcome.how")}</p>
      ) : (
        <Notice tone="accent">{t("welcome.arrived")}</Notice>
      )}
      {scanning ? (
        <Scanner
          onCode={(found) => {
            setCode(found);
            setScanning(false);
          }}
          onStop={() => setScanning(false)}
        />
      ) : null}
      <form onSubmit={submit} className="welcome-form">
        {canScan() && !scanning && arrivedCode === null ? (
          <Button kind="secondary" large icon={<ScanQrCode size={22} aria-hidden />} onPress={() => setScanning(true)}>
            {t("welcome.scan")}
          </Button>
        ) : null}
        <TextField label={t("welcome.code")} hint={t("welcome.hint")} value={code} onChange={setCode} maxLength={512} />
        <Button kind="primary" large type="submit" isDisabled={code.trim() === ""}>
          {t("welcome.start")}
        </Button>
        {again ? (
          <Button kind="quiet" onPress={onLeave}>
            {t("enrol.cancel")}
          </Button>
        ) : null}
      </form>
    </div>
  );
}
