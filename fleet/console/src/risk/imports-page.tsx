import { FileInput } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { z } from "zod";
import { ask } from "../api/ask.js";
import { RowsList } from "../list/rows-list.js";
import { Act } from "../parts/act.js";
import { addressOf } from "../shell/address.js";
import { useMe } from "../shell/me.js";
import { Page } from "../shell/page.js";
import { useAnswer, useRenew } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { SourcesAnswer } from "./answers.js";
import { ImportForm } from "./import-act.js";
import { risked } from "./risk-words.js";
import "./risk.css";

type Source = z.infer<typeof SourcesAnswer>["sources"][number];
const WHAT = ["inventory", "vulnerabilities"] as const;

/** Where the picture gets what the fleet cannot know: inventories and lists of vulnerabilities, from files. */
export function RiskImportsPage(): ReactNode {
  const { t, formats } = useWords();
  const { may } = useMe();
  const { data, refusal } = useAnswer({ topic: "risk", path: "v1/risk/imports", answer: SourcesAnswer });
  return (
    <Page
      title={t("risk.imports")}
      says={t("risk.imports.says")}
      above={[{ title: t("nav.risk"), href: addressOf("/risk") }]}
    >
      {may("security-officer") ? (
        <section className="panel" aria-labelledby="risk-import">
          <h2 id="risk-import">{t("risk.import")}</h2>
          <ImportForm />
        </section>
      ) : null}
      <div className="risk-part">
        <h2>{t("risk.sources")}</h2>
        <RowsList
          title={t("risk.sources")}
          rows={data?.sources}
          refusal={refusal}
          rowKey={({ source }) => source}
          filters={[
            { kind: "text", key: "search", label: t("list.search") },
            {
              kind: "choice",
              key: "what",
              label: t("risk.kind"),
              options: WHAT.map((value) => ({ value, label: risked(t, "import", value) })),
            },
          ]}
          columns={[
            {
              key: "source",
              title: t("risk.source"),
              sort: "source",
              cell: ({ source, what }) => (
                <span className="person">
                  <span>{source}</span>
                  <span className="person-about">{risked(t, "import", what)}</span>
                </span>
              ),
              text: ({ source }) => source,
            },
            { key: "what", title: t("risk.kind"), text: ({ what }) => what },
            {
              key: "holds",
              title: t("risk.holds"),
              sort: "holds",
              first: "desc",
              value: ({ rows }) => rows,
              cell: ({ rows, assets, links, vulnerabilities }) =>
                t("risk.import.counts", { rows, assets, links, vulnerabilities }),
              text: ({ assets, links, vulnerabilities }) => `${assets} ${links} ${vulnerabilities}`,
            },
            {
              key: "at",
              title: t("risk.imported"),
              sort: "at",
              first: "desc",
              cell: ({ at, by }) => t("risk.imported.by", { at: formats.dateTime(at), by }),
              text: ({ at }) => new Date(at).toISOString(),
            },
            {
              key: "by",
              title: t("policy.column.by"),
              text: ({ by }) => by,
            },
            ...(may("security-officer")
              ? [{ key: "act", title: t("risk.act"), cell: (row: Source) => <Remove source={row} /> }]
              : []),
          ]}
          empty={{ icon: FileInput, says: t("risk.sources.empty") }}
        />
      </div>
    </Page>
  );
}

function Remove({ source: { source, assets, links, vulnerabilities } }: { source: Source }): ReactNode {
  const { t } = useWords();
  const renew = useRenew("risk");
  return (
    <Act
      label={t("risk.remove")}
      title={t("risk.remove.title", { source })}
      says={t("risk.remove.says", { assets, links, vulnerabilities })}
      confirm={t("risk.remove")}
      kind="stop"
      work={async () => {
        await ask({ method: "DELETE", path: `v1/risk/imports/${source}`, answer: z.null() });
        await renew();
        return t("risk.remove.did", { source });
      }}
    />
  );
}
