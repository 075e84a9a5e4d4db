import { faultOfPin } from "@wardkey/protocol/fleet";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readEnd } from "./end-date.js";
import { foldName, romanise } from "./romanise.js";
import { readCode, writeCode } from "./secrets.js";
import { staffIdStem } from "./staff-id.js";

describe("names of other scripts", () => {
  it.each([
    ["Ελένη Παπαδοπούλου", "eleni-papadopoulou"],
    ["Γιώργος Αγγελόπουλος", "giorgos-angelopoulos"],
    ["Ευάγγελος Μπάμπης", "evangelos-babis"],
    ["Ψαρουδάκη Θεοδώρα", "psaroudaki-theodora"],
    ["Юлия Щербакова", "yuliya-shcherbakova"],
    ["Ђорђе Љубичић", "djordje-ljubichic"],
    ["გიორგი ბერიძე", "giorgi-beridze"],
    ["Արմեն Սարգսյան", "armen-sargsyan"],
    ["דוד כהן", "dvd-khn"],
    ["محمد علي", "mhmd-aly"],
    ["김민수", "gimminsu"],
    ["さくら ヤマダ", "sakura-yamada"],
    ["Łukasz Żółć", "lukasz-zolc"],
    ["Jürgen Groß", "jurgen-gross"],
    ["Søren Ærø", "soren-aero"],
    ["José O'Neill", "jose-o-neill"],
    ["李小龍", "staff"],
  ])("%s is %s", (name, id) => {
    expect(staffIdStem(name, "")).toBe(id);
  });

  it("are found however they are written: case, marks, script", () => {
    expect(foldName("  ΕΛΕΝΗ  Παπαδοπούλου ")).toBe(foldName("Eleni PAPADOPOULOU"));
    expect(foldName("Müller-Lüdenscheidt")).toBe("muller ludenscheidt");
  });

  it("end in lower case whatever comes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (name) => {
        expect(staffIdStem(name, "")).toMatch(/^[a-z0-9](-?[a-z0-9])*$/);
        expect(romanise(romanise(name))).toBe(romanise(name));
      }),
    );
  });
});

describe("a code that is read aloud", () => {
  it("says the same bytes in capitals, small letters, with and without dashes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const code = writeCode(bytes);
        expect(code).toHaveLength(26 + 6);
        expect(readCode(code.toLowerCase().replaceAll("-", " "))).toBe(code.replaceAll("-", ""));
      }),
    );
  });

  it("differs for each bit", () => {
    const zero = writeCode(new Uint8Array(16));
    const codes = Array.from({ length: 128 }, (_, bit) =>
      writeCode(new Uint8Array(16).map((_byte, at) => (at === bit >> 3 ? 1 << (bit & 7) : 0))),
    );
    expect(new Set([zero, ...codes]).size).toBe(129);
  });

  it("is none when something else was typed", () => {
    expect(["", "abc", "UUUU-UUUU", "12 34 ü", "0".repeat(65)].map(readCode)).toEqual([null, null, null, null, null]);
  });
});

describe("a PIN", () => {
  it("is refused when it repeats, counts or is too short, and else taken", () => {
    const judged = ["739154", "314159", "20260101", "111111", "135791", "654321", "7391", "7391547391547"];
    expect(judged.map(faultOfPin)).toEqual([
      null,
      null,
      null,
      "pin-weak",
      "pin-weak",
      "pin-weak",
      "pin-malformed",
      "pin-malformed",
    ]);
  });
});

describe("the end of an employment", () => {
  const at = (text: string): number => Date.parse(text);

  it("is the last moment of a day where the hospital is, also when the clocks change", () => {
    expect(readEnd("2026-11-30", "UTC")).toBe(at("2026-12-01T00:00:00Z"));
    expect(readEnd("2026-11-30", "Europe/Rome")).toBe(at("2026-12-01T00:00:00+01:00"));
    expect(readEnd("2026-07-31", "Europe/Athens")).toBe(at("2026-08-01T00:00:00+03:00"));
    expect(readEnd("2026-10-25", "Europe/Rome")).toBe(at("2026-10-26T00:00:00+01:00"));
    expect(readEnd("2026-03-28", "Europe/Rome")).toBe(at("2026-03-29T00:00:00+01:00"));
    expect(readEnd("2026-12-31", "Pacific/Auckland")).toBe(at("2027-01-01T00:00:00+13:00"));
  });

  it("is also a moment, a generalized time, or Active Directory's accountExpires", () => {
    expect(readEnd("2026-11-30T18:00:00+02:00", "UTC")).toBe(at("2026-11-30T16:00:00Z"));
    expect(readEnd("20261130180000Z", "Europe/Rome")).toBe(at("2026-11-30T18:00:00Z"));
    expect(readEnd("20261130180000.0Z", "Europe/Rome")).toBe(at("2026-11-30T18:00:00Z"));
    expect(readEnd("134245728000000000", "UTC")).toBe(at("2026-05-30T00:00:00Z"));
    expect(["", "0", "9223372036854775807"].map((text) => readEnd(text, "UTC"))).toEqual([null, null, null]);
  });

  it("is refused when there is no such day", () => {
    const wrong = ["2026-02-30", "2026-13-01", "30.11.2026", "tomorrow", "2026-11-30T25:00:00Z", "3000-01-01", "-1"];
    expect(wrong.map((text) => readEnd(text, "UTC"))).toEqual(Array(7).fill("invalid"));
  });
});
