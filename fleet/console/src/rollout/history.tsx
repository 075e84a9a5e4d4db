import { Table } from "@wardkey/ui";
import type { ReactNode } from "react";
import { addressOf } from "../shell/address.js";
import { useAnswer } from "../shell/use-answer.js";
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

/** Who did what, and what the site did by itself, newest first: each line stands in the audit. */
export function History(): ReactNode {
  const { t, formats } = useWords();
  const path = `v1/events?kinds=${KINDS.join(",")}&limit=25`;
  const { data } = useAnswer({ topic: "rollout", path, answer: Happened });
  if (data === undefined) return null;
  return (
    <div className="panel">
      <h2>{t("rollout.history")}</h2>
      <Table<Happening>
        caption={t("rollout.history")}
        rows={data.events}
        rowKey={({ id }) => id}
        empty={t("rollout.history.empty")}
        columns={[
          {
            key: "what",
            title: t("rollout.history.what"),
            cell: ({ kind, body }) => saying(kind, body, t),
          },
          { key: "by", title: t("policy.column.by"), cell: ({ body }) => byWords(body["by"], t) },
          {
            key: "at",
            title: t("policy.column.when"),
            align: "end",
            cell: ({ at, leaf }) => (
              <a className="plain-link person-until" href={addressOf("/audit", { leaf })}>
                {formats.dateTime(at)}
              </a>
            ),
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
