import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
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
    ["begins with a byte order mark", "\uFEFFa,b,same\nx.jpg,y.jpg,0"],
    ["puts cells in quotes", '"a","b","same"\n"x.jpg","y.jpg","0"'],
    ["ends its lines as Windows does", "a,b,same\r\nx.jpg,y.jpg,0\r\n"],
    ["ends its lines as old spreadsheets do", "a,b,same\rx.jpg,y.jpg,0\r"],
    ["has more columns", "id,a,b,same\n7,x.jpg,y.jpg,0"],
  ])("is read when it %s", (_, text) => {
    expect(parsePairs(text, "f")).toEqual([{ enrolled: ["x.jpg"], probe: "y.jpg", same: false }]);
  });

  it("keeps a comma in a quoted name", () => {
    expect(parsePairs('a,b,same\n"Doe, Ann/1.jpg","Doe, Ann/2.jpg",1', "f")).toEqual([
      { enrolled: ["Doe, Ann/1.jpg"], probe: "Doe, Ann/2.jpg", same: true },
    ]);
  });

  it.each([
    ["without one of its columns", "a,b\nx,y", /f must begin with the columns a,b,same, separated by commas/],
    ["with semicolons", "a;b;same\nx;y;1", /f must begin with the columns a,b,same, separated by commas/],
    ["when it is empty", "", /f must begin with the columns a,b,same/],
    ["without pairs", "a,b,same\n", /f has no pairs; add lines/],
    ["with a line that is short of a column", "a,b,same\nx,y,1\nx,1", /f, line 3: give 1 to 20 photos/],
    ["with a quote that is not closed", 'a,b,same\n"x,y,1', /f, line 2/],
    ["with a truth that is neither 0 nor 1", "a,b,same\nx,y,yes", /f, line 2/],
    ["with no enrolled photo", "a,b,same\n|,y,1", /f, line 2/],
    ["with more than twenty views", `a,b,same\n${"x|".repeat(21)},y,1`, /f, line 2/],
  ])("is refused %s", (_, text, message) => {
    expect(() => parsePairs(text, "f")).toThrow(refusal("pairs-columns", message));
  });

  it("is refused when it is missing, a folder, or not UTF-8", async () => {
    const file = join(root, "other.csv");
    await expect(readPairs(file, root)).rejects.toThrow(refusal("pairs-unreadable", /give --pairs a CSV file/));
    await expect(readPairs(root, root)).rejects.toThrow(refusal("pairs-unreadable", /give --pairs a CSV file/));
    await writeFile(file, Buffer.from("a,b,same\nJos\xe9/1.jpg,x.jpg,1\n", "latin1"));
    await expect(readPairs(file, root)).rejects.toThrow(refusal("pairs-encoding", /save it as CSV in UTF-8/));
  });

  it("is refused when a photo that it names is missing, or outside the folder, naming photo and pair", async () => {
    const file = join(root, "pairs.csv");
    const cases = [
      ["absent.jpg", "photo-missing", /absent\.jpg, in .*pairs\.csv, pair 1, .* correct --root or it/],
      [".", "photo-outside", /name photos under --root/],
      ["../photo.jpg", "photo-outside", /\.\.\/photo\.jpg, in .*name photos under --root/],
      ["/etc/hostname", "photo-outside", /name photos under --root/],
      ["no\u0000name.jpg", "photo-missing", /correct --root/],
    ] as const;
    for (const [photo, code, message] of cases) {
      await writeFile(file, `a,b,same\nphoto.jpg,${photo},1\n`);
      await expect(readPairs(file, root)).rejects.toThrow(refusal(code, message));
    }
    await writeFile(file, "a,b,same\nphoto.jpg,photo.jpg,1\n");
    expect(await readPairs(file, root)).toHaveLength(1);
  });
});

describe("a photo that is written in two ways", () => {
  it("is one photo of one person", async () => {
    const file = join(root, "written.csv");
    await mkdir(join(root, "ann"), { recursive: true });
    await writeFile(join(root, "ann/1.jpg"), "photo");
    const ways = ["ann/1.jpg", "./ann/1.jpg", "ann//1.jpg", "ann/./1.jpg", "ann/../ann/1.jpg", join(root, "ann/1.jpg")];
    await writeFile(file, ["a,b,same", ...ways.map((way) => `${way}|${way},${way},1`)].join("\n"));
    expect(await readPairs(file, root)).toEqual(
      ways.map(() => ({ enrolled: ["ann/1.jpg", "ann/1.jpg"], probe: "ann/1.jpg", same: true })),
    );
  });
});

describe("the person of a photo", () => {
  it("is its folder", () => {
    expect(["ann/1.jpg", "ward/ann/1.jpg", "1.jpg"].map(personOf)).toEqual(["ann", "ward/ann", "1.jpg"]);
  });
});
