import { Table } from "@wardkey/ui";
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
      <Table
        caption={title}
        empty="–"
        rows={times.map((at, index) => ({ at, index }))}
        rowKey={({ at }) => String(at)}
        columns={[
          { key: "when", title: t("chart.when"), cell: ({ at }) => formatTime(at) },
          ...lines.map(({ label, values }) => ({
            key: label,
            title: label,
            align: "end" as const,
            cell: ({ index }: { index: number }) => {
              const value = values[index] ?? null;
              return value === null ? "–" : format(value);
            },
          })),
        ]}
      />
    </details>
  );
}
