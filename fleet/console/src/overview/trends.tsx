import { type ReactNode, useMemo } from "react";
import { Chart } from "../chart/chart.js";
import { useWords } from "../words.js";
import type { FiguresAnswer } from "./answers.js";
import { seriesOf } from "./series.js";

/** The day by its hours: how fast, and how often, and how often wrongly. */
export function Trends({ figures }: { figures: FiguresAnswer }): ReactNode {
  const { t, formats } = useWords();
  const { hours, from, to } = figures;
  const series = useMemo(() => seriesOf(hours, { from, to }), [hours, from, to]);
  const taps = useMemo(
    () => [
      { label: t("trends.median"), tone: "accent" as const, values: series.medianMs },
      { label: t("trends.p95"), tone: "wait" as const, values: series.p95Ms },
    ],
    [series, t],
  );
  const counts = useMemo(
    () => [
      { label: t("trends.unlocks"), tone: "accent" as const, shape: "bars" as const, values: series.unlocks },
      { label: t("trends.refused"), tone: "wait" as const, values: series.refused },
      { label: t("trends.disputed"), tone: "stop" as const, values: series.disputed },
    ],
    [series, t],
  );
  return (
    <div className="status-pair">
      <div className="panel">
        <Chart
          title={t("trends.taps")}
          times={series.times}
          lines={taps}
          format={(ms) => t("numbers.seconds", { seconds: formats.number(ms / 1_000, 1) })}
        />
      </div>
      <div className="panel">
        <Chart
          title={t("trends.counts")}
          times={series.times}
          lines={counts}
          format={(count) => formats.number(count)}
        />
      </div>
    </div>
  );
}
