import { SignedInView, TotpOffered } from "@wardkey/protocol/fleet";
import { Button, TextField } from "@wardkey/ui";
import { type ReactNode, useState } from "react";
import { ask } from "../api/ask.js";
import { useWords } from "../words.js";
import { CodeField } from "./code-field.js";

export interface PasswordWayProps {
  readonly who: { readonly secret: string; readonly login: string; readonly name: string };
  readonly ready: boolean;
  readonly busy: boolean;
  readonly act: (work: () => Promise<void>) => void;
  readonly onSignedIn: () => Promise<void>;
}

/** A password, and the codes of an authenticator app, which takes the secret typed or by its own link. */
export function PasswordWay({ who, ready, busy, act, onSignedIn }: PasswordWayProps): ReactNode {
  const { t } = useWords();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [totp, setTotp] = useState<{ secret: string; uri: string } | null>(null);
  const prepare = (): void =>
    act(async () => {
      setTotp(await ask({ method: "POST", path: "v1/invitation/totp", body: who, answer: TotpOffered }));
    });
  const register = (secret: string): void =>
    act(async () => {
      const body = { ...who, password, totpSecret: secret, code: code.replace(/\s/g, "") };
      await ask({ method: "POST", path: "v1/invitation/password", body, answer: SignedInView });
      await onSignedIn();
    });
  return (
    <>
      <TextField
        label={t("field.password")}
        hint={t("field.password.hint")}
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="new-password"
        maxLength={128}
        isRequired
      />
      {totp === null ? (
        <Button kind="primary" onPress={prepare} isDisabled={busy || !ready || password === ""}>
          {t("register.app")}
        </Button>
      ) : (
        <>
          <div className="totp">
            <p>{t("register.app.says")}</p>
            <p className="totp-secret">{totp.secret.replace(/(.{4})/g, "$1 ").trim()}</p>
            <p>
              <a href={totp.uri}>{t("register.app.open")}</a>
            </p>
          </div>
          <CodeField value={code} onChange={setCode} />
          <Button kind="primary" onPress={() => register(totp.secret)} isDisabled={busy || !ready || code === ""}>
            {t("register.password")}
          </Button>
        </>
      )}
    </>
  );
}
