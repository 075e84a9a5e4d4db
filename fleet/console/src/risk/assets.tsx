import { ASSET_KINDS } from "@wardkey/protocol/fleet";
import { RISK_LEVELS } from "@wardkey/protocol/policy";
import { StatusDot } from "@wardkey/ui";
import { Waypoints } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { List } from "../list/list.js";
import { siteSource } from "../list/list-source.js";
import { addressOfOne } from "../shell/address.js";
import { useWords } from "../words.js";
import { AssetsAnswer } from "./answers.js";
import { nameOf } from "./paths.js";
import { LEVEL_TONES, percentOf, risked } from "./risk-words.js";

const source = siteSource({
  topic: "risk",
  path: "v1/risk/assets",
  answer: AssetsAnswer,
  paging: "offset",
  read: ({ total, assets }) => ({ rows: assets, total, next: null }),
});
/** People are in no list that orders by a figure. */
const LISTED = ASSET_KINDS.filter((kind) => kind !== "person");
const BY_RISK = { key: "risk", order: "desc" } as const;

/** Everything in the picture, by its risk. */
export function AssetList(): ReactNode {
  const { t, formats } = useWords();
  const share = (value: number): string => percentOf(value, formats.number);
  const options = (family: string, codes: readonly string[]) =>
    codes.map((value) => ({ value, label: risked(t, family, value) }));
  return (
    <List
      title={t("risk.assets")}
      name="a"
      source={source}
      rowKey={({ id }) => id}
      sort={BY_RISK}
      filters={[
        { kind: "text", key: "search", label: t("risk.search") },
        { kind: "choice", key: "kind", label: t("risk.kind"), options: options("kind", LISTED) },
        { kind: "choice", key: "level", label: t("risk.level"), options: options("level", RISK_LEVELS) },
      ]}
      columns={[
        {
          key: "name",
          title: t("risk.asset"),
          sort: "name",
          cell: ({ id, name, zone }) => (
            <span className="person">
              <a className="plain-link" href={addressOfOne("/risk", id)}>
                {nameOf(t, id, name)}
              </a>
              <span className="person-about">{zone ?? id}</span>
            </span>
          ),
          text: ({ id }) => id,
        },
        {
          key: "kind",
          title: t("risk.kind"),
          sort: "kind",
          cell: ({ kind }) => risked(t, "kind", kind),
          text: ({ kind }) => kind,
        },
        {
          key: "level",
          title: t("risk.level"),
          sort: "level",
          first: "desc",
          cell: ({ level, kind }) =>
            kind === "device" ? <StatusDot tone={LEVEL_TONES[level]} word={risked(t, "level", level)} /> : "–",
          text: ({ level }) => level,
        },
        ...(["likelihood", "stake", "risk"] as const).map((figure) => ({
          key: figure,
          title: t(`risk.${figure}`),
          sort: figure,
          first: "desc" as const,
          align: "end" as const,
          cell: (row: { likelihood: number; stake: number; risk: number }) => share(row[figure]),
          text: (row: { likelihood: number; stake: number; risk: number }) => String(row[figure]),
        })),
      ]}
      empty={{ icon: Waypoints, says: t("risk.assets.empty") }}
    />
  );
}
