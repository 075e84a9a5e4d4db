import { Waypoints } from "@wardkey/ui/icons";
import { type ReactNode, useMemo, useState } from "react";
import { RowsList } from "../list/rows-list.js";
import { addressOfOne } from "../shell/address.js";
import { useWords } from "../words.js";
import type { AttackPath, RiskGraph } from "./answers.js";
import { AttackGraph } from "./attack-graph.js";
import { percentOf, risked, type Translate } from "./risk-words.js";

type Ranked = AttackPath & { readonly number: number };

const keyOf = ({ steps }: AttackPath): string => steps.map(({ id }) => id).join("\n");
const NONE: readonly string[] = [];

/** The picture of the worst paths with their table beside it; touching one in the table shows it in the picture. */
export function Paths({ graph }: { graph: RiskGraph }): ReactNode {
  const { t, formats } = useWords();
  const ranked = useMemo(() => graph.paths.map((path, index) => ({ ...path, number: index + 1 })), [graph]);
  const [chosen, setChosen] = useState(() => graph.paths.slice(0, 1).map(keyOf)[0] ?? null);
  const shown = graph.paths.find((path) => keyOf(path) === chosen);
  return (
    <div className="risk-paths">
      <AttackGraph graph={graph} chosen={shown?.steps.map(({ id }) => id) ?? NONE} />
      <div className="risk-paths-table">
        <RowsList<Ranked>
          title={t("risk.paths")}
          name="p"
          rows={ranked}
          rowKey={keyOf}
          sort={{ key: "number", order: "asc" }}
          filters={[{ kind: "text", key: "search", label: t("list.search") }]}
          empty={{ icon: Waypoints, says: t("risk.paths.empty") }}
          columns={[
            {
              key: "number",
              title: t("risk.path.rank"),
              sort: "number",
              text: ({ number }) => String(number),
              value: ({ number }) => number,
            },
            {
              key: "steps",
              title: t("risk.path.steps"),
              text: ({ steps }) => steps.map(({ id, name }) => nameOf(t, id, name)).join(" → "),
            },
            {
              key: "likelihood",
              title: t("risk.likelihood"),
              sort: "likelihood",
              first: "desc",
              text: ({ likelihood }) => String(likelihood),
              value: ({ likelihood }) => likelihood,
            },
            {
              key: "impact",
              title: t("risk.impact"),
              sort: "impact",
              first: "desc",
              text: ({ impact }) => String(Math.round(impact * 10)),
              value: ({ impact }) => impact,
            },
          ]}
          card={(path) => (
            <div className="risk-path" data-chosen={keyOf(path) === chosen}>
              <button
                type="button"
                className="risk-path-show"
                aria-pressed={keyOf(path) === chosen}
                onClick={() => setChosen(keyOf(path))}
              >
                {t("risk.path.show", { number: path.number, name: path.steps.at(-1)?.name ?? "" })}
              </button>
              <p className="risk-steps">
                {path.steps.map(({ id, name }, at) => (
                  <span key={id === SOMEBODY ? `${id}${at}` : id}>
                    {at === 0 ? null : (
                      <span className="risk-relation"> {risked(t, "relation", path.relations[at - 1] ?? "")} → </span>
                    )}
                    <AssetName id={id} name={name} />
                  </span>
                ))}
              </p>
              <p className="wk-muted wk-figures">
                {t("risk.path.figures", {
                  likelihood: percentOf(path.likelihood, formats.number),
                  impact: formats.number(Math.round(path.impact * 10)),
                })}
              </p>
            </div>
          )}
        />
        {graph.left > 0 ? <p className="wk-muted">{t("risk.graph.left", { count: graph.left })}</p> : null}
      </div>
    </div>
  );
}

/** Stands in an answer for a person, to whom persons are not shown. */
export const SOMEBODY = "person:";

/** A behaviour's name is a code of the site. */
export function nameOf(t: Translate, id: string, name: string): string {
  if (id === SOMEBODY) return t("risk.somebody");
  return id.startsWith("behaviour:") ? risked(t, "behaviour", name) : name;
}

/** The name of an asset, and the way to its page where it has one. */
export function AssetName({ id, name }: { id: string; name: string }): ReactNode {
  const { t } = useWords();
  if (id === SOMEBODY) return nameOf(t, id, name);
  return (
    <a className="plain-link" href={addressOfOne("/risk", id)}>
      {nameOf(t, id, name)}
    </a>
  );
}
