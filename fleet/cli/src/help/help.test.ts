import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EXIT_WORDS } from "../exit-codes.js";
import { run } from "../testing/test-site.js";

const version = (
  JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string }
).version;

/** What bash offers after these words, the last of which is being typed. */
async function offered(...words: string[]): Promise<string[]> {
  const { out } = await run(["completion", "bash"]);
  const typed = ["wardkey", ...words].map((word) => `'${word}'`).join(" ");
  const script = `${out}\nCOMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _wardkey; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync("bash", ["--norc", "-c", script], { encoding: "utf8", cwd: "/" }).trim().split("\n").sort();
}

describe("the command", () => {
  it("says its version, also as JSON", async () => {
    expect(await run(["--version"])).toMatchObject({ code: 0, out: version, err: "" });
    expect((await run(["-V", "--json"])).json()).toEqual({ version });
  });

  it("takes --json before and after the command's words, and says in it also how it is wrongly used", async () => {
    for (const args of [
      ["--json", "device", "wash"],
      ["device", "deny", "bed-7", "--json"],
      ["backup", "--json", "--sideways"],
      ["completion", "csh", "--json"],
    ]) {
      const { code, err, json } = await run(args);
      expect([args, code, err, json()]).toEqual([
        args,
        2,
        "",
        { error: { code: "misused", message: expect.any(String) } },
      ]);
    }
  });

  it("ends with 3 when its fleet server cannot be reached", async () => {
    const folder = await mkdtemp(join(tmpdir(), "wardkey-cli-help-"));
    const before = process.env["WARDKEY_LOGIN_FILE"];
    process.env["WARDKEY_LOGIN_FILE"] = `${folder}/login.json`;
    try {
      // Port 9 is discard's: nothing listens there.
      const login = { url: "http://127.0.0.1:9", token: "a-token-of-nobody" };
      await writeFile(`${folder}/login.json`, JSON.stringify(login), { mode: 0o600 });
      expect(await run(["whoami"])).toMatchObject({ code: 3, err: expect.stringContaining("[fleet-unreachable]") });
    } finally {
      if (before === undefined) delete process.env["WARDKEY_LOGIN_FILE"];
      else process.env["WARDKEY_LOGIN_FILE"] = before;
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe("completion", () => {
  it("offers in bash what may come next", async () => {
    expect(await offered("ca", "")).toEqual(["init", "rotate"]);
    expect(await offered("ca", "rotate", "")).toEqual(["intermediate", "root"]);
    expect(await offered("--json", "ca", "ro")).toEqual(["rotate"]);
    expect(await offered("device", "deny", "bed-7", "--")).toEqual(["--help", "--json", "--reason", "--version"]);
    expect(await offered("device", "--")).toEqual(["--help", "--json", "--version"]);
    expect(await offered("backup", "--data", "/et")).toEqual(["/etc"]);
    expect(await offered("comp")).toEqual(["completion"]);
  });

  it.each(["zsh", "fish"])("for %s names every command", async (shell) => {
    const { code, out } = await run(["completion", shell]);
    expect(code).toBe(0);
    for (const words of ["device", "ca rotate root", "policy explain", "doctor"]) expect(out).toContain(words);
  });

  it("is sound bash", async () => {
    const { out } = await run(["completion", "bash"]);
    expect(spawnSync("bash", ["-n"], { input: out, encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
  });
});

describe("the manual page", () => {
  it("has every command with its options, and every exit code", async () => {
    const { out } = await run(["manual"]);
    expect(out).toContain(`.TH WARDKEY 1 "" "wardkey ${version}" "Wardkey"`);
    for (const line of [
      '.SS "wardkey device deny \\fIID\\fR"',
      '.B "\\-\\-reason <CODE>"',
      '.SS "wardkey ca rotate root"',
      '.SS "wardkey policy diff \\fIFOLDER\\fR \\fI[OTHER]\\fR"',
    ]) {
      expect(out.split("\n")).toContain(line);
    }
    for (const [code] of EXIT_WORDS) expect(out).toContain(`.B ${code}\n`);
  });

  it("is made of macros of man(7) and of text alone", async () => {
    const { out } = await run(["manual"]);
    const strange = out.split("\n").filter((line) => !/^(\.TP$|\.(TH|SH|SS|B|I|BR) \S|[^.'\s])/.test(line));
    expect(strange).toEqual([]);
    expect(out.split("\n").filter((line) => (line.match(/"/g) ?? []).length % 2 === 1)).toEqual([]);
  });
});
