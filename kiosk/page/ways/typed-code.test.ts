import { describe, expect, it } from "vitest";
import { digitsOf, grouped, lettersOf } from "./typed-code.js";

describe("a code as it is typed", () => {
  it.each([
    ["in small letters, with spaces and dashes", " k7fq-9x2m 4c", "K7FQ9X2M4C"],
    ["with letters that look like digits", "lIo0", "1100"],
    ["with signs that no code has", "U!é:7", "7"],
    ["without end", "7".repeat(40), "7".repeat(32)],
  ])("is read %s", (_how, typed, letters) => {
    expect(lettersOf(typed)).toBe(letters);
  });

  it("is shown in groups of four, and read back from them", () => {
    expect(["", "7", "7QK4", "7QK4M", "7QK4MZ93T"].map(grouped)).toEqual(["", "7", "7QK4", "7QK4-M", "7QK4-MZ93-T"]);
    expect(lettersOf(grouped("7QK4MZ93T"))).toBe("7QK4MZ93T");
  });

  it("is digits alone in a PIN, twelve at most", () => {
    expect(digitsOf("12a 34-5678901234")).toBe("123456789012");
  });
});
