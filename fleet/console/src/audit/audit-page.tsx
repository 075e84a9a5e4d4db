import { Notice } from "@wardkey/ui";
import { Download, ScrollText } from "@wardkey/ui/icons";
import { type ReactNode, useMemo } from "react";
import { z } from "zod";
import { ask } from "../api/ask.js";
import { List } from "../list/list.js";
import type { ListQuery } from "../list/list-query.js";
import { siteSource } from "../list/list-source.js";
import { Act } from "../parts/act.js";
import { addressOf, addressOfOne, writeSearch } from "../shell/address.js";
import { useMe } from "../shell/me.js";
import { Page } from "../shell/page.js";
import { useAnswer } from "../shell/use-answer.js";
import { useSearch } from "../shell/use-search.js";
import { useWords } from "../words.js";
import { auditAddress } from "./address.js";
import { Alarms, type AuditEvent, EventsFound } from "./answers.js";
import { EventDialog } from "./event-dialog.js";
import { LogPanel } from "./log-panel.js";
import { PERIODS, periodOf, spanLabel } from "./period.js";
import { bodyLine, kindOptions, kindWords } from "./saying.js";
import { useProvenHead } from "./use-proven-head.js";
import "./audit.css";

const FLEET = "wardkey-fleet";
const searchOf = ({ values, sort, order, after, limit }: ListQuery) => ({
  ...filtersOf(values),
  sort,
  order: order === "asc" ? "up" : "down",
  after,
  limit,
});
const source = siteSource({
  topic: "events",
  path: "v1/events",
  answer: EventsFound,
  paging: "cursor",
  read: ({ events, next }) => ({ rows: events, total: null, next }),
  search: searchOf,
});

/** What the address says, as the site is asked; what could not be meant is left out. */
function filtersOf(values: Readonly<Record<string, string>>): Readonly<Record<string, string | number | null>> {
  const id = (value: string | undefined): string | null =>
    value !== undefined && /^[a-z0-9-]{1,63}$/.test(value) ? value : null;
  const { from, to } = periodOf(values["period"], Date.now());
  return { kinds: values["kinds"] ?? null, source: id(values["source"]), person: id(values["person"]), from, to };
}

/** Every event of the site: searched, taken along, and proven in this browser. */
export function AuditPage(): ReactNode {
  const { t, formats } = useWords();
  const { may } = useMe();
  const { search, change } = useSearch();
  const head = useProvenHead();
  const alarms = useAnswer({ topic: "alarms", path: "v1/audit/alarms", answer: Alarms });
  const { period = "" } = search;
  const kinds = useMemo(() => kindOptions(t), [t]);
  const label = spanLabel(period, formats.dateTime);
  const leaf = /^\d{1,15}$/.test(search["leaf"] ?? "") ? Number(search["leaf"]) : null;
  return (
    <Page title={t("nav.audit")} says={t("audit.says")} actions={may("security-officer") ? <ExportAll /> : undefined}>
      {(alarms.data?.alarms ?? []).map(({ source: device, code, seq, at }) => (
        <Notice key={`${device} ${code}`} tone="stop" title={t("audit.alarm", { device, seq: formats.number(seq) })}>
          <p>
            {t("audit.alarm.says", { code, time: formats.dateTime(at) })}{" "}
            <a className="plain-link" href={auditAddress({ source: device })}>
              {t("audit.alarm.show")}
            </a>
          </p>
        </Notice>
      ))}
      <LogPanel head={head} />
      {may("operator") ? (
        <div className="audit-events">
          <List<AuditEvent>
            title={t("audit.events")}
            source={source}
            rowKey={({ leaf: place }) => String(place)}
            sort={{ key: "at", order: "desc" }}
            filters={[
              { kind: "choice", key: "kinds", label: t("audit.column.kind"), options: kinds },
              { kind: "text", key: "source", label: t("audit.filter.source") },
              { kind: "text", key: "person", label: t("audit.filter.person") },
              {
                kind: "choice",
                key: "period",
                label: t("audit.column.when"),
                options: [
                  ...PERIODS.map((value) => ({ value, label: t(`audit.period.${value}`) })),
                  ...(label === null ? [] : [{ value: period, label }]),
                ],
              },
            ]}
            empty={{ icon: ScrollText, says: t("audit.empty") }}
            ownExport={may("security-officer") ? (query) => <Files query={query} /> : () => null}
            columns={[
              {
                key: "at",
                title: t("audit.column.when"),
                sort: "at",
                first: "desc",
                cell: ({ at, leaf: place }) => (
                  <a className="plain-link person-until" href={addressOf("/audit", { ...search, leaf: place })}>
                    {formats.date(at)}, {formats.exactTime(at)}
                  </a>
                ),
              },
              {
                key: "kind",
                title: t("audit.column.kind"),
                cell: ({ kind }) => (
                  <span className="person">
                    {kindWords(kind, t)}
                    <span className="person-about">
                      <code>{kind}</code>
                    </span>
                  </span>
                ),
              },
              {
                key: "source",
                title: t("audit.column.source"),
                cell: ({ source: device, seq }) => (
                  <span className="person">
                    {device === FLEET ? (
                      t("audit.fleet")
                    ) : (
                      <a className="plain-link" href={addressOfOne("/devices", device)}>
                        {device}
                      </a>
                    )}
                    <span className="person-about wk-figures">#{formats.number(seq)}</span>
                  </span>
                ),
              },
              {
                key: "body",
                title: t("audit.column.says"),
                cell: ({ body }) => <span className="event-body">{bodyLine(body, formats.dateTime)}</span>,
              },
            ]}
          />
        </div>
      ) : (
        <Notice tone="neutral" title={t("audit.role")} />
      )}
      {leaf === null ? null : <EventDialog key={leaf} leaf={leaf} head={head} onClose={() => change({ leaf: "" })} />}
    </Page>
  );
}

/** The same search as files: written by the site, and noted in the audit itself. */
function Files({ query }: { query: ListQuery }): ReactNode {
  const { t } = useWords();
  const { sort, order } = searchOf(query);
  return (
    <>
      {(["csv", "ndjson"] as const).map((format) => (
        <a
          key={format}
          className="wk-button"
          data-kind="quiet"
          download
          href={`v1/events/export${writeSearch({ format, ...filtersOf(query.values), sort, order })}`}
        >
          <Download size={18} aria-hidden />
          {t(`audit.export.${format}`)}
        </a>
      ))}
    </>
  );
}

const Asked = z.object({ id: z.string(), needs: z.number() });

/** All of the audit leaves the site by two people's word. */
function ExportAll(): ReactNode {
  const { t } = useWords();
  return (
    <Act
      label={t("audit.all")}
      icon={<Download size={20} aria-hidden />}
      title={t("audit.all.title")}
      says={t("audit.all.says")}
      confirm={t("audit.all.go")}
      work={async () => {
        const to = Date.now();
        const args = { format: "ndjson", from: 0, to };
        await ask({ method: "POST", path: "v1/approvals", body: { kind: "audit.export", args }, answer: Asked });
        return (
          <p>
            {t("act.waits")}{" "}
            <a className="plain-link" href={addressOf("/approvals")}>
              {t("nav.approvals")}
            </a>
          </p>
        );
      }}
    />
  );
}
