import { useQuery } from "@tanstack/react-query";
import { InvitationLink, InvitationListed, ROLES } from "@wardkey/protocol/fleet";
import { Button } from "@wardkey/ui";
import { MailOpen } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { z } from "zod";
import { Nothing, type SignedIn } from "../api/answers.js";
import { ask, codeOfRefusal } from "../api/ask.js";
import { momentColumn } from "../list/moment-column.js";
import { RowsList } from "../list/rows-list.js";
import { RefusalNotice } from "../session/refusal.js";
import { useAct } from "../session/use-act.js";
import { ShownOnce } from "../shown-once.js";
import { useWords } from "../words.js";

/** Invitations that nobody has followed yet. Who invited makes the link, and hands it over by another way. */
export function WaitingInvitations({ me, changed }: { me: SignedIn; changed: () => Promise<void> }): ReactNode {
  const { t } = useWords();
  const { busy, refusal, act } = useAct();
  const [link, setLink] = useState<{ for: string; url: string } | null>(null);
  const { data, error } = useQuery({
    queryKey: ["invitations"],
    queryFn: ({ signal }) => ask({ path: "v1/invitations", answer: z.array(InvitationListed), signal }),
    retry: false,
    networkMode: "always",
  });
  if (data === undefined || (data.length === 0 && error === null)) return null;
  const makeLink = ({ id, kind, login }: InvitationListed): void =>
    act(async () => {
      const { secret } = await ask({ method: "POST", path: `v1/invitations/${id}/link`, answer: InvitationLink });
      const name = kind === "recovery" ? "recovery" : "invitation";
      setLink({ for: login ?? "", url: `${window.location.origin}${window.location.pathname}#${name}=${secret}` });
    });
  const withdraw = ({ id }: InvitationListed): void =>
    act(async () => {
      await ask({ method: "DELETE", path: `v1/invitations/${id}`, answer: Nothing });
      setLink(null);
      await changed();
    });
  return (
    <div className="panel">
      <h2>{t("invitations.title")}</h2>
      <RefusalNotice code={refusal ?? codeOfRefusal(error)} />
      <RowsList
        title={t("invitations.title")}
        name="invitations"
        rows={data}
        rowKey={(invitation) => invitation.id}
        filters={[
          { kind: "text", key: "search", label: t("list.search") },
          {
            kind: "choice",
            key: "role",
            label: t("administrators.role"),
            options: ROLES.map((value) => ({ value, label: t(`role.${value}`) })),
          },
        ]}
        empty={{ icon: MailOpen, says: t("list.none") }}
        columns={[
          {
            key: "who",
            title: t("people.name"),
            sort: "name",
            text: ({ name }) => name ?? "",
            cell: (invitation) => (
              <span className="person">
                <span>{invitation.name}</span>
                <span className="person-about">{invitation.login}</span>
              </span>
            ),
          },
          { key: "login", title: t("field.login"), text: ({ login }) => login ?? "" },
          {
            key: "role",
            title: t("administrators.role"),
            sort: "role",
            cell: ({ role }) => t(`role.${role}`),
            text: ({ role }) => role,
          },
          { key: "by", title: t("invitations.by"), sort: "by", cell: ({ by }) => by, text: ({ by }) => by },
          momentColumn("expiresAt", t("people.until")),
          {
            key: "act",
            title: t("account.act"),
            align: "end",
            cell: (invitation) => (
              <span className="row-actions">
                {invitation.by === me.administrator.id ? (
                  <Button
                    onPress={() => makeLink(invitation)}
                    isDisabled={busy}
                    aria-label={t("invitations.link.who", { login: invitation.login ?? "" })}
                  >
                    {t("invitations.link")}
                  </Button>
                ) : null}
                <Button
                  kind="stop"
                  onPress={() => withdraw(invitation)}
                  isDisabled={busy}
                  aria-label={t("invitations.withdraw.who", { login: invitation.login ?? "" })}
                >
                  {t("approvals.withdraw")}
                </Button>
              </span>
            ),
          },
        ]}
      />
      {link === null ? null : (
        <ShownOnce
          label={t("invitations.link.for", { login: link.for })}
          hint={t("invitations.link.hint")}
          secret={link.url}
        />
      )}
    </div>
  );
}
