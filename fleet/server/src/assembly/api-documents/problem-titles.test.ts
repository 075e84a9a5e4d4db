import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { mergeProblemTitles, type ProblemTitles } from "../../platform/http/problem.js";
import { problemTitles } from "../titles.js";

const source = join(import.meta.dirname, "../..");

async function sources(): Promise<{ path: string; text: string }[]> {
  const names = (await readdir(source, { recursive: true })).filter((name) => /(?<!\.test)\.ts$/.test(name));
  return Promise.all(names.map(async (name) => ({ path: name, text: await readFile(join(source, name), "utf8") })));
}

async function allTitles(): Promise<ProblemTitles> {
  const owners: ProblemTitles[] = [];
  for (const { path, text } of await sources()) {
    for (const [, name] of text.matchAll(/^export const (\w*[pP]roblemTitles): ProblemTitles/gm)) {
      const module = (await import(join(source, path))) as Record<string, ProblemTitles>;
      const titles = name === undefined ? undefined : module[name];
      if (titles !== undefined) owners.push(titles);
    }
  }
  return mergeProblemTitles(...owners);
}

describe("every refusal", () => {
  it("has one title in words, wherever it is made", async () => {
    const titles = await allTitles();
    const untitled: string[] = [];
    for (const { path, text } of await sources()) {
      for (const [, code] of text.matchAll(/new Refusal\(\s*[^,()]+(?:\([^)]*\))?,\s*"([a-z0-9-]+)"/g)) {
        if (code !== undefined && titles[code] === undefined) untitled.push(`${path}: ${code}`);
      }
    }
    expect(untitled).toEqual([]);
  });

  it("finds its words in the running server", async () => {
    const running = problemTitles();
    expect(Object.keys(await allTitles()).filter((code) => running[code] === undefined)).toEqual([]);
  });

  it("speaks in a sentence, not in its code", async () => {
    const titles = await allTitles();
    expect(Object.entries(titles).filter(([code, title]) => title === code || !/^[A-Z]/.test(title))).toEqual([]);
  });
});
