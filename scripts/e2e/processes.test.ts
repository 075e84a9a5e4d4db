import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { projectRoot } from "../src/project-root.js";

const folder = mkdtempSync(join(tmpdir(), "wardkey-processes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const broken = join(folder, "broken.json");
writeFileSync(broken, '{"dataDir":');

/** A compiled program of the product with these arguments, as a supervisor would start it. */
function end(entry: string, args: readonly string[]): Promise<{ exit: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [join(projectRoot, entry), ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  return new Promise((resolve) => child.once("close", (exit) => resolve({ exit, out, err })));
}

describe.each([
  ["the site", "fleet/server/dist/main.js"],
  ["the kiosk's agent", "edge/agent/dist/main.js"],
  ["the phone", "edge/wallet/dist/main.js"],
])("%s as it is installed", (_name, entry) => {
  it.each([
    ["no configuration", []],
    ["a configuration that is not there", ["--config", join(folder, "nothing.json")]],
    ["a configuration that is cut short", ["--config", broken]],
    ["a configuration that says nothing", ["--config", "/dev/null"]],
  ])("ends with a coded reason and says nothing else when given %s", async (_what, args) => {
    const ended = await end(entry, args);
    expect({ exit: ended.exit, out: ended.out.includes('"ready":true') }).toEqual({ exit: 1, out: false });
    expect(`${ended.out}${ended.err}`).toMatch(/"code":"(config-missing|config-invalid|config-unreadable|ENOENT)"/);
  });
});
