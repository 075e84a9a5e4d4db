import { describe, expect, it } from "vitest";
import { planWalk } from "./plan.js";
import { readTrace, traceOf, writeTrace } from "./trace.js";

const trace = traceOf(planWalk(1_000_009));
const [header = "", ...rest] = writeTrace(trace);

describe("a trace in a file", () => {
  it("is read as it was written", () => {
    expect(readTrace([header, "\n", ...rest])).toEqual({ ok: true, trace });
  });

  it("is refused with a code and the line where it ceases to be one", () => {
    const [first = "", second = "", third = ""] = rest;
    const cases: readonly [string, readonly string[], string, number][] = [
      ["nothing", [], "trace-header", 0],
      ["no header", [first], "trace-header", 1],
      ["another format", [header.replace("wardkey-walk", "other")], "trace-header", 1],
      ["a later version", [header.replace('"version":1', '"version":2')], "trace-header", 1],
      ["no JSON", [header, first, "{"], "trace-line", 3],
      ["a field of its own", [header, first.replace("{", '{"extra":1,')], "trace-line", 2],
      [
        "a strength that is none",
        [header, '{"at":1,"type":"advert","kiosk":"k","phone":"p","rssi":99}'],
        "trace-line",
        2,
      ],
      ["time that goes back", [header, third, second, first], "trace-order", 3],
      ["a line without an end", [header, " ".repeat(5_000)], "trace-too-long", 2],
    ];
    expect(cases.map(([what, lines]) => [what, readTrace(lines)])).toEqual(
      cases.map(([what, , code, line]) => [what, { ok: false, code, line }]),
    );
  });
});
