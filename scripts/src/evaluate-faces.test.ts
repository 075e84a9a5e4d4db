import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { modelPlaces } from "@wardkey/models";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { main } from "./evaluate-faces.js";

const demo = join(dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json")), "demo");
let root: string;

/** Faces in the pictures of the @vladmandic/face-api demo; the first two are one woman. */
const faces = [
  { file: "ann/1.jpg", picture: 3, x: 1183, y: 385 },
  { file: "ann/2.jpg", picture: 1, x: 1574, y: 343 },
  { file: "bob/1.jpg", picture: 5, x: 470, y: 1032 },
  { file: "eve/1.jpg", picture: 6, x: 774, y: 493 },
] as const;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "wardkey-evaluate-"));
  for (const { file, picture, x, y } of faces) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    const area = { left: x - 200, top: y - 200, width: 400, height: 400 };
    await sharp(join(demo, `sample${picture}.jpg`))
      .extract(area)
      .toFile(join(root, file));
  }
  await mkdir(join(root, "wall"));
  await sharp({ create: { width: 64, height: 64, channels: 3, background: "#888" } }).toFile(join(root, "wall/1.jpg"));
  await mkdir(join(root, "odd"));
  const ann = () => sharp(join(root, "ann/1.jpg"));
  await ann().greyscale().toFile(join(root, "odd/grey.png"));
  await ann().toColourspace("cmyk").toFile(join(root, "odd/cmyk.jpg"));
  await ann().rotate(90).withMetadata({ orientation: 8 }).toFile(join(root, "odd/turned.jpg"));
  await ann().gif().toFile(join(root, "odd/moving.gif"));
  await ann().resize(24, 24).toFile(join(root, "odd/tiny.png"));
  await writeFile(join(root, "odd/cut.jpg"), (await readFile(join(root, "ann/1.jpg"))).subarray(0, 9000));
  await writeFile(join(root, "odd/broken.jpg"), "no picture");
  const huge = { create: { width: 9000, height: 6000, channels: 3, background: "#000" } } as const;
  await sharp(huge).png({ compressionLevel: 9 }).toFile(join(root, "odd/huge.png"));
});

afterAll(() => rm(root, { recursive: true }));

async function evaluate(lines: readonly string[], ...options: readonly string[]) {
  const [pairs, json] = [join(root, "pairs.csv"), join(root, "out", "report.json")];
  await writeFile(pairs, `a,b,same\n${lines.join("\n")}\n`);
  const code = await main(["--root", root, "--pairs", pairs, "--json", json, ...options]);
  if (code !== 0) return { code, report: undefined, page: undefined };
  const page = await readFile(join(root, "out", "report.html"), "utf8");
  return { code, report: JSON.parse(await readFile(json, "utf8")), page };
}

