import { ArrowDown, ArrowUp, ChevronsUpDown } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import type { ListColumn } from "./list-parts.js";
import type { ListQuery } from "./list-query.js";

export interface ListTableProps<Row> {
  readonly caption: string;
  /** The first column names the row. */
  readonly columns: readonly ListColumn<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly sort: string | null;
  readonly order: ListQuery["order"];
  readonly onSort: (sort: string, order: ListQuery["order"]) => void;
}

export function ListTable<Row>(props: ListTableProps<Row>): ReactNode {
  const { caption, rows, rowKey } = props;
  const columns = props.columns.filter(({ cell }) => cell !== undefined);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className="wk-table-frame list-frame" aria-label={caption} tabIndex={0}>
      <table className="wk-table list-table">
        <caption className="wk-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Heading key={column.key} column={column} {...props} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map(({ key, cell, align = "start" }, index) =>
                index === 0 ? (
                  <th key={key} scope="row" data-align={align}>
                    {cell?.(row)}
                  </th>
                ) : (
                  <td key={key} data-align={align}>
                    {cell?.(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const ARIA = { asc: "ascending", desc: "descending" } as const;

function Heading<Row>({
  column,
  sort,
  order,
  onSort,
}: Pick<ListTableProps<Row>, "sort" | "order" | "onSort"> & { column: ListColumn<Row> }): ReactNode {
  const { key, title, align = "start", sort: by, first = "asc" } = column;
  if (by === undefined) {
    return (
      <th key={key} scope="col" data-align={align}>
        {title}
      </th>
    );
  }
  const sorted = by === sort;
  const Icon = !sorted ? ChevronsUpDown : order === "asc" ? ArrowUp : ArrowDown;
  const next = !sorted ? first : order === "asc" ? "desc" : "asc";
  return (
    <th scope="col" data-align={align} {...(sorted ? { "aria-sort": ARIA[order] } : {})}>
      <button type="button" className="list-sort" data-sorted={sorted} onClick={() => onSort(by, next)}>
        {title}
        <Icon size={16} aria-hidden />
      </button>
    </th>
  );
}
