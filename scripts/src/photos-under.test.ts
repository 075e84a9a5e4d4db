import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import process from "node:process";
import { expect, it } from "vitest";
import { photosUnder } from "./photos-under.js";

it("names photos by their path from the folder, however the folder is written", async () => {
  const root = await mkdtemp(join(tmpdir(), "wardkey-photos-"));
  try {
    await mkdir(join(root, "ann"));
    for (const file of ["ann/1.jpg", "ann/2.png", "ann/3.TIF", "readme.txt", "3.webp"])
      await writeFile(join(root, file), "");
    const found = await Promise.all(
      [root, relative(process.cwd(), root), `${root}/`, `${root}/ann/..`].map(photosUnder),
    );
    expect(found).toEqual(Array.from({ length: 4 }, () => ["3.webp", "ann/1.jpg", "ann/2.png", "ann/3.TIF"]));
  } finally {
    await rm(root, { recursive: true });
  }
});
