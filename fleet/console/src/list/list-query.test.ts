import { describe, expect, it } from "vitest";
import { queryIn } from "./list-query.js";

const about = { prefix: "", keys: ["ward", "search"], sort: { key: "name", order: "asc" } as const };

describe("the state of a list in its address", () => {
  it("is its usual one where the address says nothing", () => {
    const usual = { values: {}, sort: "name", order: "asc", from: 0, after: null, limit: 50 };
    expect(queryIn({}, about)).toEqual(usual);
  });

  it("is what the address says, of its own names alone", () => {
    const search = { ward: "3B", sort: "seen", order: "desc", from: "100", limit: "25", odd: "1" };
    expect(queryIn(search, about)).toEqual({
      values: { ward: "3B" },
      sort: "seen",
      order: "desc",
      from: 100,
      after: null,
      limit: 25,
    });
    expect(queryIn({ "b.ward": "ICU", ward: "3B" }, { ...about, prefix: "b." }).values).toEqual({ ward: "ICU" });
  });

  it("takes no nonsense for a number", () => {
    for (const odd of ["-1", "1.5", "1e99", "NaN", "<script>"]) {
      const { from, limit } = queryIn({ from: odd, limit: odd }, about);
      expect([from, limit]).toEqual([0, 50]);
    }
  });
});
