import { type ReactNode, useMemo } from "react";
import type { ListProps } from "./list.js";
import { ListFrame } from "./list-frame.js";
import { useListState } from "./list-query.js";
import { pageOfRows, type RowRules, rowsThatMatch } from "./rows-in-memory.js";

export interface RowsListProps<Row> extends Omit<ListProps<Row>, "source" | "ownExport">, RowRules<Row> {
  /** All of them, where the site says few at once; `undefined` until it has. */
  readonly rows: readonly Row[] | undefined;
  readonly refusal?: string | null;
}

/** A list whose rows are all here: filtered, sorted and paged on this page. */
export function RowsList<Row>(props: RowsListProps<Row>): ReactNode {
  const { rows, filters = [], name, sort, matches, sortValue, refusal = null } = props;
  const state = useListState({
    filters,
    ...(name === undefined ? {} : { name }),
    ...(sort === undefined ? {} : { sort }),
  });
  const { query } = state;
  const found = useMemo(
    () => (rows === undefined ? undefined : rowsThatMatch(rows, query, { matches, sortValue })),
    [rows, query, matches, sortValue],
  );
  return (
    <ListFrame
      {...props}
      filters={filters}
      state={state}
      paging="offset"
      page={found === undefined ? undefined : pageOfRows(found, query)}
      refusal={refusal}
      asking={false}
      everyRow={async () => ({ rows: found ?? [], more: false })}
    />
  );
}
