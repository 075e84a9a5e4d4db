import type { Estimate, WardValue } from "@wardkey/protocol/value";
import { Hourglass } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { holdsWords } from "../list/rows-in-memory.js";
import { RowsList } from "../list/rows-list.js";
import type { Search } from "../shell/address.js";
import { useWords } from "../words.js";
import { SpreadBar } from "./spread-bar.js";
import { useValueWords } from "./value-words.js";

const matches = ({ ward }: WardValue, values: Search): boolean => holdsWords([ward], values["search"]);
const sortValue = (row: WardValue, sort: string): string | number => {
  switch (sort) {
    case "unlocks":
      return row.unlocks;
    case "tap":
      return row.tapSeconds ?? -1;
    case "disputed":
      return row.disputed;
    case "hours":
      return row.hours.mid;
    default:
      return row.ward;
  }
};

/** What each ward was given back. */
export function WardsList({ estimate }: { estimate: Estimate }): ReactNode {
  const { t, formats } = useWords();
  const { spread } = useValueWords();
  const ends = estimate.wards.flatMap(({ hours }) => [hours.low, hours.high]);
  const [from, to] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const seconds = (value: number | null): string =>
    value === null ? "–" : t("numbers.seconds", { seconds: formats.number(value, 1) });
  return (
    <RowsList
      title={t("value.wards")}
      name="wards"
      rows={estimate.wards}
      rowKey={({ ward }) => ward}
      matches={matches}
      sortValue={sortValue}
      sort={{ key: "hours", order: "desc" }}
      filters={[{ kind: "text", key: "search", label: t("devices.ward") }]}
      empty={{ icon: Hourglass, says: t("value.none") }}
      columns={[
        { key: "ward", title: t("devices.ward"), sort: "ward", cell: ({ ward }) => ward, text: ({ ward }) => ward },
        {
          key: "unlocks",
          title: t("value.unlocks"),
          sort: "unlocks",
          first: "desc",
          align: "end",
          cell: ({ unlocks }) => formats.number(unlocks),
          text: ({ unlocks }) => String(unlocks),
        },
        {
          key: "tap",
          title: t("value.tap"),
          sort: "tap",
          align: "end",
          cell: ({ tapSeconds }) => seconds(tapSeconds),
          text: ({ tapSeconds }) => (tapSeconds === null ? "" : String(tapSeconds)),
        },
        {
          key: "disputed",
          title: t("value.disputed"),
          sort: "disputed",
          first: "desc",
          align: "end",
          cell: ({ disputed }) => formats.number(disputed),
          text: ({ disputed }) => String(disputed),
        },
        {
          key: "hours",
          title: t("value.hours"),
          sort: "hours",
          first: "desc",
          align: "end",
          cell: ({ hours }) => (
            <span className="value-cell">
              <SpreadBar spread={hours} from={from} to={to} />
              <span className="wk-figures">{spread(hours)}</span>
            </span>
          ),
          text: ({ hours }) => String(hours.mid),
        },
      ]}
    />
  );
}
