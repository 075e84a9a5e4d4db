import { TableFrame, TableRows } from "@wardkey/ui";
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
  const columns = props.columns.flatMap((column) =>
    column.cell === undefined ? [] : [{ ...column, cell: column.cell }],
  );
  return (
    <TableFrame caption={caption} className="list-table">
      <thead>
        <tr>
          {columns.map((column) => (
            <Heading key={column.key} column={column} {...props} />
          ))}
        </tr>
      </thead>
      <TableRows columns={columns} rows={rows} rowKey={rowKey} />
    </TableFrame>
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
