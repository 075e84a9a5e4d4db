import { startAssumptions } from "@wardkey/protocol/value";
import { describe, expect, it } from "vitest";
import { assumptionsOf, rangeOf, roundly, textsOf } from "./range-texts.js";

describe("assumptions as somebody types them", () => {
  it("come back as they went out, shares in percent", () => {
    const texts = textsOf(startAssumptions());
    expect(texts.timeUsed).toEqual({ low: "20", likely: "50", high: "80" });
    expect(assumptionsOf(texts)).toEqual(startAssumptions());
  });

  const typed: readonly [string, Parameters<typeof rangeOf>[1], ReturnType<typeof rangeOf>][] = [
    ["a comma", { low: "1,5", likely: " 2 ", high: "3" }, { ok: true, range: { low: 1.5, likely: 2, high: 3 } }],
    ["nothing", { low: "", likely: "2", high: "3" }, { ok: false, mistake: "not-a-number" }],
    ["a payload", { low: "<b>1</b>", likely: "2", high: "3" }, { ok: false, mistake: "not-a-number" }],
    ["a number with an exponent", { low: "1e3", likely: "2", high: "3" }, { ok: false, mistake: "not-a-number" }],
    ["ends the wrong way round", { low: "3", likely: "2", high: "1" }, { ok: false, mistake: "out-of-order" }],
    ["more than the site takes", { low: "1", likely: "2", high: "601" }, { ok: false, mistake: "out-of-bounds" }],
  ];
  it.each(typed)("%s", (_what, texts, read) => expect(rangeOf("loginBefore", texts)).toEqual(read));

  it("are none while one of them is wrong", () => {
    const texts = textsOf(startAssumptions());
    expect(assumptionsOf({ ...texts, workHour: { low: "x", likely: "1", high: "2" } })).toBeNull();
  });
});

describe("an estimate", () => {
  const cases: readonly [number, number][] = [
    [0, 0],
    [1_234_567, 1_200_000],
    [-86.4, -86],
    [0.0456, 0.046],
  ];
  it.each(cases)("%d is shown as %d", (value, shown) => expect(roundly(value)).toBe(shown));
});
