import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "./project-root.js";

const lines = readFileSync(join(projectRoot, "docs", "threats.md"), "utf8").split("\n");
const rows = lines.filter((line) => /^\| \d+ \|/.test(line));
const PATH = /`([a-z][\w./-]*\.test\.tsx?)`/g;

describe("docs/threats.md", () => {
  it("has every row once, in order", () => {
    expect(rows.map((row) => Number(row.split("|")[1]))).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  });

  it("names only test files that are there", () => {
    const named = lines.flatMap((line) => [...line.matchAll(PATH)].map(([, path]) => path ?? ""));
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((path) => !existsSync(join(projectRoot, path)))).toEqual([]);
  });

  it("quotes only what a test of that row is called", () => {
    const wrong = rows.flatMap((row) => {
      const sources = [...row.matchAll(PATH)].map(([, path]) => readFileSync(join(projectRoot, path ?? ""), "utf8"));
      const quoted = [...row.matchAll(/"([^"]+)"/g)].map(([, words]) => words ?? "");
      return quoted.filter((words) => !sources.some((source) => source.includes(words)));
    });
    expect(wrong).toEqual([]);
  });
});
