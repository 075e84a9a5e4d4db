import { SearchX } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { Empty } from "../parts/empty.js";
import { RefusalNotice } from "../session/refusal.js";
import { useWords } from "../words.js";
import { ExportButton, type ExportButtonProps } from "./export-button.js";
import type { ListProps } from "./list.js";
import { ListCards, ListOrder } from "./list-cards.js";
import { ListFilters } from "./list-filters.js";
import { ListFoot } from "./list-foot.js";
import type { ListFilter } from "./list-parts.js";
import type { ListState } from "./list-query.js";
import type { ListPage } from "./list-source.js";
import { ListTable } from "./list-table.js";

export interface ListFrameProps<Row>
  extends Pick<ListProps<Row>, "title" | "columns" | "rowKey" | "empty" | "actions" | "card"> {
  readonly filters: readonly ListFilter[];
  readonly state: ListState;
  readonly paging: "offset" | "cursor";
  /** The last page that arrived; `undefined` until the first. */
  readonly page: ListPage<Row> | undefined;
  readonly refusal: string | null;
  readonly asking: boolean;
  readonly everyRow: ExportButtonProps<Row>["everyRow"];
  readonly exports?: ReactNode;
  /** Below the rows: what is not among them. */
  readonly note?: string | undefined;
}

/** What every list looks like, wherever its rows come from. */
export function ListFrame<Row>(props: ListFrameProps<Row>): ReactNode {
  const { title, columns, rowKey, empty, filters, state, paging, page, refusal, asking, card, note } = props;
  const { t } = useWords();
  const { values, sort, order, from, after } = state.query;
  const first = Object.keys(values).length === 0 && from === 0 && after === null;
  const none = page !== undefined && page.rows.length === 0;
  return (
    <div className="panel list" aria-busy={asking}>
      {(none && first) || (filters.length === 0 && props.actions === undefined && props.exports === null) ? null : (
        <div className="list-head">
          {filters.length === 0 ? null : (
            <ListFilters label={title} filters={filters} values={values} onChange={state.filter} />
          )}
          <div className="list-actions">
            {card === undefined ? null : <ListOrder columns={columns} state={state} />}
            {props.actions}
            {props.exports === undefined ? (
              <ExportButton name={title} columns={columns} everyRow={props.everyRow} />
            ) : (
              props.exports
            )}
          </div>
        </div>
      )}
      <RefusalNotice code={refusal} />
      {page === undefined ? (
        refusal === null ? (
          <p className="wk-muted list-waits">{t("list.asking")}</p>
        ) : null
      ) : none ? (
        first ? (
          <Empty {...empty} />
        ) : (
          <Empty icon={SearchX} says={t("list.none")} />
        )
      ) : (
        <>
          {card === undefined ? (
            <ListTable
              caption={title}
              columns={columns}
              rows={page.rows}
              rowKey={rowKey}
              sort={sort}
              order={order}
              onSort={state.sortBy}
            />
          ) : (
            <ListCards label={title} rows={page.rows} rowKey={rowKey} card={card} />
          )}
          <ListFoot
            page={{ total: page.total, next: page.next, count: page.rows.length }}
            paging={paging}
            state={state}
          />
          {note === undefined ? null : <p className="wk-muted">{note}</p>}
        </>
      )}
    </div>
  );
}
