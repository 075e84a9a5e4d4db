import { describe, expect, it } from "vitest";
import { csvOf } from "./csv.js";

describe("a table as CSV", () => {
  it("quotes what would break its cell", () => {
    expect(
      csvOf([
        ["name", "note"],
        ['Bed "7"', "a,b\nc"],
      ]),
    ).toBe('name,note\r\n"Bed ""7""","a,b\nc"\r\n');
  });

  it("lets no spreadsheet run a cell (threats row 20)", () => {
    const formulas = ["=1+1", "@SUM(A1)", "+cmd", "-cmd|' /C calc'!A0", "\tx"];
    expect(csvOf([formulas])).toBe(`'=1+1,'@SUM(A1),'+cmd,'-cmd|' /C calc'!A0,'\tx\r\n`);
    expect(csvOf([["-4.5", "-4"]])).toBe("-4.5,-4\r\n");
  });
});
