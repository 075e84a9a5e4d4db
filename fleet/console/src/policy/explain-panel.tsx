import { explain, groupsOf, type PolicyContent } from "@wardkey/protocol/policy";
import { Table } from "@wardkey/ui";
import { type ReactNode, useMemo } from "react";
import { useWords } from "../words.js";
import { type FoundDevice, factsOfDevice } from "./answers.js";
import { originWords, settingWords, valueWords } from "./saying.js";

/** Every setting that one device would work by, and which part of the policy said it. */
export function ExplainPanel({ content, device }: { content: PolicyContent; device: FoundDevice }): ReactNode {
  const { t, formats } = useWords();
  const facts = useMemo(() => factsOfDevice(device), [device]);
  const rows = useMemo(() => explain(content, facts), [content, facts]);
  const groups = groupsOf(content, facts);
  return (
    <div className="explain">
      <p>
        {groups.length === 0
          ? t("policy.explain.no-group", { device: device.name })
          : t("policy.explain.groups", { device: device.name, groups: groups.join(", ") })}
      </p>
      <Table
        caption={t("policy.view.explain")}
        rows={rows}
        rowKey={({ setting }) => setting}
        empty=""
        columns={[
          { key: "setting", title: t("policy.column.setting"), cell: (row) => settingWords(row.setting, t) },
          {
            key: "value",
            title: t("policy.column.value"),
            cell: (row) => valueWords(row.setting, row.value, { t, formats }),
          },
          {
            key: "from",
            title: t("policy.column.from"),
            cell: (row) =>
              row.from === "base" ? (
                <span className="wk-muted">{t("policy.place.base")}</span>
              ) : (
                <strong>{originWords(row.from, row.group, t)}</strong>
              ),
          },
        ]}
      />
    </div>
  );
}
