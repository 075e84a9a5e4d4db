import { gapsIn } from "@wardkey/ui";
import { describe, expect, it } from "vitest";
import { CATALOGUES } from "./words.js";
import { wordsOfCode } from "./words-of-code.js";

describe("the phone's words", () => {
  it("are all there in each language, with the same values", () => {
    expect(gapsIn(CATALOGUES)).toEqual([]);
  });

  it.each([
    ["certificate-untrusted", "code.certificate"],
    ["quota-kiosk", "code.quota"],
    ["frame-out-of-order", "code.broken"],
    ["frame-too-slow", "code.too-slow"],
    ["ENOSPC", "code.other"],
    ["constructor", "code.other"],
  ])("say something for %s", (code, key) => {
    expect(wordsOfCode(code)).toBe(key);
  });
});