describe("evaluating faces", () => {
  it("scores listed pairs and reports every figure, with null where there are too few pairs for it", async () => {
    const { code, report } = await evaluate([
      "ann/1.jpg,ann/2.jpg,1",
      "ann/1.jpg,bob/1.jpg,0",
      "ann/1.jpg,eve/1.jpg,0",
    ]);
    expect(code).toBe(0);
    expect(report).toMatchObject({
      pairs: 3,
      failedToEnrol: 0,
      failedToFind: 0,
      eer: 0,
      fnmrAtFmr: { "0.01": null, "0.001": null, "0.0001": null, "0.00001": null },
      interval95: {},
      branches: { bare: 3, masked: 0 },
      inForce: { bare: { fmr: 0, fnmr: 0 } },
      msPerImage: { detect: expect.any(Number), embed: expect.any(Number) },
    });
  });

  it("counts a photo without a face, or that is no picture, as a non-match and never leaves it out", async () => {
    const { report } = await evaluate([
      "wall/1.jpg,ann/2.jpg,1",
      "ann/1.jpg,odd/broken.jpg,1",
      "bob/1.jpg,eve/1.jpg,0",
    ]);
    expect(report).toMatchObject({ pairs: 3, failedToEnrol: 1, failedToFind: 1, eer: 1 });
  });

  it("takes grey, CMYK, turned and moving pictures as they stand, and counts by reason what it cannot take", async () => {
    const good = ["grey.png", "cmyk.jpg", "turned.jpg", "moving.gif"];
    const bad = ["tiny.png", "cut.jpg", "broken.jpg", "huge.png"];
    const { report } = await evaluate([...good, ...bad].map((name) => `ann/1.jpg,odd/${name},1`));
    expect(report).toMatchObject({
      pairs: 8,
      failedToEnrol: 0,
      failedToFind: 4,
      failures: { enrolment: {}, probe: { "image-too-small": 1, "image-unreadable": 2, "image-too-large": 1 } },
      inForce: { bare: { fnmr: 0.5 } },
    });
  });

  it("names on stderr each photo that cannot be read, with a code and a remedy", async () => {
    const lines: string[] = [];
    const said = vi.spyOn(process.stderr, "write").mockImplementation((line) => lines.push(String(line)) > 0);
    await evaluate(["ann/1.jpg,odd/broken.jpg,1", "odd/broken.jpg|ann/1.jpg,odd/tiny.png,1"]).finally(() =>
      said.mockRestore(),
    );
    expect(lines.filter((line) => line.startsWith("image-")).map((line) => line.replace(root, "ROOT"))).toEqual([
      "image-unreadable: the picture cannot be decoded (ROOT/odd/broken.jpg). Give a whole JPEG, PNG or WebP file.\n",
      "image-too-small: 24x24 pixels (ROOT/odd/tiny.png). Give a picture of at least 32 pixels a side, and no strip.\n",
    ]);
  });

  it("writes a page beside the figures", async () => {
    const { report, page } = await evaluate(["ann/1.jpg,ann/2.jpg,1", "ann/1.jpg,bob/1.jpg,0"]);
    expect(report.pairs).toBe(2);
    expect(page).toMatch(/^<!doctype html>[\s\S]*Nothing was simulated/);
  });

  it("enrols several photos together, draws masks on probes, and crosses everybody with everybody else", async () => {
    const lines = ["ann/1.jpg|ann/2.jpg,ann/2.jpg,1", "bob/1.jpg,bob/1.jpg,1", "eve/1.jpg,eve/1.jpg,1"];
    const { report } = await evaluate(lines, "--mask", "probe", "--impostors", "cross");
    expect(report).toMatchObject({
      pairs: 3,
      mask: "probe",
      masks: "pictures (simulated): surgical, respirator, cloth",
      impostorPairs: 6,
    });
    expect(report.branches.masked).toBeGreaterThan(0);
  });

  it("makes its own pairs of each person's photos, and crosses everybody with everybody else", async () => {
    const json = join(root, "out", "enrol.json");
    expect(await main(["--root", root, "--enrol", "1", "--people", "all", "--json", json])).toBe(0);
    const report = JSON.parse(await readFile(json, "utf8"));
    const { genuinePairs, impostors, chosen, people } = report;
    // The second of Ann's two photos, and seven of the eight of "odd".
    expect({ genuinePairs, impostors, chosen, people }).toEqual({
      genuinePairs: 8,
      impostors: "cross",
      chosen: { people: "all", enrolled: 1, farther: 1 },
      people: 2,
    });
  });

  it.each([
    ["no arguments", []],
    ["pairs and a number of photos to enrol", ["--root", "x", "--pairs", "y", "--enrol", "3", "--json", "z"]],
    ["faces nearer than they are", ["--root", "x", "--pairs", "y", "--farther", "0.5", "--json", "z"]],
    ["no photo to enrol", ["--root", "x", "--enrol", "0", "--json", "z"]],
    [
      "listed impostors where nothing is listed",
      ["--root", "x", "--enrol", "1", "--impostors", "listed", "--json", "z"],
    ],
    ["people whom it does not know", ["--root", "x", "--pairs", "y", "--people", "some", "--json", "z"]],
    ["an option that it does not know", ["--roots", "x"]],
    ["a mask that it does not know", ["--root", "x", "--pairs", "y", "--json", "z", "--mask", "gas"]],
  ])("refuses %s with exit code 2", async (_, argv) => {
    expect(await main(argv)).toBe(2);
  });

  it.each([
    ["a hash that is another", (text: string) => text.replaceAll(/"sha256": "[0-9a-f]{4}/g, '"sha256": "0000')],
    ["a licence without its note", (text: string) => text.replace(/"note": "[^"]+"/, '"note": ""')],
    ["a shape that is none", (text: string) => text.replace(/"shape": \[[^\]]+\]/, '"shape": []')],
    ["no JSON", () => "{"],
  ])("refuses a registry of models with %s, with exit code 2", async (_, change) => {
    const shipped = await readFile(modelPlaces().registryPath, "utf8");
    const registry = join(root, "registry.json");
    await writeFile(registry, change(shipped));
    expect((await evaluate(["ann/1.jpg,ann/2.jpg,1"], "--registry", registry)).code).toBe(2);
  });

  it("refuses a pairs file that names a missing photo, and a folder without mask pictures, with exit code 2", async () => {
    expect((await evaluate(["ann/1.jpg,ann/9.jpg,1"])).code).toBe(2);
    expect((await evaluate(["ann/1.jpg,ann/2.jpg,1"], "--mask", "probe", "--mask-templates", root)).code).toBe(2);
  });
});
