import { isJournalKind } from "@wardkey/protocol/fleet";
import { StatusDot } from "@wardkey/ui";
import { BookOpen } from "@wardkey/ui/icons";
import { type ReactNode, useMemo } from "react";
import { z } from "zod";
import { kindOptions, kindWords } from "../audit/saying.js";
import { detailsOf, looksOf, sentenceOf } from "../event-words.js";
import { List } from "../list/list.js";
import type { ListColumn } from "../list/list-parts.js";
import { siteSource } from "../list/list-source.js";
import { addressOf, addressOfOne } from "../shell/address.js";
import { useWords } from "../words.js";

const EventRow = z.object({
  leaf: z.number(),
  source: z.string(),
  seq: z.number(),
  at: z.number(),
  kind: z.string(),
  body: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
type EventRow = z.infer<typeof EventRow>;
export const EventsAnswer = z.object({ events: z.array(EventRow), next: z.string().nullable() });

const NEWEST = { key: "at", order: "desc" } as const;

export interface EventsListProps {
  readonly title: string;
  /** Of one device, about one person, or of the whole site. */
  readonly of: { readonly source: string } | { readonly person: string } | "everything";
  readonly nameOf?: (staffId: string) => string;
  /** How many, where a page shows only the newest. */
  readonly most?: number;
}

/** What was journaled, newest first; each entry leads to its place in the audit. */
export function EventsList({ title, of, nameOf = (staffId) => staffId, most }: EventsListProps): ReactNode {
  const { t, formats } = useWords();
  const [name, value] = scopeOf(of);
  const kinds = useMemo(() => kindOptions(t), [t]);
  const source = useMemo(
    () =>
      siteSource({
        topic: "events",
        path: "v1/events",
        answer: EventsAnswer,
        paging: "cursor",
        read: ({ events, next }) => ({ rows: events, total: null, next: most === undefined ? next : null }),
        search: ({ values, order, after, limit }) => ({
          ...(name === null ? {} : { [name]: value }),
          kinds: values["kinds"] ?? null,
          order: order === "asc" ? "up" : "down",
          after,
          limit: most ?? limit,
        }),
      }),
    [name, value, most],
  );
  const wordsOf = (entry: EventRow & { kiosk: string }): string =>
    isJournalKind(entry.kind) ? sentenceOf(entry, { t, nameOf }) : kindWords(entry.kind, t);
  const columns: ListColumn<EventRow>[] = [
    {
      key: "at",
      title: t("events.when"),
      ...(most === undefined ? { sort: "at", first: "desc" as const } : {}),
      cell: ({ at, leaf }) => (
        <a className="plain-link person-until wk-figures" href={addressOf("/audit", { leaf })}>
          {`${formats.date(at)}, ${formats.exactTime(at)}`}
        </a>
      ),
      text: ({ at }) => new Date(at).toISOString(),
    },
    {
      key: "what",
      title: t("events.what"),
      cell: (event) => {
        const { tone, icon } = looksOf(event.kind);
        const entry = { ...event, kiosk: event.source };
        return (
          <span className="person">
            <StatusDot tone={tone} {...(icon === undefined ? {} : { icon })} word={wordsOf(entry)} />
            <span className="person-about">{detailsOf(entry, t).join(" · ")}</span>
          </span>
        );
      },
      text: ({ kind }) => kind,
    },
    {
      key: "where",
      title: t("events.where"),
      cell: ({ source: from }) =>
        name === "source" || from === "wardkey-fleet" ? (
          from
        ) : (
          <a className="plain-link" href={addressOfOne("/devices", from)}>
            {from}
          </a>
        ),
      text: ({ source: from }) => from,
    },
    {
      key: "seq",
      title: t("events.seq"),
      align: "end",
      cell: ({ seq }) => formats.number(seq),
      text: ({ seq }) => `${seq}`,
    },
  ];
  return (
    <section className="part">
      <div className="page-head">
        <h2>{title}</h2>
        {most === undefined ? null : (
          <a className="plain-link" href={addressOf("/audit")}>
            {t("events.all")}
          </a>
        )}
      </div>
      <List
        title={title}
        name="events"
        source={source}
        rowKey={({ leaf }) => String(leaf)}
        columns={columns}
        empty={{ icon: BookOpen, says: t("events.empty") }}
        {...(most === undefined
          ? { sort: NEWEST, filters: [{ kind: "choice", key: "kinds", label: t("audit.column.kind"), options: kinds }] }
          : { ownExport: () => null })}
      />
    </section>
  );
}

function scopeOf(of: EventsListProps["of"]): readonly ["source" | "person", string] | readonly [null, null] {
  if (of === "everything") return [null, null];
  return "source" in of ? ["source", of.source] : ["person", of.person];
}
