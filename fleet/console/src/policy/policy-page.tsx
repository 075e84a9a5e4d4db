import { Button, Notice, StatusDot } from "@wardkey/ui";
import { FilePen, FilePlus2, Rocket, ScrollText } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { ask } from "../api/ask.js";
import { RowsList } from "../list/rows-list.js";
import { Facts } from "../parts/facts.js";
import { RefusalNotice } from "../session/refusal.js";
import { useAct } from "../session/use-act.js";
import { addressOf, addressOfOne } from "../shell/address.js";
import { useMe } from "../shell/me.js";
import { Page } from "../shell/page.js";
import { useAnswer } from "../shell/use-answer.js";
import { useGo } from "../shell/use-search.js";
import { useWords } from "../words.js";
import { Draft, DraftList, InForce, type Published, PublishedList } from "./answers.js";
import { BeginAct } from "./begin-act.js";
import "./policy.css";

/** As many as the site says at once, the newest. */
const VERSIONS_SAID = 100;

const matchesVersion = (row: Published, values: Readonly<Record<string, string>>): boolean => {
  const wanted = (values["search"] ?? "").toLowerCase();
  const words = `${row.version} ${row.by} ${row.note}`.toLowerCase();
  return words.includes(wanted) && (values["weaker"] !== "yes" || row.weakening);
};
const sortVersion = (row: Published, sort: string): string | number =>
  sort === "by" ? row.by : sort === "at" ? row.publishedAt : row.version;

