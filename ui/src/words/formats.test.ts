import { describe, expect, it } from "vitest";
import { formatsFor } from "./formats.js";

const AT = new Date(2026, 10, 22, 14, 2, 9).getTime();

describe("dates and numbers", () => {
  it.each([
    ["en", "14:02", "22 Nov 2026", "Sunday 22 November", "93%", "2.4 m", "1.50"],
    ["it", "14:02", "22 nov 2026", "domenica 22 novembre", "93%", "2,4 m", "1,50"],
    ["el", "14:02", "22 Νοε 2026", "Κυριακή 22 Νοεμβρίου", "93%", "2,4 μ.", "1,50"],
  ] as const)("are written as in %s", (language, time, date, day, percent, metres, number) => {
    const formats = formatsFor(language);

    expect([
      formats.time(AT),
      formats.date(AT),
      formats.day(AT).replace(",", ""),
      formats.percent(0.93),
      formats.metres(2.4).replaceAll("\u00a0", " "),
      formats.number(1.5, 2),
    ]).toEqual([time, date, day, percent, metres, number]);
  });

  it("count a session up without a gap at the hour", () => {
    const { elapsed } = formatsFor("en");

    expect([-5, 0, 59_999, 60_000, 3_599_999, 3_600_000, 36_000_000].map(elapsed)).toEqual([
      "0:00",
      "0:00",
      "0:59",
      "1:00",
      "59:59",
      "1:00:00",
      "10:00:00",
    ]);
  });

  it("say how long ago something was", () => {
    const { ago } = formatsFor("en");

    expect([0, 900, 4_000, 61_000, 7_200_000, 86_400_000 * 3].map((passed) => ago(AT - passed, AT))).toEqual([
      "now",
      "now",
      "4 seconds ago",
      "1 minute ago",
      "2 hours ago",
      "3 days ago",
    ]);
  });
});
