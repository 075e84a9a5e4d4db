import { ROLES } from "@wardkey/protocol/fleet";
import { Button, type Choice, Choices, TextField } from "@wardkey/ui";
import { type FormEvent, type ReactNode, useState } from "react";
import { Invited } from "../api/answers.js";
import { ask } from "../api/ask.js";
import { RefusalNotice } from "../session/refusal.js";
import { useAct } from "../session/use-act.js";
import { useWords } from "../words.js";

type Role = (typeof ROLES)[number];

/** Invites at once where the role has no say in approvals; proposes it to two people where it has. */
export function InviteForm({ changed }: { changed: () => Promise<void> }): ReactNode {
  const { t } = useWords();
  const { busy, refusal, act } = useAct();
  const [name, setName] = useState("");
  const [login, setLogin] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const choices: Choice<Role>[] = ROLES.map((each) => ({
    value: each,
    title: t(`role.${each}`),
    says: t(`role.${each}.says`),
  }));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    act(async () => {
      const body = { name: name.trim(), login: login.trim(), role };
      const answer = await ask({ method: "POST", path: "v1/administrators", body, answer: Invited });
      setName("");
      setLogin("");
      await changed();
      if ("needs" in answer) window.location.hash = "#/approvals";
    });
  };
  return (
    <form className="panel invite" onSubmit={submit}>
      <h2>{t("administrators.invite")}</h2>
      <RefusalNotice code={refusal} />
      <TextField label={t("people.name")} value={name} onChange={setName} maxLength={80} isRequired />
      <TextField
        label={t("field.login")}
        hint={t("field.login.hint")}
        value={login}
        onChange={(text) => setLogin(text.toLowerCase())}
        maxLength={63}
        isRequired
      />
      <Choices label={t("administrators.role")} options={choices} value={role} onChange={setRole} />
      <Button kind="primary" type="submit" isDisabled={busy || name.trim() === "" || login.trim() === ""}>
        {t("administrators.invite.go")}
      </Button>
    </form>
  );
}
