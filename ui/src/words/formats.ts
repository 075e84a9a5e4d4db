import type { Language } from "./catalogue.js";

/** Dates and numbers as the reader's country writes them; a ward's clock has 24 hours everywhere. */
export interface Formats {
  /** "14:02" */
  time(at: number): string;
  /** "14:02:09" */
  exactTime(at: number): string;
  /** "22 Nov 2026" */
  date(at: number): string;
  /** "Sunday 22 November" */
  day(at: number): string;
  /** "22 Nov 2026, 14:02" */
  dateTime(at: number): string;
  number(value: number, digits?: number): string;
  /** 0..1 as "93%" */
  percent(share: number): string;
  /** "2.4 m" */
  metres(distance: number): string;
  /** A running clock: "4:09", "1:02:07". */
  elapsed(milliseconds: number): string;
  /** "3 minutes ago", "now" */
  ago(at: number, now: number): string;
}

const LOCALE: Readonly<Record<Language, string>> = { en: "en-GB", it: "it-IT", el: "el-GR" };

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];

export function formatsFor(language: Language): Formats {
  const locale = LOCALE[language];
  const dates = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options);
  const time = dates({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const exactTime = dates({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  const date = dates({ day: "numeric", month: "short", year: "numeric" });
  const day = dates({ weekday: "long", day: "numeric", month: "long" });
  const dateTime = dates({
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const percent = new Intl.NumberFormat(locale, { style: "percent" });
  const finePercent = new Intl.NumberFormat(locale, { style: "percent", maximumSignificantDigits: 1 });
  const metres = new Intl.NumberFormat(locale, {
    style: "unit",
    unit: "meter",
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  return {
    time: (at) => time.format(at),
    exactTime: (at) => exactTime.format(at),
    date: (at) => date.format(at),
    day: (at) => day.format(at),
    dateTime: (at) => dateTime.format(at),
    number: (value, digits = 0) =>
      new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value),
    percent: (share) => (Math.abs(share) < 0.01 ? finePercent : percent).format(share),
    metres: (distance) => metres.format(distance),
    elapsed,
    ago: (at, now) => {
      const passed = now - at;
      const [unit, size] = STEPS.find(([, step]) => Math.abs(passed) >= step) ?? ["second", 1_000];
      return relative.format(Math.trunc(-passed / size) || 0, unit);
    },
  };
}

function elapsed(milliseconds: number): string {
  const total = Math.max(0, Math.floor(milliseconds / 1_000));
  const two = (part: number) => String(part).padStart(2, "0");
  const hours = Math.floor(total / 3_600);
  const minutes = Math.floor(total / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(total % 60)}` : `${minutes}:${two(total % 60)}`;
}
