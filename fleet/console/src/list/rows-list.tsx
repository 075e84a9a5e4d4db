import { type ReactNode, useMemo } from "react";
import { useWords } from "../words.js";
import type { ListProps } from "./list.js";
import { ListFrame } from "./list-frame.js";
import { useListState } from "./list-query.js";
import { pageOfRows, type RowRules, rowsThatMatch, rulesOf } from "./rows-in-memory.js";

export interface RowsListProps<Row> extends Omit<ListProps<Row>, "source" | "ownExport">, Partial<RowRules<Row>> {
  /** All of them, where the site says few at once; `undefined` until it has. */
  readonly rows: readonly Row[] | undefined;
  readonly refusal?: string | null;
  /** The site says no more than so many, the newest: with as many here, the list says that there may be others. */
  readonly most?: number;
}

/** A list whose rows are all here: filtered, sorted and paged on this page, by what its columns say unless told otherwise. */
export function RowsList<Row>(props: RowsListProps<Row>): ReactNode {
  const { rows, columns, filters = [], name, sort, matches, sortValue, refusal = null, most } = props;
  const { t, formats } = useWords();
  const state = useListState({
    filters,
    ...(name === undefined ? {} : { name }),
    ...(sort === undefined ? {} : { sort }),
  });
  const { query } = state;
  const found = useMemo(
    () =>
      rows === undefined
        ? undefined
        : rowsThatMatch(rows, query, {
            ...rulesOf(columns),
            ...(matches === undefined ? {} : { matches }),
            ...(sortValue === undefined ? {} : { sortValue }),
          }),
    [rows, columns, query, matches, sortValue],
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
      note={
        most === undefined || (rows?.length ?? 0) < most ? undefined : t("list.newest", { rows: formats.number(most) })
      }
    />
  );
}
