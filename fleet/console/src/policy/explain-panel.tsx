import { explain, groupsOf, type PolicyContent } from "@wardkey/protocol/policy";
import { SearchX } from "@wardkey/ui/icons";
import { type ReactNode, useMemo } from "react";
import { RowsList } from "../list/rows-list.js";
import { useWords } from "../words.js";
import { type FoundDevice, factsOfDevice } from "./answers.js";
import { originWords, settingWords, valueWords } from "./saying.js";

/** Every setting that one device would work by, and which part of the policy said it. */
export function ExplainPanel({ content, device }: { content: PolicyContent; device: FoundDevice }): ReactNode {
  const { t, formats } = useWords();
  const facts = useMemo(() => factsOfDevice(device), [device]);
  const rows = useMemo(() => explain(content, facts), [content, facts]);
  const fromOf = (row: (typeof rows)[number]): string =>
    row.from === "base" ? t("policy.place.base") : originWords(row.from, row.group, t);
  const groups = groupsOf(content, facts);
  return (
    <div className="explain">
      <p>
        {groups.length === 0
          ? t("policy.explain.no-group", { device: device.name })
          : t("policy.explain.groups", { device: device.name, groups: groups.join(", ") })}
      </p>
      <RowsList
        title={t("policy.view.explain")}
        name="explain"
        rows={rows}
        rowKey={({ setting }) => setting}
        filters={[
          { kind: "text", key: "search", label: t("list.search") },
          {
            kind: "choice",
            key: "from",
            label: t("policy.column.from"),
            options: [...new Set(rows.map(fromOf))].map((value) => ({ value, label: value })),
          },
        ]}
        empty={{ icon: SearchX, says: t("list.none") }}
        columns={[
          {
            key: "setting",
            title: t("policy.column.setting"),
            sort: "setting",
            cell: ({ setting }) => settingWords(setting, t),
            text: ({ setting }) => settingWords(setting, t),
          },
          { key: "name", title: t("policy.column.name"), text: ({ setting }) => setting },
          {
            key: "value",
            title: t("policy.column.value"),
            cell: (row) => valueWords(row.setting, row.value, { t, formats }),
            text: (row) => valueWords(row.setting, row.value, { t, formats }),
          },
          {
            key: "from",
            title: t("policy.column.from"),
            sort: "from",
            cell: (row) =>
              row.from === "base" ? <span className="wk-muted">{fromOf(row)}</span> : <strong>{fromOf(row)}</strong>,
            text: fromOf,
          },
        ]}
      />
    </div>
  );
}
