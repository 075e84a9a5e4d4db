import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useWords } from "../words.js";
import { ChartTable } from "./chart-table.js";
import { type ChartLooks, looksOfPage } from "./looks.js";
import { DASHES, optionsOf } from "./options.js";

/** What a line means: it gets that tone's colour, and its own dashes, because colour never speaks alone. */
export type LineTone = "accent" | "ok" | "wait" | "stop" | "muted";

export interface ChartLine {
  readonly label: string;
  readonly tone: LineTone;
  readonly values: readonly (number | null)[];
  /** Bars for counts, a line for what goes on between two points. */
  readonly shape?: "line" | "bars";
  /** The lower and upper ends of an interval around each value. */
  readonly band?: { readonly low: readonly (number | null)[]; readonly high: readonly (number | null)[] };
}

export interface ChartProps {
  /** What is drawn, with its unit: it is the figure's caption. */
  readonly title: string;
  /** Milliseconds, ascending. */
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
  /** A value as the table and the axis write it. */
  readonly format: (value: number) => string;
  /** A moment as the table writes it; a day and a time where it is not given. */
  readonly formatTime?: (at: number) => string;
  readonly height?: number;
}

const HEIGHT = 220;

/** Lines over time. The same figures stand in a table behind a button: a picture is not for everybody. */
export function Chart(props: ChartProps): ReactNode {
  const { title, times, lines, format, height = HEIGHT } = props;
  const { formats, language } = useWords();
  const place = useRef<HTMLDivElement>(null);
  const id = useId();
  const looks = useLooks();
  const width = useWidth(place);
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew when what is drawn, its place or its looks change
  useEffect(() => {
    if (place.current === null || width === 0 || times.length === 0) return;
    const { options, data } = optionsOf({ times, lines, format, formats, looks, width, height });
    const drawn = new uPlot(options, data, place.current);
    return () => drawn.destroy();
  }, [times, lines, looks, width, height, language]);
  return (
    <figure className="chart" aria-labelledby={id}>
      <figcaption id={id}>
        <span className="chart-title">{title}</span>
        <span className="chart-lines">
          {lines.map(({ label, tone, shape = "line" }) => (
            <span key={label} className="chart-line" data-tone={tone}>
              {shape === "bars" ? <span className="chart-bar" /> : <Stroke tone={tone} />}
              {label}
            </span>
          ))}
        </span>
      </figcaption>
      <div ref={place} className="chart-place" aria-hidden />
      <ChartTable {...props} formatTime={props.formatTime ?? formats.dateTime} />
    </figure>
  );
}

/** The line as it is drawn, dashes and all. */
function Stroke({ tone }: { tone: LineTone }): ReactNode {
  return (
    <svg className="chart-stroke" viewBox="0 0 40 4" aria-hidden="true">
      <line x1="0" y1="2" x2="40" y2="2" strokeDasharray={DASHES[tone].join(" ")} />
    </svg>
  );
}

/** The page's colours, read anew when light and dark change places. */
function useLooks(): ChartLooks {
  const [looks, setLooks] = useState(looksOfPage);
  useEffect(() => {
    const renew = (): void => setLooks(looksOfPage());
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", renew);
    const watcher = new MutationObserver(renew);
    watcher.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      scheme.removeEventListener("change", renew);
      watcher.disconnect();
    };
  }, []);
  return looks;
}

function useWidth(place: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (place.current === null) return;
    const watcher = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    watcher.observe(place.current);
    return () => watcher.disconnect();
  }, [place]);
  return width;
}
