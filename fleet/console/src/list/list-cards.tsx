import { type ReactNode, useId } from "react";
import { useWords } from "../words.js";
import type { ListColumn } from "./list-parts.js";
import type { ListState } from "./list-query.js";

export interface ListCardsProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly card: (row: Row) => ReactNode;
}

/** Rows that say more than a table holds. */
export function ListCards<Row>({ label, rows, rowKey, card }: ListCardsProps<Row>): ReactNode {
  return (
    <ul className="list-cards" aria-label={label}>
      {rows.map((row) => (
        <li key={rowKey(row)}>{card(row)}</li>
      ))}
    </ul>
  );
}

const WAYS = { asc: ["asc", "desc"], desc: ["desc", "asc"] } as const;

/** The order of cards, which have no headings to press. */
export function ListOrder<Row>({
  columns,
  state,
}: {
  readonly columns: readonly ListColumn<Row>[];
  readonly state: ListState;
}): ReactNode {
  const { t } = useWords();
  const id = useId();
  const { sort, order } = state.query;
  const ways = columns.flatMap(({ title, sort: by, first = "asc" }) =>
    by === undefined ? [] : WAYS[first].map((way) => ({ by, way, title })),
  );
  return (
    <span className="list-filter">
      <label htmlFor={id}>{t("list.order")}</label>
      <select
        id={id}
        value={sort === null ? "" : `${sort} ${order}`}
        onChange={({ target }) => {
          const chosen = ways.find(({ by, way }) => `${by} ${way}` === target.value);
          if (chosen !== undefined) state.sortBy(chosen.by, chosen.way);
        }}
      >
        {sort === null ? <option value="">–</option> : null}
        {ways.map(({ by, way, title }) => (
          <option key={`${by} ${way}`} value={`${by} ${way}`}>
            {`${title} ${way === "asc" ? "↑" : "↓"}`}
          </option>
        ))}
      </select>
    </span>
  );
}
