import { useQuery, useQueryClient } from "@tanstack/react-query";
import { PasskeyListed, SessionListed } from "@wardkey/protocol/fleet";
import { Button, TextField } from "@wardkey/ui";
import { KeyRound, Monitor } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { z } from "zod";
import { Nothing } from "../api/answers.js";
import { ask, codeOfRefusal } from "../api/ask.js";
import { makePasskey } from "../api/ceremonies.js";
import { momentColumn } from "../list/moment-column.js";
import { RowsList } from "../list/rows-list.js";
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
  const keptIn = ({ synced }: PasskeyListed): string => t(synced ? "passkeys.synced" : "passkeys.device");
  return (
    <div className="panel">
      <h2>{t("passkeys.title")}</h2>
      <RefusalNotice code={refusal ?? codeOfRefusal(error)} />
      <RowsList
        title={t("passkeys.title")}
        name="passkeys"
        rows={data}
        rowKey={(passkey) => passkey.id}
        filters={[{ kind: "text", key: "search", label: t("list.search") }]}
        empty={{ icon: KeyRound, says: t("passkeys.none") }}
        columns={[
          {
            key: "name",
            title: t("passkeys.name"),
            sort: "name",
            cell: ({ name: of }) => of,
            text: ({ name: of }) => of,
          },
          { key: "kind", title: t("passkeys.kept"), sort: "kind", cell: keptIn, text: keptIn },
          momentColumn("addedAt", t("passkeys.added")),
          momentColumn("usedAt", t("passkeys.used"), t("kiosk.never")),
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
  const browserOf = ({ browser }: SessionListed): string => browserName(browser);
  const meansOf = ({ means }: SessionListed): string => t(`means.${means}`);
  return (
    <div className="panel">
      <h2>{t("sessions.title")}</h2>
      <RefusalNotice code={refusal ?? codeOfRefusal(error)} />
      <RowsList
        title={t("sessions.title")}
        name="sessions"
        rows={data}
        rowKey={(session) => session.id}
        sort={{ key: "createdAt", order: "desc" }}
        filters={[{ kind: "text", key: "search", label: t("list.search") }]}
        empty={{ icon: Monitor, says: t("list.none") }}
        columns={[
          { key: "browser", title: t("sessions.browser"), sort: "browser", cell: browserOf, text: browserOf },
          { key: "means", title: t("sessions.means"), sort: "means", cell: meansOf, text: meansOf },
          momentColumn("createdAt", t("sessions.since")),
          momentColumn("endsAt", t("sessions.until")),
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
