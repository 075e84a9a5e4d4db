import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeOf } from "@wardkey/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { takeDataFolder } from "./data-folder.js";

describe("the data folder", () => {
  let parent: string;
  const folder = (): string => join(parent, "wallet");

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), "wardkey-folder-"));
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));

  it("is made for its owner alone", async () => {
    const taken = await takeDataFolder(folder());
    expect((await stat(folder())).mode & 0o777).toBe(0o700);
    await taken.release();
  });

  it("is held by one wallet at a time, and free again afterwards", async () => {
    const first = await takeDataFolder(folder());
    expect(await takeDataFolder(folder()).then(() => "taken", codeOf)).toBe("already-running");
    await first.release();
    const second = await takeDataFolder(folder());
    await second.release();
    expect(await readdir(folder())).toEqual([]);
  });

  const leftovers = [
    ["a process that is gone", "4194303 12345"],
    ["a process whose id another one has now", `${process.pid} 1`],
    ["nobody, cut short", ""],
    ["nobody, garbled", "not a lock"],
  ] as const;
  for (const [whom, holder] of leftovers) {
    it(`is not stuck with a lock left by ${whom}`, async () => {
      const before = await takeDataFolder(folder());
      await before.release();
      await writeFile(join(folder(), "wallet.lock"), holder);
      const taken = await takeDataFolder(folder());
      await taken.release();
    });
  }
});
