import { Wrench } from "@wardkey/ui/icons";
import { type ReactNode, useMemo } from "react";
import { RowsList } from "../list/rows-list.js";
import { RefusalNotice } from "../session/refusal.js";
import { useAnswer } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { type Mitigation, MitigationsAnswer } from "./answers.js";
import { AssetName, nameOf, SOMEBODY } from "./paths.js";
import { percentOf, risked, type Translate } from "./risk-words.js";

type Ranked = Mitigation & { readonly number: number };

/** Two of somebody's that are not named are two by their places alone. */
const keyOf = ({ kind, cve, assets, number }: Ranked): string =>
  `${kind} ${cve ?? ""} ${assets.map(({ id }) => (id === SOMEBODY ? `${id}${number}` : id)).join(" ")}`;

const KINDS = ["patch", "cut-link", "shield", "train"] as const;

/** What would remove most risk for its hours. */
export function MitigationList(): ReactNode {
  const { t, formats } = useWords();
  const { data, refusal } = useAnswer({ topic: "risk", path: "v1/risk/mitigations", answer: MitigationsAnswer });
  const hours = data?.assumedHours;
  const ranked = useMemo(() => data?.mitigations.map((each, number) => ({ ...each, number })), [data]);
  return (
    <>
      <p className="wk-muted">
        {hours === undefined
          ? ""
          : t("risk.hours.assumed", {
              ...{ patch: hours.patchEach, cut: hours.cutLink, shield: hours.shield, train: hours.train },
            })}
      </p>
      <RefusalNotice code={refusal} />
      <RowsList<Ranked>
        title={t("risk.mitigations")}
        name="m"
        rows={ranked}
        rowKey={keyOf}
        filters={[
          { kind: "text", key: "search", label: t("list.search") },
          {
            kind: "choice",
            key: "kind",
            label: t("risk.kind"),
            options: KINDS.map((value) => ({
              value,
              label: risked(t, "remedy", value === "patch" ? "patch-any" : value),
            })),
          },
        ]}
        columns={[
          {
            key: "what",
            title: t("risk.remedy"),
            sort: "what",
            cell: (row) => (
              <span className="person">
                <span>{remedyOf(t, row)}</span>
                <span className="person-about">
                  {row.assets.slice(0, 3).map(({ id, name }, index) => (
                    <span key={id === SOMEBODY ? `${id}${index}` : id}>
                      {index === 0 ? null : row.kind === "cut-link" ? " → " : ", "}
                      <AssetName id={id} name={name} />
                    </span>
                  ))}
                  {row.assetCount > 3 ? ` ${t("risk.more", { count: row.assetCount - 3 })}` : null}
                </span>
              </span>
            ),
            text: (row) => remedyOf(t, row),
          },
          { key: "kind", title: t("risk.kind"), text: ({ kind }) => kind },
          {
            key: "on",
            title: t("risk.asset"),
            text: ({ assets }) => assets.map(({ id, name }) => nameOf(t, id, name)).join(", "),
          },
          {
            key: "removes",
            title: t("risk.removes"),
            sort: "removes",
            first: "desc",
            align: "end",
            cell: ({ share }) => percentOf(share, formats.number),
            text: ({ share }) => String(share),
            value: ({ removes }) => removes,
          },
          {
            key: "hours",
            title: t("risk.hours"),
            sort: "hours",
            align: "end",
            cell: ({ costHours }) => formats.number(costHours),
            text: ({ costHours }) => String(costHours),
            value: ({ costHours }) => costHours,
          },
        ]}
        empty={{ icon: Wrench, says: t("risk.mitigations.empty") }}
      />
    </>
  );
}

const remedyOf = (t: Translate, { kind, cve, assetCount }: Mitigation): string =>
  kind === "patch" ? t("risk.remedy.patch", { cve: cve ?? "", count: assetCount }) : risked(t, "remedy", kind);
