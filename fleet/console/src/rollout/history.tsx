import { History as HistoryIcon } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { List } from "../list/list.js";
import { siteSource } from "../list/list-source.js";
import { addressOf } from "../shell/address.js";
import { CATALOGUES, type StatusKey, useWords } from "../words.js";
import { Happened, type Happening } from "./answers.js";

const KINDS = [
  "policy.published",
  "policy.rollout-started",
  "policy.rollout-forward",
  "policy.rollout-halted",
  "policy.rollout-resumed",
  "policy.rollout-aborted",
  "policy.rollout-finished",
  "policy.rolled-forward",
] as const;

/** One kind alone where the address asks for it, by time either way. */
const source = siteSource({
  topic: "rollout",
  path: "v1/events",
  answer: Happened,
  paging: "cursor",
  read: ({ events, next }) => ({ rows: events, total: null, next }),
  search: ({ values, order, after, limit }) => ({
    kinds: KINDS.find((kind) => kind === values["kind"]) ?? KINDS.join(","),
    order: order === "asc" ? "up" : "down",
    after,
    limit,
  }),
});
const NEWEST = { key: "at", order: "desc" } as const;

/** Who did what, and what the site did by itself, newest first: each line stands in the audit. */
export function History(): ReactNode {
  const { t, formats } = useWords();
  return (
    <div className="panel">
      <h2>{t("rollout.history")}</h2>
      <List<Happening>
        title={t("rollout.history")}
        name="history"
        source={source}
        rowKey={({ id }) => id}
        sort={NEWEST}
        filters={[
          {
            kind: "choice",
            key: "kind",
            label: t("rollout.history.what"),
            options: KINDS.map((value) => ({ value, label: t(`rollout.kind.${value}`) })),
          },
        ]}
        empty={{ icon: HistoryIcon, says: t("rollout.history.empty") }}
        columns={[
          {
            key: "what",
            title: t("rollout.history.what"),
            cell: ({ kind, body }) => saying(kind, body, t),
            text: ({ kind, body }) => saying(kind, body, t),
          },
          {
            key: "by",
            title: t("policy.column.by"),
            cell: ({ body }) => byWords(body["by"], t),
            text: ({ body }) => String(body["by"] ?? ""),
          },
          {
            key: "at",
            title: t("policy.column.when"),
            sort: "at",
            first: "desc",
            align: "end",
            cell: ({ at, leaf }) => (
              <a className="plain-link person-until" href={addressOf("/audit", { leaf })}>
                {formats.dateTime(at)}
              </a>
            ),
            text: ({ at }) => new Date(at).toISOString(),
          },
        ]}
      />
    </div>
  );
}

function saying(kind: string, body: Happening["body"], t: ReturnType<typeof useWords>["t"]): string {
  const key = `rollout.event.${kind}`;
  const reason = `rollout.reason.${String(body["reason"] ?? "")}`;
  const values = {
    version: Number(body["version"]),
    percent: Number(body["percent"] ?? 0),
    from: Number(body["from"] ?? 0),
    reason: isKey(reason) ? t(reason) : String(body["reason"] ?? ""),
  };
  return isKey(key) ? t(key, values) : kind;
}

const byWords = (by: unknown, t: ReturnType<typeof useWords>["t"]): string =>
  by === "fleet" ? t("rollout.by-itself") : String(by ?? "–");

const isKey = (key: string): key is StatusKey => Object.hasOwn(CATALOGUES.en, key);
