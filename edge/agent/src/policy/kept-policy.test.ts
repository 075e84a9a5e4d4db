import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { policyFiles } from "./kept-policy.js";

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "wardkey-policy-"));
});
afterEach(() => rm(dataDir, { recursive: true }));

const digest = "d".repeat(43);
const write = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { mode: 0o600 });
};
const filesIn = (folder: string) =>
  policyFiles({ folder: join(folder, "policy"), markFile: join(folder, "policy-mark"), write });

describe("the policy on the disk", () => {
  it("is in two files, apart from each other", async () => {
    const files = filesIn(dataDir);
    expect([await files.policy(), await files.mark()]).toEqual([null, null]);
    await files.keepPolicy({ v: 1, jws: "a.b.c", ring: "stable" });
    await files.keepMark({ version: 7, digest });
    expect(await files.policy()).toEqual({ v: 1, jws: "a.b.c", ring: "stable" });
    expect(await files.mark()).toEqual({ version: 7, digest });
    await rm(join(dataDir, "policy"), { recursive: true });
    expect([await files.policy(), await files.mark()]).toEqual([null, { version: 7, digest }]);
  });

  it.each(["", "{", "null", '{"v":1}', "x".repeat(100_000)])("that is no policy is not there: %.10j", async (text) => {
    await write(join(dataDir, "policy", "policy.json"), text);
    await write(join(dataDir, "policy-mark"), text);
    const files = filesIn(dataDir);
    expect([await files.policy(), await files.mark()]).toEqual([null, null]);
  });
});
