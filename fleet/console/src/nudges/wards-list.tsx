import { FEWEST_PEOPLE } from "@wardkey/protocol/fleet";
import { BEHAVIOURS } from "@wardkey/protocol/nudge";
import { UsersRound } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import type { ListColumn } from "../list/list-parts.js";
import { holdsWords } from "../list/rows-in-memory.js";
import { RowsList } from "../list/rows-list.js";
import { useWords } from "../words.js";
import type { Summary, WardRow } from "./answers.js";

const matches = ({ ward }: WardRow, values: Readonly<Record<string, string>>): boolean =>
  holdsWords([ward], values["search"] ?? "");

const perHundred = (count: number, sessions: number): number => (sessions === 0 ? 0 : (100 * count) / sessions);

function sortValue({ ward, figures }: WardRow, sort: string): string | number {
  if (sort === "ward") return ward;
  // Wards that are not shown have no place among figures.
  if (figures === null) return -1;
  const behaviour = BEHAVIOURS.find((each) => each === sort);
  if (behaviour !== undefined) return perHundred(figures.behaviours[behaviour], figures.sessions);
  return sort === "people" ? figures.people : sort === "shown" ? figures.shown : figures.sessions;
}

/** Each ward's figures; of a ward with few people, only that it is there. */
export function WardsList({ summary, refusal }: { summary: Summary | undefined; refusal: string | null }): ReactNode {
  const { t, formats } = useWords();
  const fewest = summary?.fewestPeople ?? FEWEST_PEOPLE;
  const tenths = (value: number): string => formats.number(Math.round(value * 10) / 10);
  const figure = (
    key: string,
    title: string,
    value: (figures: NonNullable<WardRow["figures"]>) => string,
  ): ListColumn<WardRow> => {
    const text = ({ figures }: WardRow): string => (figures === null ? "" : value(figures));
    return { key, title, text, cell: (row) => text(row) || "–", sort: key, first: "desc", align: "end" };
  };
  const columns: readonly ListColumn<WardRow>[] = [
    {
      key: "ward",
      title: t("nudges.ward"),
      sort: "ward",
      text: ({ ward }) => ward,
      cell: ({ ward, figures }) => (
        <span className="person">
          {ward}
          {figures === null ? <span className="person-about">{t("nudges.hidden", { people: fewest })}</span> : null}
        </span>
      ),
    },
    figure("people", t("nudges.people"), ({ people }) => formats.number(people)),
    figure("sessions", t("nudges.sessions"), ({ sessions }) => formats.number(sessions)),
    ...BEHAVIOURS.map((behaviour) =>
      figure(behaviour, t(`behaviour.${behaviour}.short`), (figures) =>
        tenths(perHundred(figures.behaviours[behaviour], figures.sessions)),
      ),
    ),
    figure("shown", t("nudges.read"), ({ shown }) => formats.number(shown)),
  ];
  return (
    <section className="panel-group">
      <RowsList
        title={t("nudges.wards")}
        rows={summary?.wards}
        refusal={refusal}
        rowKey={({ ward }) => ward}
        sort={{ key: "ward", order: "asc" }}
        matches={matches}
        sortValue={sortValue}
        filters={[{ kind: "text", key: "search", label: t("nudges.ward.find") }]}
        columns={columns}
        empty={{ icon: UsersRound, says: t("nudges.wards.empty") }}
      />
      <p className="wk-muted">{t("nudges.wards.says", { people: fewest })}</p>
    </section>
  );
}
