import { Button } from "@wardkey/ui";
import { ChevronLeft, ChevronRight, ChevronsLeft } from "@wardkey/ui/icons";
import { type ReactNode, useId } from "react";
import { useWords } from "../words.js";
import { LIMITS, type ListState, USUAL_LIMIT } from "./list-query.js";
import type { ListPage } from "./list-source.js";

export interface ListFootProps {
  readonly page: Pick<ListPage<unknown>, "total" | "next"> & { readonly count: number };
  readonly paging: "offset" | "cursor";
  readonly state: ListState;
}

/** Which rows these are, and the way to the others. */
export function ListFoot({ page, paging, state }: ListFootProps): ReactNode {
  const { t } = useWords();
  const { from, after, limit } = state.query;
  const { count, total, next } = page;
  const byCursor = paging === "cursor";
  const more = byCursor ? next !== null : total === null ? count === limit : from + count < total;
  const before = byCursor ? after !== null : from > 0;
  return (
    <div className="list-foot">
      <Which from={from} count={count} total={total} byCursor={byCursor} />
      {before || more || limit !== USUAL_LIMIT ? <Limit limit={limit} onChange={state.show} /> : null}
      {before || more ? (
        <nav className="list-pages" aria-label={t("list.pages")}>
          {before && byCursor ? (
            <Button
              kind="quiet"
              onPress={() => state.goTo({ after: null })}
              icon={<ChevronsLeft size={18} aria-hidden />}
            >
              {t("list.first")}
            </Button>
          ) : null}
          {byCursor ? null : (
            <Button
              kind="quiet"
              isDisabled={!before}
              onPress={() => state.goTo({ from: Math.max(0, from - limit) })}
              icon={<ChevronLeft size={18} aria-hidden />}
            >
              {t("list.before")}
            </Button>
          )}
          <Button
            kind="quiet"
            isDisabled={!more}
            onPress={() => state.goTo(byCursor ? { after: next } : { from: from + limit })}
          >
            {t("list.next")}
            <ChevronRight size={18} aria-hidden />
          </Button>
        </nav>
      ) : null}
    </div>
  );
}

function Which({
  from,
  count,
  total,
  byCursor,
}: {
  from: number;
  count: number;
  total: number | null;
  byCursor: boolean;
}) {
  const { t, formats } = useWords();
  const range = { first: formats.number(from + 1), last: formats.number(from + count) };
  const words =
    total === null
      ? byCursor
        ? t("list.shown", { count })
        : t("list.range-open", range)
      : byCursor
        ? t("list.shown-of", { count: formats.number(count), total: formats.number(total) })
        : t("list.range", { ...range, total: formats.number(total) });
  return <p className="wk-muted wk-figures">{words}</p>;
}

function Limit({ limit, onChange }: { limit: number; onChange: (limit: number) => void }): ReactNode {
  const { t } = useWords();
  const id = useId();
  return (
    <span className="list-filter">
      <label htmlFor={id}>{t("list.limit")}</label>
      <select id={id} value={limit} onChange={({ target }) => onChange(Number(target.value))}>
        {LIMITS.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </span>
  );
}
