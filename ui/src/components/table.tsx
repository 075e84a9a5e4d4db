import type { ReactNode } from "react";

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** `end` for figures. */
  readonly align?: "start" | "end";
}

export interface TableProps<Row> {
  /** Read out, not shown. */
  readonly caption: string;
  /** The first column names the row. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** One sentence that teaches, shown when there are no rows. */
  readonly empty: ReactNode;
}

export function Table<Row>({ caption, columns, rows, rowKey, empty }: TableProps<Row>): ReactNode {
  if (rows.length === 0) return <p className="wk-empty">{empty}</p>;
  return (
    <TableFrame caption={caption}>
      <thead>
        <tr>
          {columns.map(({ key, title, align = "start" }) => (
            <th key={key} scope="col" data-align={align}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <TableRows columns={columns} rows={rows} rowKey={rowKey} />
    </TableFrame>
  );
}

export interface TableFrameProps {
  /** Read out, not shown. */
  readonly caption: string;
  readonly children: ReactNode;
  readonly className?: string;
}

/** A table that scrolls by itself. A group, not a landmark: what surrounds a table often has the table's name. */
export function TableFrame({ caption, children, className = "" }: TableFrameProps): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <div className="wk-table-frame" role="group" aria-label={caption} tabIndex={0}>
      <table className={`wk-table ${className}`}>
        <caption className="wk-hidden">{caption}</caption>
        {children}
      </table>
    </div>
  );
}

export interface TableRowsProps<Row> extends Pick<TableProps<Row>, "rows" | "rowKey"> {
  readonly columns: readonly Pick<Column<Row>, "key" | "cell" | "align">[];
}

/** The body of a table whose head is one's own. */
export function TableRows<Row>({ columns, rows, rowKey }: TableRowsProps<Row>): ReactNode {
  return (
    <tbody>
      {rows.map((row) => (
        <tr key={rowKey(row)}>
          {columns.map(({ key, cell, align = "start" }, index) =>
            index === 0 ? (
              <th key={key} scope="row" data-align={align}>
                {cell(row)}
              </th>
            ) : (
              <td key={key} data-align={align}>
                {cell(row)}
              </td>
            ),
          )}
        </tr>
      ))}
    </tbody>
  );
}
