import { describe, expect, it } from "vitest";
import { queryIn } from "./list-query.js";
import { everyRow, type ListSource, usualSearch } from "./list-source.js";

const query = queryIn({ ward: "3B", from: "400", after: "x" }, { prefix: "", keys: ["ward"] });

function numbers(count: number, paging: "offset" | "cursor"): ListSource<number> {
  return {
    topic: "devices",
    key: "numbers",
    paging,
    page: async ({ from, after, limit }) => {
      const start = paging === "offset" ? from : Number(after ?? 0);
      const rows = Array.from({ length: Math.max(0, Math.min(limit, count - start)) }, (_, index) => start + index);
      const next = start + rows.length < count ? `${start + rows.length}` : null;
      return paging === "offset" ? { rows, total: count, next: null } : { rows, total: null, next };
    },
  };
}

describe("every row of a list", () => {
  for (const paging of ["offset", "cursor"] as const) {
    it(`is walked once, from the first, by ${paging}`, async () => {
      const { rows, more } = await everyRow(numbers(450, paging), query, () => {});
      expect([rows, more]).toEqual([Array.from({ length: 450 }, (_, index) => index), false]);
    });

    it(`ends at 20,000 and says that there is more, by ${paging}`, async () => {
      const { rows, more } = await everyRow(numbers(30_000, paging), query, () => {});
      expect([rows.length, more]).toEqual([20_000, true]);
    });
  }
});

it("asks the site with what the address says", () => {
  expect(usualSearch(query, "offset")).toEqual({ ward: "3B", sort: null, order: null, limit: 50, from: 400 });
  expect(usualSearch(query, "cursor")).toEqual({ ward: "3B", sort: null, order: null, limit: 50, after: "x" });
});
