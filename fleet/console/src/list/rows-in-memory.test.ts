import { describe, expect, it } from "vitest";
import { queryIn } from "./list-query.js";
import { holdsWords, pageOfRows, rowsThatMatch } from "./rows-in-memory.js";

const rows = [
  { name: "Bed 7", count: 12 },
  { name: "ICU 2", count: 9 },
  { name: "bed 8", count: 100 },
];
const rules = {
  matches: (row: (typeof rows)[number], { search }: Readonly<Record<string, string>>) => holdsWords([row.name], search),
  sortValue: (row: (typeof rows)[number], sort: string) => (sort === "count" ? row.count : row.name),
};
const about = { prefix: "", keys: ["search"] };

describe("rows in memory", () => {
  it("are found by a word and sorted by figures as figures", () => {
    const query = queryIn({ search: "BED", sort: "count", order: "desc" }, about);
    expect(rowsThatMatch(rows, query, rules).map(({ name }) => name)).toEqual(["bed 8", "Bed 7"]);
    expect(rows.map(({ count }) => count)).toEqual([12, 9, 100]);
  });

  it("come by page, counted in all", () => {
    const many = Array.from({ length: 60 }, (_, index) => index);
    expect(pageOfRows(many, queryIn({ from: "50" }, about))).toEqual({
      rows: [50, 51, 52, 53, 54, 55, 56, 57, 58, 59],
      total: 60,
      next: null,
    });
  });
});
