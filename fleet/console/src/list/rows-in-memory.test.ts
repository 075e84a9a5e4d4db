import { describe, expect, it } from "vitest";
import type { ListColumn } from "./list-parts.js";
import { queryIn } from "./list-query.js";
import { holdsWords, pageOfRows, rowsThatMatch, rulesOf } from "./rows-in-memory.js";

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

  it("are found and sorted by what their columns say", () => {
    const columns: readonly ListColumn<(typeof rows)[number]>[] = [
      { key: "name", title: "Name", sort: "name", text: ({ name }) => name },
      { key: "count", title: "Count", sort: "count", text: ({ count }) => `${count}`, value: ({ count }) => count },
      { key: "act", title: "Act", cell: () => "–" },
    ];
    const shown = (search: Readonly<Record<string, string>>): string[] =>
      rowsThatMatch(rows, queryIn(search, { prefix: "", keys: ["search", "count", "act"] }), rulesOf(columns)).map(
        ({ name }) => name,
      );
    expect(shown({ search: "bed", sort: "count" })).toEqual(["Bed 7", "bed 8"]);
    expect(shown({ sort: "name", order: "desc" })).toEqual(["ICU 2", "bed 8", "Bed 7"]);
    expect(shown({ count: "9" })).toEqual(["ICU 2"]);
    expect(shown({ act: "–" })).toEqual([]);
    expect(shown({ sort: "nobody-offers-this", order: "desc" })).toEqual(["Bed 7", "ICU 2", "bed 8"]);
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
