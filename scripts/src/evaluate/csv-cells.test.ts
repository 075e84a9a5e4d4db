import { describe, expect, it } from "vitest";
import { cellsOf } from "./csv-cells.js";

describe("a line of CSV", () => {
  it.each([
    ["a,b,same", ["a", "b", "same"]],
    [" a , b,1 ", ["a", "b", "1"]],
    ['"a","b, the second",1', ["a", "b, the second", "1"]],
    ['"say ""yes""", x ', ['say "yes"', "x"]],
    ["a,,1", ["a", "", "1"]],
    ['"a",', ["a", ""]],
    ["", [""]],
  ])("%j has cells", (line, cells) => {
    expect(cellsOf(line)).toEqual(cells);
  });

  it("has none where a quote is not closed, or ends before its cell", () => {
    expect(['"a,b', 'x,"a"b,1'].map(cellsOf)).toEqual([undefined, undefined]);
  });
});
