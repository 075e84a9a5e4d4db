import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { LucideIcon } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { codeOfRefusal } from "../api/ask.js";
import { useLive } from "../shell/live.js";
import { EVERY_AT_MOST, EVERY_WITHOUT_LIVE } from "../shell/use-answer.js";
import { ListFrame } from "./list-frame.js";
import type { ListColumn, ListFilter } from "./list-parts.js";
import { type ListQuery, useListState } from "./list-query.js";
import { everyRow, type ListSource } from "./list-source.js";

export interface ListProps<Row> {
  /** Read out, and the exported file's name. */
  readonly title: string;
  /** Before the names in the address, where a page has two lists. */
  readonly name?: string;
  readonly source: ListSource<Row>;
  readonly columns: readonly ListColumn<Row>[];
  readonly filters?: readonly ListFilter[];
  readonly sort?: { readonly key: string; readonly order: ListQuery["order"] };
  readonly rowKey: (row: Row) => string;
  /** What shows a row instead of a line of the table; the columns then say what is sorted, searched and exported. */
  readonly card?: (row: Row) => ReactNode;
  /** One sentence that teaches, while there is nothing at all. */
  readonly empty: { readonly icon: LucideIcon; readonly says: string; readonly children?: ReactNode };
  /** Beside the export button. */
  readonly actions?: ReactNode;
  /** Where the site itself writes the file: the button of the page's own rows is then left out. */
  readonly ownExport?: (query: ListQuery) => ReactNode;
}

/** A list of the site: filtered, sorted and paged by its database, its state in the address, exported whole. */
export function List<Row>(props: ListProps<Row>): ReactNode {
  const { source, filters = [], name, sort, ownExport } = props;
  const live = useLive();
  const state = useListState({
    filters,
    ...(name === undefined ? {} : { name }),
    ...(sort === undefined ? {} : { sort }),
  });
  const { data, error, isFetching } = useQuery({
    queryKey: [source.topic, "list", source.key, state.query],
    queryFn: ({ signal }) => source.page(state.query, signal),
    refetchInterval: live === "live" ? EVERY_AT_MOST : EVERY_WITHOUT_LIVE,
    placeholderData: keepPreviousData,
  });
  return (
    <ListFrame
      {...props}
      filters={filters}
      state={state}
      paging={source.paging}
      page={data}
      refusal={codeOfRefusal(error)}
      asking={isFetching}
      everyRow={(onRows) => everyRow(source, state.query, onRows)}
      {...(ownExport === undefined ? {} : { exports: ownExport(state.query) })}
    />
  );
}
