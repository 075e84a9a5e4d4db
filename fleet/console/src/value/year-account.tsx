import type { Estimate, Spread } from "@wardkey/protocol/value";
import { TableFrame } from "@wardkey/ui";
import type { ReactNode } from "react";
import { type StatusKey, useWords } from "../words.js";
import { SpreadBar } from "./spread-bar.js";
import { useValueWords } from "./value-words.js";

/** A year as if every day were like the measured ones: what comes in, what it costs, what is left. */
export function YearAccount({ estimate }: { estimate: Estimate }): ReactNode {
  const { t } = useWords();
  const { about, spread } = useValueWords();
  const { timeValue, securityValue, costs, net } = estimate;
  const lines: readonly (readonly [StatusKey, Spread])[] = [
    ["value.time-value", timeValue],
    ["value.security-value", securityValue],
    ["value.costs", costs],
    ["value.net", net],
  ];
  const ends = lines.flatMap(([, each]) => [each.low, each.high]);
  const [from, to] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  return (
    <section className="panel value-year" aria-labelledby="value-year">
      <h2 id="value-year">{t("value.year")}</h2>
      <p className="wk-muted">{t("value.year-says")}</p>
      <TableFrame caption={t("value.year")}>
        <thead>
          <tr>
            <th scope="col">{t("value.line")}</th>
            <th scope="col" data-align="end">
              {t("value.mid")}
            </th>
            <th scope="col" data-align="end">
              {t("value.low")}
            </th>
            <th scope="col" data-align="end">
              {t("value.high")}
            </th>
            <th scope="col" className="value-drawn">
              {t("value.range")}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map(([key, each]) => (
            <tr key={key} data-sum={key === "value.net"}>
              <th scope="row">{t(key)}</th>
              <td data-align="end">{about(each.mid)}</td>
              <td data-align="end">{about(each.low)}</td>
              <td data-align="end">{about(each.high)}</td>
              <td className="value-drawn">
                <SpreadBar spread={each} from={from} to={to} />
              </td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
      <p>
        {estimate.ratio === null ? t("value.free") : t("value.ratio", { ratio: spread(estimate.ratio) })}{" "}
        {t("value.likelihood", { worlds: estimate.likelihood })}{" "}
        {t("value.incidents", { incidents: spread(estimate.incidentsAvoided) })}
      </p>
    </section>
  );
}
