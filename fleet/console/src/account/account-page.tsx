import { useQuery, useQueryClient } from "@tanstack/react-query";
import { PasskeyListed, SessionListed } from "@wardkey/protocol/fleet";
import { Button, Table, TextField } from "@wardkey/ui";
import { KeyRound } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { z } from "zod";
import { Nothing } from "../api/answers.js";
import { ask, codeOfRefusal } from "../api/ask.js";
import { makePasskey } from "../api/ceremonies.js";
import { Moment } from "../moment.js";
import { RefusalNotice } from "../session/refusal.js";
import { useAct } from "../session/use-act.js";
import { useMe } from "../shell/me.js";
import { Page } from "../shell/page.js";
import { useWords } from "../words.js";
import { browserName } from "./browser-name.js";
import { TokensPanel } from "./tokens-panel.js";

/** What is mine here: passkeys and sessions, each to be ended. */
export function AccountPage(): ReactNode {
  const { t } = useWords();
  const { me, refresh } = useMe();
  const { name, id, role } = me.administrator;
  return (
    <Page title={t("account.title")} says={t("account.says", { name, login: id, role: t(`role.${role}`) })}>
      <Passkeys refresh={refresh} />
      <Sessions />
      {me.via === "session" ? <TokensPanel me={me} /> : null}
    </Page>
  );
}

function Passkeys({ refresh }: { refresh: () => Promise<void> }): ReactNode {
  const { t } = useWords();
  const client = useQueryClient();
  const { busy, refusal, act } = useAct();
  const [name, setName] = useState("");
  const { data, error } = useQuery({
    queryKey: ["passkeys"],
    queryFn: ({ signal }) => ask({ path: "v1/passkeys", answer: z.array(PasskeyListed), signal }),
    retry: false,
    networkMode: "always",
  });
  const changed = async (): Promise<void> => {
    await client.invalidateQueries({ queryKey: ["passkeys"] });
    await refresh();
  };
  const add = (): void =>
    act(async () => {
      const response = await makePasskey("v1/passkeys/options");
      const body = { response, name: name.trim() === "" ? t("register.key-name") : name.trim() };
      await ask({ method: "POST", path: "v1/passkeys", body, answer: z.array(PasskeyListed) });
      setName("");
      await changed();
    });
  const remove = (passkey: PasskeyListed): void =>
    act(async () => {
      await ask({ method: "DELETE", path: `v1/passkeys/${passkey.id}`, answer: Nothing });
      await changed();
    });
  return (
    <div className="panel">
      <h2>{t("passkeys.title")}</h2>
      <RefusalNotice code={refusal ?? codeOfRefusal(error)} />
      <Table
        caption={t("passkeys.title")}
        rows={data ?? []}
        rowKey={(passkey) => passkey.id}
        empty={t("passkeys.none")}
        columns={[
          { key: "name", title: t("passkeys.name"), cell: (passkey) => passkey.name },
          {
            key: "kind",
            title: t("passkeys.kept"),
            cell: ({ synced }) => t(synced ? "passkeys.synced" : "passkeys.device"),
          },
          { key: "added", title: t("passkeys.added"), cell: ({ addedAt }) => <Moment at={addedAt} /> },
          {
            key: "used",
            title: t("passkeys.used"),
            cell: ({ usedAt }) => (usedAt === null ? t("kiosk.never") : <Moment at={usedAt} />),
          },
          {
            key: "act",
            title: t("account.act"),
            align: "end",
            cell: (passkey) => (
              <Button
                kind="stop"
                onPress={() => remove(passkey)}
                isDisabled={busy}
                aria-label={t("passkeys.remove.which", { name: passkey.name })}
              >
                {t("passkeys.remove")}
              </Button>
            ),
          },
        ]}
      />
      <div className="add-passkey">
        <TextField label={t("passkeys.new")} value={name} onChange={setName} maxLength={80} />
        <Button onPress={add} isDisabled={busy} icon={<KeyRound aria-hidden />}>
          {t("passkeys.add")}
        </Button>
      </div>
    </div>
  );
}

function Sessions(): ReactNode {
  const { t, formats } = useWords();
  const client = useQueryClient();
  const { busy, refusal, act } = useAct();
  const { data, error } = useQuery({
    queryKey: ["sessions"],
    queryFn: ({ signal }) => ask({ path: "v1/sessions", answer: z.array(SessionListed), signal }),
    retry: false,
    networkMode: "always",
  });
  const end = (session: SessionListed): void =>
    act(async () => {
      await ask({ method: "DELETE", path: `v1/sessions/${session.id}`, answer: Nothing });
      await client.invalidateQueries({ queryKey: ["sessions"] });
    });
  return (
    <div className="panel">
      <h2>{t("sessions.title")}</h2>
      <RefusalNotice code={refusal ?? codeOfRefusal(error)} />
      <Table
        caption={t("sessions.title")}
        rows={data ?? []}
        rowKey={(session) => session.id}
        empty=""
        columns={[
          { key: "browser", title: t("sessions.browser"), cell: ({ browser }) => browserName(browser) },
          { key: "means", title: t("sessions.means"), cell: ({ means }) => t(`means.${means}`) },
          { key: "since", title: t("sessions.since"), cell: ({ createdAt }) => <Moment at={createdAt} /> },
          { key: "until", title: t("sessions.until"), cell: ({ endsAt }) => <Moment at={endsAt} /> },
          {
            key: "act",
            title: t("account.act"),
            align: "end",
            cell: (session) =>
              session.current ? (
                <span className="wk-muted">{t("sessions.current")}</span>
              ) : (
                <Button
                  kind="stop"
                  onPress={() => end(session)}
                  isDisabled={busy}
                  aria-label={t("sessions.end.which", { time: formats.dateTime(session.createdAt) })}
                >
                  {t("sessions.end")}
                </Button>
              ),
          },
        ]}
      />
    </div>
  );
}
