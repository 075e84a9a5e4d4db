import { LiveRegion, StatusDot, type Tone } from "@wardkey/ui";
import { Siren } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { worded } from "../devices/health-words.js";
import type { ListColumn } from "../list/list-parts.js";
import { holdsWords } from "../list/rows-in-memory.js";
import { RowsList } from "../list/rows-list.js";
import { addressOfOne, type Search } from "../shell/address.js";
import { Page } from "../shell/page.js";
import { useAnswer } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { EmergenciesAnswer, type Emergency, waits } from "./answers.js";
import { Review } from "./review.js";

/** As many as the site says at once, the newest. */
const EMERGENCIES_SAID = 500;
const TONES: Readonly<Record<Emergency["state"], Tone>> = {
  open: "wait",
  half: "wait",
  justified: "ok",
  unjustified: "stop",
};

const matches = (row: Emergency, values: Search): boolean =>
  holdsWords([row.kiosk, row.staffId, row.second], values["search"]) &&
  (values["state"] === undefined || (values["state"] === "waits" ? waits(row) : row.state === values["state"]));

function sortValue(row: Emergency, sort: string): string | number {
  switch (sort) {
    case "kiosk":
      return row.kiosk;
    case "who":
      return row.staffId;
    case "by":
      return row.reviewBy;
    default:
      return row.openedAt;
  }
}

/** Every time that somebody broke the glass, and what people thought of it afterwards. */
export function ReviewsPage(): ReactNode {
  const { t } = useWords();
  const { data, refusal } = useAnswer({
    topic: "break-glass",
    path: `v1/break-glass?limit=${EMERGENCIES_SAID}`,
    answer: EmergenciesAnswer,
  });
  const waiting = data?.emergencies.filter(waits).length ?? 0;
  return (
    <Page title={t("glass.title")} says={t("glass.says")}>
      <LiveRegion message={data === undefined ? "" : t("glass.waiting", { count: waiting })} />
      <RowsList
        title={t("glass.title")}
        rows={data?.emergencies}
        most={EMERGENCIES_SAID}
        refusal={refusal}
        rowKey={({ session }) => session}
        matches={matches}
        sortValue={sortValue}
        sort={NEWEST}
        columns={useColumns()}
        filters={[
          { kind: "text", key: "search", label: t("glass.search") },
          {
            kind: "choice",
            key: "state",
            label: t("glass.review"),
            options: [
              { value: "waits", label: t("glass.state.waits") },
              ...(["justified", "unjustified"] as const).map((value) => ({ value, label: t(`glass.state.${value}`) })),
            ],
          },
        ]}
        empty={{ icon: Siren, says: t("glass.empty") }}
      />
    </Page>
  );
}

const NEWEST = { key: "at", order: "desc" } as const;

function useColumns(): ListColumn<Emergency>[] {
  const { t, formats } = useWords();
  return [
    {
      key: "at",
      title: t("events.when"),
      sort: "at",
      first: "desc",
      cell: ({ openedAt, closedAt, minutes }) => (
        <span className="person">
          <span className="person-until">{formats.dateTime(openedAt)}</span>
          <span className="person-about">
            {closedAt === null
              ? t("glass.at-most", { count: minutes })
              : t("glass.lasted", { time: formats.elapsed(closedAt - openedAt) })}
          </span>
        </span>
      ),
      text: ({ openedAt }) => new Date(openedAt).toISOString(),
    },
    {
      key: "who",
      title: t("glass.who"),
      sort: "who",
      cell: ({ staffId, second }) => (
        <span className="person">
          <a className="plain-link" href={addressOfOne("/people", staffId)}>
            {staffId}
          </a>
          {second === null ? null : <span className="person-about">{t("glass.with", { name: second })}</span>}
        </span>
      ),
      text: ({ staffId, second }) => [staffId, ...(second === null ? [] : [second])].join(" "),
    },
    {
      key: "kiosk",
      title: t("glass.kiosk"),
      sort: "kiosk",
      cell: ({ kiosk }) => (
        <a className="plain-link" href={addressOfOne("/devices", kiosk)}>
          {kiosk}
        </a>
      ),
      text: ({ kiosk }) => kiosk,
    },
    {
      key: "why",
      title: t("glass.why"),
      cell: (row) => (
        <span className="person">
          <span>{worded(t, "glass.reason", row.reason)}</span>
          <span className="person-about">{aboutOf(row, t).join(" · ")}</span>
        </span>
      ),
      text: ({ reason }) => reason,
    },
    {
      key: "state",
      title: t("glass.review"),
      sort: "by",
      cell: (row) => (
        <span className="person">
          <StatusDot tone={row.overdue ? "stop" : TONES[row.state]} word={t(`glass.state.${row.state}`)} />
          <span className="person-about">
            {row.votes.length > 0
              ? row.votes.map(({ by }) => by).join(", ")
              : t(row.overdue ? "glass.overdue" : "glass.due", { time: formats.dateTime(row.reviewBy) })}
          </span>
        </span>
      ),
      text: ({ state }) => state,
    },
    { key: "act", title: t("account.act"), align: "end", cell: (row) => <Review emergency={row} /> },
  ];
}

function aboutOf(row: Emergency, t: ReturnType<typeof useWords>["t"]): string[] {
  return [
    worded(t, "glass.means", row.means),
    worded(t, "glass.operation", row.operation),
    ...(row.card === null ? [] : [t("glass.card", { card: row.card })]),
    ...(row.leaseEnded ? [t("glass.alone")] : []),
    ...(row.reused ? [t("glass.reused")] : []),
  ];
}
