import { describe, expect, it } from "vitest";
import { readSearch } from "../shell/address.js";
import { auditAddress } from "./address.js";
import { periodOf, spanLabel } from "./period.js";

const searchOf = (address: string) => readSearch(address.split("?")[1] ?? "");
const words = (at: number): string => `at ${at}`;

describe("the link to events", () => {
  it("says kinds, source, person and time in the words that the audit page reads", () => {
    const address = auditAddress({
      kinds: ["tap.refused", "tap.started"],
      source: "bed-7",
      person: "anna",
      from: 5,
      to: 9,
    });
    const { kinds = "", source, person, period = "" } = searchOf(address);
    expect([kinds, source, person, periodOf(period, 100)]).toEqual([
      "tap.refused,tap.started",
      "bed-7",
      "anna",
      { from: 5, to: 9 },
    ]);
    expect(spanLabel(period, words)).toBe("at 5 – at 9");
  });

  it("leaves out what nobody asked for, and ends with now where no end is said", () => {
    expect(auditAddress({})).toBe("#/audit");
    const { period = "", ...more } = searchOf(auditAddress({ from: 5 }));
    expect([more, periodOf(period, 100), spanLabel(period, words)]).toEqual([{}, { from: 5, to: null }, "at 5 –"]);
  });

  it("says no span for a period on offer, nor for what means nothing", () => {
    for (const value of ["hour", "", "-5", "5", "x-y", "1-2-3", "9999999999999999-"])
      expect(spanLabel(value, words)).toBeNull();
  });
});
