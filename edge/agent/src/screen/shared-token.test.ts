import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeSharedToken } from "./shared-token.js";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-token-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe("the page's token for the shell", () => {
  it("is read by the group and nobody else, and replaces the one of the last start", async () => {
    const path = join(folder, "page-token");
    await writeSharedToken(path, "first");
    await writeSharedToken(path, "second");
    expect([await readFile(path, "utf8"), (await stat(path)).mode & 0o777]).toEqual(["second", 0o640]);
    expect(await readdir(folder)).toEqual(["page-token"]);
  });

  it("is not written through a link that somebody laid", async () => {
    const elsewhere = join(folder, "elsewhere");
    await writeFile(elsewhere, "as it was");
    await symlink(elsewhere, join(folder, "page-token.new"));
    await writeSharedToken(join(folder, "page-token"), "token");
    expect(await readFile(elsewhere, "utf8")).toBe("as it was");
  });
});
