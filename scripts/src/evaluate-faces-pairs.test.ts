import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parsePairs, personOf, readPairs } from "./evaluate-faces-pairs.js";

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "wardkey-pairs-"));
  await writeFile(join(root, "photo.jpg"), "photo");
});

afterAll(() => rm(root, { recursive: true }));

const refusal = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe("a pairs file", () => {
  it("names enrolled photos, a probe, and whether they are one person, with its columns in any order", () => {
    expect(parsePairs("same,b,a\r\n1,ann/3.jpg,ann/1.jpg|ann/2.jpg\n0,bob/1.jpg,ann/1.jpg\n\n", "f")).toEqual([
      { enrolled: ["ann/1.jpg", "ann/2.jpg"], probe: "ann/3.jpg", same: true },
      { enrolled: ["ann/1.jpg"], probe: "bob/1.jpg", same: false },
    ]);
  });

  it.each([
    ["without one of its columns", "a,b\nx,y", /f must begin with the columns a,b,same/],
    ["without pairs", "a,b,same\n", /f has no pairs/],
    ["with a line that is short of a column", "a,b,same\nx,y,1\nx,1", /f, line 3/],
    ["with a truth that is neither 0 nor 1", "a,b,same\nx,y,yes", /f, line 2/],
    ["with no enrolled photo", "a,b,same\n|,y,1", /f, line 2/],
    ["with more than twenty views", `a,b,same\n${"x|".repeat(21)},y,1`, /f, line 2/],
  ])("is refused %s", (_, text, message) => {
    expect(() => parsePairs(text, "f")).toThrow(refusal("pairs-columns", message));
  });

  it("is refused when it, or a photo that it names, is missing or outside the folder", async () => {
    const file = join(root, "pairs.csv");
    await expect(readPairs(file, root)).rejects.toThrow(refusal("pairs-unreadable", /give --pairs a CSV file/));
    for (const photo of ["absent.jpg", "../photo.jpg", "/etc/hostname", "."]) {
      await writeFile(file, `a,b,same\nphoto.jpg,${photo},1\n`);
      await expect(readPairs(file, root)).rejects.toThrow(refusal("photo-missing", /correct --root or the line/));
    }
    await writeFile(file, "a,b,same\nphoto.jpg,photo.jpg,1\n");
    expect(await readPairs(file, root)).toHaveLength(1);
  });
});

describe("the person of a photo", () => {
  it("is its folder", () => {
    expect(["ann/1.jpg", "ward/ann/1.jpg", "1.jpg"].map(personOf)).toEqual(["ann", "ward/ann", "1.jpg"]);
  });
});
