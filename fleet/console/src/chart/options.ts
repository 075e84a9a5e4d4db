import type { Formats } from "@wardkey/ui";
import uPlot from "uplot";
import type { ChartLine, LineTone } from "./chart.js";
import type { ChartLooks } from "./looks.js";

/** Pixels drawn and left out, by turns. */
export const DASHES: Readonly<Record<LineTone, number[]>> = {
  accent: [],
  ok: [10, 4],
  wait: [3, 4],
  stop: [12, 4, 3, 4],
  muted: [6, 6],
};
const DAY = 86_400;
const WIDEST_BAR = 24;

export interface Drawing {
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly format: (value: number) => string;
  readonly formats: Formats;
  readonly looks: ChartLooks;
  readonly width: number;
  readonly height: number;
}

/** The drawing in uPlot's own terms; its clock counts seconds. */
export function optionsOf(drawing: Drawing): { options: uPlot.Options; data: uPlot.AlignedData } {
  const { times, lines, format, formats, looks, width, height } = drawing;
  const bands = lines.flatMap(({ band }) => (band === undefined ? [] : [band]));
  const axis: uPlot.Axis = {
    stroke: looks.text,
    font: looks.font,
    grid: { stroke: looks.grid, width: 1 },
    ticks: { show: false },
  };
  const options: uPlot.Options = {
    width,
    height,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false, points: { size: 8 } },
    scales: { x: { time: true }, y: { range: (_plot, _low, high) => [0, high > 0 ? high * 1.1 : 1] } },
    axes: [
      {
        ...axis,
        size: 30,
        values: (_plot, splits, _axis, _space, step) => splits.map((at) => momentOf(at, step, formats)),
      },
      { ...axis, size: 64, values: (_plot, splits) => splits.map(format) },
    ],
    series: [
      {},
      ...lines.map((line) => seriesOf(line, looks)),
      ...bands.flatMap(() => [
        { show: true, points: { show: false } },
        { show: true, points: { show: false } },
      ]),
    ],
    bands: bandsOf(lines, looks),
  };
  const data = [
    times.map((at) => at / 1_000),
    ...lines.map(({ values }) => [...values]),
    ...bands.flatMap(({ low, high }) => [[...high], [...low]]),
  ] as uPlot.AlignedData;
  return { options, data };
}

function seriesOf({ label, tone, shape = "line" }: ChartLine, looks: ChartLooks): uPlot.Series {
  const stroke = looks.tones[tone];
  if (shape === "bars") {
    const paths = uPlot.paths.bars?.({ size: [0.7, WIDEST_BAR], radius: 0.2 });
    return { label, stroke, fill: stroke, points: { show: false }, ...(paths === undefined ? {} : { paths }) };
  }
  return { label, stroke, width: 2, dash: DASHES[tone], spanGaps: false, points: { show: false } };
}

function bandsOf(lines: readonly ChartLine[], looks: ChartLooks): uPlot.Band[] {
  let at = lines.length + 1;
  return lines.flatMap((line): uPlot.Band[] => {
    if (line.band === undefined) return [];
    const high = at;
    at += 2;
    return [{ series: [high, high + 1], fill: translucent(looks.tones[line.tone]) }];
  });
}

const translucent = (colour: string): string => colour.replace(/^rgb\((.*)\)$/, "rgba($1, 0.18)");

/** Midnight says which day begins. */
function momentOf(at: number, step: number, formats: Formats): string {
  const day = new Date(at * 1_000);
  const midnight = day.getHours() === 0 && day.getMinutes() === 0;
  return step >= DAY || midnight ? formats.date(at * 1_000).replace(/[\s.]*\d{4}$/, "") : formats.time(at * 1_000);
}
