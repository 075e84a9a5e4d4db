import { SignedInView } from "@wardkey/protocol/fleet";
import { Button, TextField } from "@wardkey/ui";
import { Fingerprint, KeyRound } from "@wardkey/ui/icons";
import { type FormEvent, type ReactNode, useState } from "react";
import { ask } from "../api/ask.js";
import { signWithPasskey } from "../api/ceremonies.js";
import { useWords } from "../words.js";
import { CodeField } from "./code-field.js";
import { RefusalNotice } from "./refusal.js";
import { useAct } from "./use-act.js";

export interface SignInProps {
  readonly siteName: string;
  readonly setUpNeeded: boolean;
  readonly onSignedIn: () => Promise<void>;
}

/** Passkey first; password and code for who registered with them. */
export function SignIn({ siteName, setUpNeeded, onSignedIn }: SignInProps): ReactNode {
  const { t } = useWords();
  const { busy, refusal, act } = useAct();
  const [byPassword, setByPassword] = useState(false);
  if (setUpNeeded) return <SetUpNeeded />;
  const withPasskey = (): void =>
    act(async () => {
      const response = await signWithPasskey("v1/session/passkey/options");
      await ask({ method: "POST", path: "v1/session/passkey", body: { response }, answer: SignedInView });
      await onSignedIn();
    });
  return (
    <section className="door" aria-labelledby="door-title">
      <span className="headline-picture">
        <Fingerprint size={40} aria-hidden />
      </span>
      <h1 id="door-title">{t("signin.title", { site: siteName })}</h1>
      <RefusalNotice code={refusal} />
      {byPassword ? (
        <PasswordForm busy={busy} act={act} onSignedIn={onSignedIn} />
      ) : (
        <>
          <p>{t("signin.says")}</p>
          <Button
            kind="primary"
            large
            onPress={withPasskey}
            isDisabled={busy}
            icon={<KeyRound aria-hidden />}
            autoFocus
          >
            {t("signin.passkey")}
          </Button>
        </>
      )}
      <Button kind="quiet" onPress={() => setByPassword(!byPassword)} isDisabled={busy}>
        {t(byPassword ? "signin.by-passkey" : "signin.by-password")}
      </Button>
    </section>
  );
}

function SetUpNeeded(): ReactNode {
  const { t } = useWords();
  return (
    <section className="door" aria-labelledby="door-title">
      <span className="headline-picture">
        <KeyRound size={40} aria-hidden />
      </span>
      <h1 id="door-title">{t("setup.needed.title")}</h1>
      <p>{t("setup.needed.says")}</p>
    </section>
  );
}

function PasswordForm({
  busy,
  act,
  onSignedIn,
}: {
  busy: boolean;
  act: (work: () => Promise<void>) => void;
  onSignedIn: () => Promise<void>;
}): ReactNode {
  const { t } = useWords();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    act(async () => {
      const body = { login: login.trim().toLowerCase(), password, code: code.replace(/\s/g, "") };
      await ask({ method: "POST", path: "v1/session/password", body, answer: SignedInView });
      await onSignedIn();
    });
  };
  return (
    <form className="door-form" onSubmit={submit}>
      <TextField
        label={t("field.login")}
        value={login}
        onChange={setLogin}
        autoComplete="username"
        maxLength={63}
        isRequired
        autoFocus
      />
      <TextField
        label={t("field.password")}
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        maxLength={512}
        isRequired
      />
      <CodeField value={code} onChange={setCode} />
      <Button kind="primary" type="submit" isDisabled={busy || login === "" || password === "" || code === ""}>
        {t("signin.go")}
      </Button>
    </form>
  );
}
