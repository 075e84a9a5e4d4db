import { useQuery } from "@tanstack/react-query";
import { InvitationOpened, SignedInView } from "@wardkey/protocol/fleet";
import { Button, Notice, TextField } from "@wardkey/ui";
import { KeyRound, UserRoundPlus } from "@wardkey/ui/icons";
import { type FormEvent, type ReactNode, useState } from "react";
import { ask, codeOfRefusal } from "../api/ask.js";
import { makePasskey } from "../api/ceremonies.js";
import { useWords } from "../words.js";
import { PasswordWay } from "./password-way.js";
import { RefusalNotice } from "./refusal.js";
import { useAct } from "./use-act.js";
import { INVITATION } from "./use-session.js";

export interface RegisterProps {
  /** Of the link that was opened: it left the address at once. */
  readonly secret: string;
  readonly onSignedIn: () => Promise<void>;
}

/** Opened by a set-up, invitation or recovery link: the person makes the passkey that is theirs from now on. */
export function Register({ secret, onSignedIn }: RegisterProps): ReactNode {
  const { t, formats } = useWords();
  const { data, error } = useQuery({
    queryKey: [INVITATION, secret],
    queryFn: ({ signal }) =>
      ask({ method: "POST", path: "v1/invitation", body: { secret }, answer: InvitationOpened, signal }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    networkMode: "always",
  });
  if (error !== null) {
    return (
      <section className="door" aria-labelledby="door-title">
        <h1 id="door-title">{t("register.closed.title")}</h1>
        <RefusalNotice code={codeOfRefusal(error)} />
        <p>{t("register.closed.says")}</p>
      </section>
    );
  }
  if (data === undefined) return null;
  return (
    <section className="door" aria-labelledby="door-title">
      <span className="headline-picture">
        <UserRoundPlus size={40} aria-hidden />
      </span>
      <h1 id="door-title">{t(`register.${data.kind}.title`)}</h1>
      <p>{t(`register.${data.kind}.says`, { role: t(`role.${data.role}`) })}</p>
      <p className="wk-muted">{t("register.until", { time: formats.dateTime(data.expiresAt) })}</p>
      <RegisterForm secret={secret} invitation={data} onSignedIn={onSignedIn} />
    </section>
  );
}

function RegisterForm({
  secret,
  invitation,
  onSignedIn,
}: RegisterProps & { readonly invitation: InvitationOpened }): ReactNode {
  const { t } = useWords();
  const { busy, refusal, act } = useAct();
  const [login, setLogin] = useState(invitation.login ?? "");
  const [name, setName] = useState(invitation.name ?? "");
  const [byPassword, setByPassword] = useState(false);
  const who = { secret, login: login.trim(), name: name.trim() === "" ? login.trim() : name.trim() };
  const loginError =
    login === "" || /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(login) ? undefined : t("field.login.wrong");
  const ready = who.login !== "" && who.name !== "" && loginError === undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (byPassword) return;
    act(async () => {
      const response = await makePasskey("v1/invitation/passkey/options", who);
      const body = { ...who, response, keyName: t("register.key-name") };
      await ask({ method: "POST", path: "v1/invitation/passkey", body, answer: SignedInView });
      await onSignedIn();
    });
  };
  return (
    <form className="door-form" onSubmit={submit}>
      <RefusalNotice code={refusal} />
      {invitation.name === null ? (
        <TextField
          label={t("field.name")}
          value={name}
          onChange={setName}
          autoComplete="name"
          maxLength={80}
          isRequired
        />
      ) : null}
      {invitation.login === null ? (
        <TextField
          label={t("field.login")}
          hint={t("field.login.hint")}
          error={loginError}
          value={login}
          onChange={(text) => setLogin(text.toLowerCase())}
          autoComplete="username"
          maxLength={63}
          isRequired
        />
      ) : (
        <p>{t("register.as", { login: invitation.login })}</p>
      )}
      {byPassword ? (
        <PasswordWay who={who} ready={ready} busy={busy} act={act} onSignedIn={onSignedIn} />
      ) : (
        <Button kind="primary" large type="submit" isDisabled={busy || !ready} icon={<KeyRound aria-hidden />}>
          {t("register.passkey")}
        </Button>
      )}
      {invitation.password ? (
        <Button kind="quiet" onPress={() => setByPassword(!byPassword)} isDisabled={busy}>
          {t(byPassword ? "register.by-passkey" : "register.by-password")}
        </Button>
      ) : null}
      {byPassword ? <Notice tone="wait" title={t("register.password-weaker")} /> : null}
    </form>
  );
}
