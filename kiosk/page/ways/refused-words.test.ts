import { describe, expect, it } from "vitest";
import { CATALOGUES } from "../words.js";
import { refusedKey } from "./refused-words.js";

const said = (code: string, typed: "code" | "pin" = "code") => CATALOGUES.en[refusedKey(code, typed)];

describe("what was typed and refused", () => {
  it.each([
    ["way-wrong", "This code is not right, or it was used already."],
    ["way-locked", "Too many tries."],
    ["way-unreachable", "The hospital’s server does not answer. Codes and PINs need it."],
    ["way-crowded", "One moment, then try again."],
    ["way-not-permitted", "This way is closed at this kiosk now. Try another kiosk, or call for help."],
    ["badge-weak", "Badges of this kind can be copied and open no kiosk. Ask for a one-time code."],
    ["badge-missing", "Hold your badge to the reader again."],
    ["lease-expired", "This kiosk cannot unlock at the moment. It is not your fault."],
    ["too-slow", "That took too long. Try again."],
    ["way-overtaken", "It was interrupted. Try again."],
    ["ENOSPC", "That did not work ({{code}})."],
  ])("is told in words: %s", (code, words) => {
    expect(said(code)).toBe(words);
  });

  it("reads the same for a wrong secret and for somebody who was cut off", () => {
    for (const typed of ["code", "pin"] as const) expect(said("holder-denied", typed)).toBe(said("way-wrong", typed));
    expect(said("way-wrong", "pin")).toBe("Badge or PIN is not right.");
  });
});
