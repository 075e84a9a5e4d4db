import { useQuery, useQueryClient } from "@tanstack/react-query";
import { AdministratorListed, ProposalView, ROLES } from "@wardkey/protocol/fleet";
import { Button, StatusDot } from "@wardkey/ui";
import { UsersRound } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { z } from "zod";
import { Nothing, type SignedIn } from "../api/answers.js";
import { ask, codeOfRefusal } from "../api/ask.js";
import { RowsList } from "../list/rows-list.js";
import { RefusalNotice } from "../session/refusal.js";
import { useAct } from "../session/use-act.js";
import { useMe } from "../shell/me.js";
import { Page } from "../shell/page.js";
import { useWords } from "../words.js";
import { InviteForm } from "./invite-form.js";
import { WaitingInvitations } from "./waiting-invitations.js";

/** Who may act at this site, and who is invited. */
export function AdministratorsPage(): ReactNode {
  const { t } = useWords();
  const { me } = useMe();
  const client = useQueryClient();
  const mayChange = me.administrator.role === "administrator" && me.via === "session";
  const changed = (): Promise<void> => client.invalidateQueries();
  return (
    <Page title={t("administrators.title")}>
      <People me={me} mayChange={mayChange} changed={changed} />
      {mayChange ? (
        <>
          <WaitingInvitations me={me} changed={changed} />
          <InviteForm changed={changed} />
        </>
      ) : null}
    </Page>
  );
}

interface PeopleProps {
  readonly me: SignedIn;
  readonly mayChange: boolean;
  readonly changed: () => Promise<void>;
}

function People({ me, mayChange, changed }: PeopleProps): ReactNode {
  const { t } = useWords();
  const { busy, refusal, act } = useAct();
  const { data, error } = useQuery({
    queryKey: ["administrators"],
    queryFn: ({ signal }) => ask({ path: "v1/administrators", answer: z.array(AdministratorListed), signal }),
    retry: false,
    networkMode: "always",
  });
  const shutOut = ({ id }: AdministratorListed): void =>
    act(async () => {
      await ask({ method: "DELETE", path: `v1/administrators/${id}`, answer: Nothing });
      await changed();
    });
  const recover = ({ id }: AdministratorListed): void =>
    act(async () => {
      await ask({ method: "POST", path: `v1/administrators/${id}/recovery`, answer: ProposalView });
      await changed();
      window.location.hash = "#/approvals";
    });
  return (
    <div className="panel">
      <h2>{t("administrators.people")}</h2>
      <RefusalNotice code={refusal ?? codeOfRefusal(error)} />
      <RowsList
        title={t("administrators.people")}
        rows={data}
        rowKey={(person) => person.id}
        filters={[
          { kind: "text", key: "search", label: t("list.search") },
          {
            kind: "choice",
            key: "role",
            label: t("administrators.role"),
            options: ROLES.map((value) => ({ value, label: t(`role.${value}`) })),
          },
          {
            kind: "choice",
            key: "state",
            label: t("approvals.state"),
            options: (["active", "out"] as const).map((value) => ({ value, label: t(`administrators.${value}`) })),
          },
        ]}
        empty={{ icon: UsersRound, says: t("list.none") }}
        columns={[
          {
            key: "name",
            title: t("people.name"),
            sort: "name",
            text: ({ name }) => name,
            cell: (person) => (
              <span className="person">
                <span>{person.name}</span>
                <span className="person-about">{person.id}</span>
              </span>
            ),
          },
          { key: "id", title: t("field.login"), text: ({ id }) => id },
          {
            key: "role",
            title: t("administrators.role"),
            sort: "role",
            cell: ({ role }) => t(`role.${role}`),
            text: ({ role }) => role,
          },
          {
            key: "state",
            title: t("approvals.state"),
            sort: "state",
            text: ({ disabledAt }) => (disabledAt === null ? "active" : "out"),
            cell: ({ disabledAt }) => (
              <StatusDot
                tone={disabledAt === null ? "ok" : "neutral"}
                word={t(disabledAt === null ? "administrators.active" : "administrators.out")}
              />
            ),
          },
          {
            key: "act",
            title: t("account.act"),
            align: "end",
            cell: (person) =>
              !mayChange || person.id === me.administrator.id ? (
                "–"
              ) : (
                <span className="row-actions">
                  <Button
                    onPress={() => recover(person)}
                    isDisabled={busy}
                    aria-label={t("administrators.recover.who", { name: person.name })}
                  >
                    {t("administrators.recover")}
                  </Button>
                  {person.disabledAt === null ? (
                    <Button
                      kind="stop"
                      onPress={() => shutOut(person)}
                      isDisabled={busy}
                      aria-label={t("administrators.shut-out.who", { name: person.name })}
                    >
                      {t("administrators.shut-out")}
                    </Button>
                  ) : null}
                </span>
              ),
          },
        ]}
      />
    </div>
  );
}
