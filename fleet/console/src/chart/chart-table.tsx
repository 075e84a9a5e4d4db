import type { ReactNode } from "react";
import { useWords } from "../words.js";
import type { ChartProps } from "./chart.js";

/** The figures of a chart as figures. */
export function ChartTable({
  title,
  times,
  lines,
  format,
  formatTime,
}: ChartProps & { formatTime: (at: number) => string }): ReactNode {
  const { t } = useWords();
  return (
    <details className="chart-figures">
      <summary>{t("chart.figures")}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1) */}
      <section className="wk-table-frame" aria-label={title} tabIndex={0}>
        <table className="wk-table">
          <caption className="wk-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{t("chart.when")}</th>
              {lines.map(({ label }) => (
                <th key={label} scope="col" data-align="end">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {times.map((at, index) => (
              <tr key={at}>
                <th scope="row">{formatTime(at)}</th>
                {lines.map(({ label, values }) => {
                  const value = values[index] ?? null;
                  return (
                    <td key={label} data-align="end">
                      {value === null ? "–" : format(value)}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
