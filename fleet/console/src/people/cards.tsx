import { Card, StatusDot } from "@wardkey/ui";
import { Siren } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { Nothing } from "../api/answers.js";
import { ask } from "../api/ask.js";
import { momentColumn } from "../list/moment-column.js";
import { RowsList } from "../list/rows-list.js";
import { Act } from "../parts/act.js";
import { RefusalNotice } from "../session/refusal.js";
import { useMe } from "../shell/me.js";
import { useAnswer, useRenew } from "../shell/use-answer.js";
import { ShownOnce } from "../shown-once.js";
import { useWords } from "../words.js";
import { CardMade, CardsAnswer, nameOf, type PersonRow } from "./answers.js";

/** Emergency cards: each a code that breaks the glass once, kept by its owner. */
export function Cards({ person }: { person: PersonRow }): ReactNode {
  const { t } = useWords();
  const { may } = useMe();
  const renew = useRenew("people");
  const path = `v1/staff/${encodeURIComponent(person.staffId)}/emergency-cards`;
  const { data, refusal } = useAnswer({ topic: "people", path, answer: CardsAnswer });
  const acts = may("operator");
  return (
    <Card title={t("cards.title")}>
      <p className="wk-muted">{t("cards.says")}</p>
      <RefusalNotice code={refusal} />
      {data === undefined ? null : (
        <RowsList
          title={t("cards.title")}
          name="cards"
          rows={data.cards}
          rowKey={({ card }) => card}
          filters={[
            { kind: "text", key: "search", label: t("list.search") },
            {
              kind: "choice",
              key: "state",
              label: t("approvals.state"),
              options: (["good", "spent", "revoked"] as const).map((value) => ({ value, label: t(`cards.${value}`) })),
            },
          ]}
          empty={{ icon: Siren, says: t("cards.none") }}
          columns={[
            { key: "card", title: t("cards.card"), sort: "card", cell: ({ card }) => card, text: ({ card }) => card },
            momentColumn("issuedAt", t("passkeys.added")),
            {
              key: "state",
              title: t("approvals.state"),
              sort: "state",
              text: ({ ended }) => ended ?? "good",
              cell: ({ ended }) =>
                ended === null ? (
                  <StatusDot tone="ok" word={t("cards.good")} />
                ) : (
                  <StatusDot tone="neutral" word={t(ended === "spent" ? "cards.spent" : "cards.revoked")} />
                ),
            },
            {
              key: "act",
              title: t("account.act"),
              align: "end",
              cell: ({ card, ended }) =>
                ended !== null || !acts ? (
                  "–"
                ) : (
                  <Act
                    label={t("cards.take")}
                    kind="stop"
                    title={t("cards.take.ask", { card, name: nameOf(person) })}
                    says={t("cards.take.says")}
                    confirm={t("cards.take")}
                    work={async () => {
                      await ask({ method: "DELETE", path: `${path}/${card}`, answer: Nothing });
                      await renew();
                      return t("cards.take.did", { card });
                    }}
                  />
                ),
            },
          ]}
        />
      )}
      {acts && person.standing === "active" ? (
        <div className="row-actions-start">
          <Act
            label={t("cards.make")}
            title={t("cards.make.ask", { name: nameOf(person) })}
            says={t("cards.make.says")}
            confirm={t("cards.make")}
            work={async () => {
              const { code } = await ask({ method: "POST", path, answer: CardMade });
              await renew();
              return <ShownOnce label={t("cards.code")} hint={t("cards.make.did")} secret={code} />;
            }}
          />
        </div>
      ) : null}
    </Card>
  );
}
