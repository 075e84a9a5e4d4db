import { Button } from "@wardkey/ui";
import { FilterX, Search as SearchIcon } from "@wardkey/ui/icons";
import { type ReactNode, useEffect, useId, useState } from "react";
import type { Search } from "../shell/address.js";
import { useWords } from "../words.js";
import type { ListFilter } from "./list-parts.js";

/** A word is asked for when the typing rests, not at every letter. */
const RESTS_AFTER = 250;
const LONGEST = 120;

export interface ListFiltersProps {
  /** Read out: which list of a page with several. */
  readonly label: string;
  readonly filters: readonly ListFilter[];
  readonly values: Search;
  readonly onChange: (values: Search, options?: { replace?: boolean }) => void;
}

export function ListFilters({ label, filters, values, onChange }: ListFiltersProps): ReactNode {
  const { t } = useWords();
  const set = Object.keys(values).length > 0;
  return (
    <search className="list-filters" aria-label={label}>
      {filters.map((filter) =>
        filter.kind === "text" ? (
          <TextFilter
            key={filter.key}
            label={filter.label}
            value={values[filter.key] ?? ""}
            onChange={(value) => onChange({ [filter.key]: value }, { replace: true })}
          />
        ) : (
          <ChoiceFilter
            key={filter.key}
            filter={filter}
            value={values[filter.key] ?? ""}
            onChange={(value) => onChange({ [filter.key]: value })}
          />
        ),
      )}
      {set ? (
        <Button
          kind="quiet"
          icon={<FilterX size={18} aria-hidden />}
          onPress={() => onChange(Object.fromEntries(filters.map(({ key }) => [key, ""])))}
        >
          {t("list.clear")}
        </Button>
      ) : null}
    </search>
  );
}

interface TextFilterProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function TextFilter({ label, value, onChange }: TextFilterProps): ReactNode {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing starts the wait anew
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange(typed.trim()), RESTS_AFTER);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <label className="list-filter list-search">
      <span className="wk-hidden">{label}</span>
      <SearchIcon size={18} aria-hidden />
      <input
        type="search"
        value={typed}
        placeholder={label}
        maxLength={LONGEST}
        spellCheck={false}
        onChange={({ target }) => setTyped(target.value)}
      />
    </label>
  );
}

interface ChoiceFilterProps {
  readonly filter: Extract<ListFilter, { kind: "choice" }>;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function ChoiceFilter({ filter, value, onChange }: ChoiceFilterProps): ReactNode {
  const { t } = useWords();
  const id = useId();
  // A link may name what is not on offer any more: it is shown, so that it can be taken away.
  const unknown = value !== "" && !filter.options.some((option) => option.value === value);
  return (
    <span className="list-filter" data-set={value !== ""}>
      <label className="wk-hidden" htmlFor={id}>
        {filter.label}
      </label>
      <select id={id} value={value} onChange={({ target }) => onChange(target.value)}>
        <option value="">{t("list.any", { what: filter.label })}</option>
        {unknown ? <option value={value}>{value}</option> : null}
        {filter.options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </span>
  );
}