/** What is in force, what people are writing, and every policy that there was. */
export function PolicyPage(): ReactNode {
  const { t, formats } = useWords();
  const { may } = useMe();
  const { busy, refusal, act } = useAct();
  const go = useGo();
  const inForce = useAnswer({ topic: "policy", path: "v1/policy", answer: InForce });
  const drafts = useAnswer({ topic: "policy", path: "v1/policy/drafts", answer: DraftList });
  const versions = useAnswer({ topic: "policy", path: "v1/policy/versions", answer: PublishedList });
  const now = inForce.data;
  const mayWrite = may("security-officer") && now?.keptInFiles === false;
  const begin = (): void =>
    act(async () => {
      const draft = await ask({ method: "POST", path: "v1/policy/drafts", body: {}, answer: Draft });
      go(`/policy/${draft.id}`);
    });
  return (
    <Page
      title={t("nav.policy")}
      says={t("policy.says")}
      actions={
        mayWrite ? (
          <Button kind="primary" onPress={begin} isDisabled={busy} icon={<FilePlus2 size={20} aria-hidden />}>
            {t("policy.begin")}
          </Button>
        ) : undefined
      }
    >
      <RefusalNotice code={refusal ?? inForce.refusal} />
      {now === undefined ? null : (
        <div className="status-pair">
          <section className="panel" aria-label={t("policy.in-force")}>
            <h2>{t("policy.in-force.version", { version: now.version })}</h2>
            <Facts
              facts={[
                [t("policy.column.signed"), formats.dateTime(now.publishedAt)],
                [t("policy.column.by"), now.by],
                [t("policy.column.until"), formats.date(now.expiresAt)],
                [
                  t("policy.column.digest"),
                  <code key="digest" className="digest">
                    {now.digest}
                  </code>,
                ],
              ]}
            />
            {now.concerns.map((concern) => (
              <Notice key={concern} tone="wait" title={t(`policy.concern.${concernOf(concern)}`)} />
            ))}
            <p>
              <a className="plain-link" href={addressOfOne("/policy", `version-${now.version}`)}>
                {t("policy.read")}
              </a>
            </p>
          </section>
          <section className="panel" aria-label={t("nav.rollout")}>
            <h2>{t("nav.rollout")}</h2>
            {now.rollout === null ? (
              <p className="wk-muted">{t("rollout.none")}</p>
            ) : (
              <p>
                <StatusDot
                  tone={now.rollout.status === "running" ? "accent" : "wait"}
                  word={t(`rollout.status.${now.rollout.status}`)}
                />{" "}
                {t("rollout.brief", { version: now.rollout.version, percent: now.rollout.percent })}
              </p>
            )}
            <p>
              <a className="plain-link" href={addressOf("/rollout")}>
                <Rocket size={18} aria-hidden className="inline-icon" /> {t("rollout.follow")}
              </a>
            </p>
            {now.keptInFiles ? <Notice tone="accent" title={t("policy.in-files")} /> : null}
          </section>
        </div>
      )}
      <h2>{t("policy.drafts")}</h2>
      <RowsList<Draft>
        title={t("policy.drafts")}
        name="draft"
        rows={drafts.data?.drafts}
        refusal={drafts.refusal}
        rowKey={({ id }) => id}
        filters={[{ kind: "text", key: "search", label: t("list.search") }]}
        sort={{ key: "at", order: "desc" }}
        empty={{ icon: FilePen, says: t(mayWrite ? "policy.drafts.empty" : "policy.drafts.none") }}
        columns={[
          {
            key: "note",
            title: t("policy.note"),
            sort: "note",
            cell: ({ id, content }) => (
              <a className="plain-link" href={addressOfOne("/policy", id)}>
                {content.note === "" ? t("policy.draft") : content.note}
              </a>
            ),
            text: ({ content }) => content.note,
          },
          { key: "by", title: t("policy.column.saved-by"), sort: "by", cell: ({ by }) => by, text: ({ by }) => by },
          {
            key: "at",
            title: t("policy.column.when"),
            sort: "at",
            first: "desc",
            cell: ({ at }) => <span className="person-until">{formats.dateTime(at)}</span>,
            text: ({ at }) => new Date(at).toISOString(),
          },
          {
            key: "base",
            title: t("policy.column.base"),
            sort: "base",
            first: "desc",
            value: ({ base }) => base,
            align: "end",
            cell: ({ base }) =>
              now !== undefined && base < now.version ? (
                <StatusDot tone="wait" word={t("policy.older", { base })} />
              ) : (
                formats.number(base)
              ),
            text: ({ base }) => String(base),
          },
        ]}
      />
      <h2>{t("policy.versions")}</h2>
      <RowsList<Published>
        title={t("policy.versions")}
        rows={versions.data?.versions}
        most={VERSIONS_SAID}
        refusal={versions.refusal}
        rowKey={({ version }) => String(version)}
        matches={matchesVersion}
        sortValue={sortVersion}
        sort={{ key: "version", order: "desc" }}
        filters={[
          { kind: "text", key: "search", label: t("policy.versions.find") },
          {
            kind: "choice",
            key: "weaker",
            label: t("policy.column.protects"),
            options: [{ value: "yes", label: t("policy.direction.weaker") }],
          },
        ]}
        empty={{ icon: ScrollText, says: t("policy.versions.empty") }}
        columns={[
          {
            key: "version",
            title: t("policy.column.version"),
            sort: "version",
            first: "desc",
            cell: ({ version }) => (
              <a className="plain-link" href={addressOfOne("/policy", `version-${version}`)}>
                {t("policy.version", { version })}
              </a>
            ),
            text: ({ version }) => String(version),
          },
          { key: "note", title: t("policy.note"), cell: ({ note }) => note || "–", text: ({ note }) => note },
          { key: "by", title: t("policy.column.by"), sort: "by", cell: ({ by }) => by, text: ({ by }) => by },
          {
            key: "at",
            title: t("policy.column.signed"),
            sort: "at",
            first: "desc",
            cell: ({ publishedAt }) => <span className="person-until">{formats.dateTime(publishedAt)}</span>,
            text: ({ publishedAt }) => new Date(publishedAt).toISOString(),
          },
          {
            key: "protects",
            title: t("policy.column.protects"),
            cell: ({ weakening }) => (weakening ? <StatusDot tone="wait" word={t("policy.direction.weaker")} /> : "–"),
            text: ({ weakening }) => (weakening ? "weaker" : ""),
          },
          ...(mayWrite
            ? [
                {
                  key: "act",
                  title: t("account.act"),
                  align: "end" as const,
                  cell: ({ version }: Published) => <BeginAct version={version} />,
                },
              ]
            : []),
        ]}
      />
    </Page>
  );
}

const CONCERNS = ["policy-expired", "policy-expires-soon", "policy-rollout-halted"] as const;
const concernOf = (concern: string): (typeof CONCERNS)[number] | "other" =>
  CONCERNS.find((each) => each === concern) ?? "other";
