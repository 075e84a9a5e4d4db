import { Card } from "@wardkey/ui";
import { Handshake, IdCard } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { Nothing } from "../api/answers.js";
import { ask } from "../api/ask.js";
import { momentColumn } from "../list/moment-column.js";
import { RowsList } from "../list/rows-list.js";
import { Act } from "../parts/act.js";
import { Facts } from "../parts/facts.js";
import { RefusalNotice } from "../session/refusal.js";
import { useMe } from "../shell/me.js";
import { useAnswer, useRenew } from "../shell/use-answer.js";
import { ShownOnce } from "../shown-once.js";
import { useWords } from "../words.js";
import { CodeMade, nameOf, type PersonRow, WaysAnswer, Withdrawn } from "./answers.js";

const badgeName = ({ kind, badge }: WaysAnswer["badges"][number]): string => `${kind} · ${badge.slice(0, 8)}`;
const purposeOf = ({ purpose, text }: WaysAnswer["consents"][number]): string => `${purpose} (${text})`;

/** How somebody comes in without a face, and what they consented to. Badges go by a digest: their numbers are nowhere. */
export function Ways({ person }: { person: PersonRow }): ReactNode {
  const { t } = useWords();
  const { may } = useMe();
  const path = `v1/staff/${encodeURIComponent(person.staffId)}`;
  const { data, refusal } = useAnswer({ topic: "people", path: `${path}/ways`, answer: WaysAnswer });
  const acts = may("operator") && person.standing === "active";
  return (
    <Card title={t("ways.title")}>
      <RefusalNotice code={refusal} />
      {data === undefined ? null : (
        <>
          <Facts facts={[[t("ways.pin"), t(data.pin ? "ways.pin.set" : "ways.pin.none")]]} />
          <h3>{t("ways.badges")}</h3>
          <RowsList
            title={t("ways.badges")}
            name="badges"
            rows={data.badges}
            rowKey={({ badge }) => badge}
            filters={[{ kind: "text", key: "search", label: t("list.search") }]}
            empty={{ icon: IdCard, says: t("ways.badges.none") }}
            columns={[
              { key: "kind", title: t("ways.badge"), sort: "kind", cell: badgeName, text: badgeName },
              momentColumn("enrolledAt", t("passkeys.added")),
              {
                key: "by",
                title: t("ways.by"),
                sort: "by",
                cell: ({ enrolledBy }) => enrolledBy,
                text: ({ enrolledBy }) => enrolledBy,
              },
              ...(acts
                ? [
                    {
                      key: "act",
                      title: t("account.act"),
                      align: "end" as const,
                      cell: ({ badge }: WaysAnswer["badges"][number]) => <TakeBadge person={person} badge={badge} />,
                    },
                  ]
                : []),
            ]}
          />
          {acts ? <CodeAct person={person} /> : null}
          <Consents person={person} consents={data.consents} acts={may("operator")} />
        </>
      )}
    </Card>
  );
}

function TakeBadge({ person, badge }: { person: PersonRow; badge: string }): ReactNode {
  const { t } = useWords();
  const renew = useRenew("people");
  return (
    <Act
      label={t("ways.badge.take")}
      kind="stop"
      title={t("ways.badge.take.ask", { name: nameOf(person) })}
      says={t("ways.badge.take.says")}
      confirm={t("ways.badge.take")}
      work={async () => {
        const path = `v1/staff/${encodeURIComponent(person.staffId)}/badges/${badge}`;
        await ask({ method: "DELETE", path, answer: Nothing });
        await renew();
        return t("ways.badge.take.did");
      }}
    />
  );
}

function CodeAct({ person }: { person: PersonRow }): ReactNode {
  const { t, formats } = useWords();
  return (
    <div className="row-actions-start">
      <Act
        label={t("ways.code")}
        title={t("ways.code.ask", { name: nameOf(person) })}
        says={t("ways.code.says")}
        confirm={t("ways.code.go")}
        work={async () => {
          const path = `v1/staff/${encodeURIComponent(person.staffId)}/code`;
          const { code, expiresAt } = await ask({ method: "POST", path, answer: CodeMade });
          return (
            <ShownOnce
              label={t("ways.code")}
              hint={t("ways.code.did", { time: formats.dateTime(expiresAt) })}
              secret={code}
            />
          );
        }}
      />
    </div>
  );
}

interface ConsentsProps {
  readonly person: PersonRow;
  readonly consents: WaysAnswer["consents"];
  readonly acts: boolean;
}

function Consents({ person, consents, acts }: ConsentsProps): ReactNode {
  const { t } = useWords();
  const renew = useRenew("people");
  const stands = consents.some(({ withdrawnAt }) => withdrawnAt === null);
  return (
    <>
      <h3>{t("consents.title")}</h3>
      <RowsList
        title={t("consents.title")}
        name="consents"
        rows={consents}
        rowKey={({ id }) => id}
        filters={[{ kind: "text", key: "search", label: t("list.search") }]}
        empty={{ icon: Handshake, says: t("consents.none") }}
        columns={[
          { key: "purpose", title: t("consents.purpose"), sort: "purpose", cell: purposeOf, text: purposeOf },
          momentColumn("givenAt", t("consents.given")),
          momentColumn("withdrawnAt", t("consents.withdrawn")),
        ]}
      />
      {acts && stands ? (
        <div className="row-actions-start">
          <Act
            label={t("consents.withdraw")}
            kind="stop"
            grave
            title={t("consents.withdraw.ask", { name: nameOf(person) })}
            says={t("consents.withdraw.says")}
            confirm={t("consents.withdraw")}
            work={async () => {
              const path = `v1/staff/${encodeURIComponent(person.staffId)}/consent/withdraw`;
              const left = await ask({ method: "POST", path, answer: Withdrawn });
              await renew();
              return (
                <>
                  <p>{t("consents.withdraw.did", { count: left.badges })}</p>
                  {left.code === null ? null : (
                    <ShownOnce label={t("ways.code")} hint={t("tokens.made.hint")} secret={left.code} />
                  )}
                </>
              );
            }}
          />
        </div>
      ) : null}
    </>
  );
}
