import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvLine } from "./csv-line.js";

describe("a line of CSV", () => {
  const cases: readonly [string, readonly (string | number | null)[], string][] = [
    ["plain cells", ["bed-7", 12, null], "bed-7,12,\r\n"],
    ["quotes, commas and lines", ['say "hi", now\nor later'], '"say ""hi"", now\nor later"\r\n'],
    ["a formula", ["=HYPERLINK(1)"], "'=HYPERLINK(1)\r\n"],
    ["a formula behind a sign", ["+1", "-1", "@x"], "'+1,'-1,'@x\r\n"],
    ["a number below nought, which is no formula", [-1], "-1\r\n"],
  ];
  it.each(cases)("writes %s", (_what, cells, line) => expect(csvLine(cells)).toBe(line));

  it("never lets a text begin as a formula, whatever it is", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(csvLine([text])).not.toMatch(/^"?[=+\-@\t\r](?!\n$)/);
      }),
    );
  });
});
