import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { run } from "../testing/test-site.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-shells-"));
  for (const shell of ["zsh", "fish"]) {
    await writeFile(join(folder, shell), (await run(["completion", shell])).out);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("groff draws the manual page and has nothing to complain about", async () => {
  const { out } = await run(["manual"]);
  const drawn = spawnSync("groff", ["-man", "-ww", "-Tascii", "-P-cbu"], { input: out, encoding: "utf8" });
  expect([drawn.status, drawn.stderr]).toEqual([0, ""]);
  expect(drawn.stdout).toContain("wardkey ca rotate root");
});

it("fish offers what may come next", () => {
  const offered = (line: string): string[] => {
    const script = `source ${join(folder, "fish")}; complete -C ${JSON.stringify(line)}`;
    const { status, stdout, stderr } = spawnSync("fish", ["--no-config", "-c", script], { encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
    return stdout
      .trim()
      .split("\n")
      .map((each) => each.split("\t")[0] ?? "")
      .sort();
  };
  expect(offered("wardkey ca rotate ")).toEqual(["intermediate", "root"]);
  expect(offered("wardkey --json ca rotate i")).toEqual(["intermediate"]);
  expect(offered("wardkey device deny bed-7 --rea")).toEqual(["--reason"]);
});

it("zsh offers what may come next", () => {
  const offered = (...words: string[]): string[] => {
    // zsh completes at a terminal alone: its own functions are stood in for, and told what would be offered.
    const script = [
      'compadd() { [[ $1 == -- ]] && shift; print -rl -- "$@" }',
      "_files() { print -r -- FILES }",
      `words=(wardkey ${words.map((word) => `'${word}'`).join(" ")}); CURRENT=${words.length + 1}`,
      `source ${join(folder, "zsh")}`,
    ].join("\n");
    const { status, stdout, stderr } = spawnSync("zsh", ["-f", "-c", script], { encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
    return stdout.trim().split("\n");
  };
  expect(offered("ca", "rotate", "")).toEqual(["intermediate", "root"]);
  expect(offered("--json", "device", "deny", "bed-7", "--")).toEqual(["--reason", "--json", "--version", "--help"]);
  expect(offered("backup", "--data", "")).toEqual(["FILES"]);
});
