import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main as calibrate } from "../evaluate-faces-calibrate.js";
import { main as findingCrops } from "../evaluate-finding-crops.js";
import { main as linkage } from "../evaluate-linkage.js";
import { main as livenessCrops } from "../evaluate-liveness-crops.js";
import { main as trainingCrops } from "../training-crops.js";
import { UnreadablePictures, writeReport } from "./refusals.js";
import { refusal } from "./testing/refusal.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-refusals-"));
});
afterAll(() => rm(folder, { recursive: true }));

const missing = "/no/such/folder";
const out = () => ["--out", join(folder, "out")];
const commands = [
  ["calibrate", calibrate, () => ["--faces", missing]],
  ["linkage", linkage, () => ["--root", missing, "--json", join(folder, "out.json")]],
  ["finding-crops", findingCrops, () => ["--faces", missing, "--mask-templates", missing, ...out()]],
  ["liveness-crops", livenessCrops, () => ["--faces", missing, "--masks", missing, ...out()]],
  ["training-crops", trainingCrops, () => ["--photos", missing, ...out()]],
] as const;

describe.each(commands)("%s", (_, main, argv) => {
  it("refuses a folder that is not there, and arguments that it does not know, with a code", async () => {
    expect([await refusal(main, argv()), await refusal(main, ["--nonsense"]), await refusal(main, [])]).toEqual([
      [2, "folder-unreadable"],
      [2, "arguments"],
      [2, "arguments"],
    ]);
  });
});

describe("pictures that cannot be read", () => {
  it("are told of one by one, and from the twenty-first on as a number", () => {
    const lines: string[] = [];
    const unreadable = new UnreadablePictures((line) => lines.push(line));
    for (let picture = 1; picture <= 23; picture++) unreadable.add(`image-unreadable: ${picture}.jpg`);
    unreadable.add("image-unreadable: 23.jpg");
    expect(unreadable.end()).toBe(23);
    expect([lines.length, lines[19], lines[20]]).toEqual([
      21,
      "image-unreadable: 20.jpg",
      "and 3 more pictures that cannot be read",
    ]);
  });
});

describe("a report", () => {
  it("is written into a folder that is made for it, and refused where it cannot be", async () => {
    await writeReport(join(folder, "new", "report.json"), "{}");
    expect(await readFile(join(folder, "new", "report.json"), "utf8")).toBe("{}");
    await writeFile(join(folder, "file"), "");
    await expect(writeReport(join(folder, "file", "report.json"), "{}")).rejects.toThrow(
      expect.objectContaining({ code: "report-unwritable" }),
    );
  });
});
