import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AssembleInput, assemble } from "./assemble.js";
import { readFuses } from "./fuses.js";
import { readAsar, type SimulatedEntry, simulatedBinary, simulatedZip } from "./testing/simulated-release.js";

const NAME = "electron-v45.4.1-linux-x64.zip";
const release: readonly SimulatedEntry[] = [
  { path: "electron", data: simulatedBinary("101100011"), mode: 0o100755 },
  { path: "resources/default_app.asar", data: Buffer.from("a page about Electron") },
  { path: "locales/el.pak", data: Buffer.from("λόγια") },
];

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-assemble-"));
  for (const [path, text] of [
    ["main/main.js", 'import { start } from "./shell.js";\nstart();'],
    ["main/shell.js", "export const start = 1"],
    ["main/removed-long-ago.js", "export const old = 1"],
    ["main/main.test.js", "it()"],
    ["main/main.d.ts", "export {}"],
    ["main/main.js.map", "{}"],
    ["main/testing/simulated.js", "no()"],
    ["preload/preload.cjs", "bridge()"],
  ] as const) {
    await mkdir(join(folder, "shell", path, ".."), { recursive: true });
    await writeFile(join(folder, "shell", path), text);
  }
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function assembled(entries: readonly SimulatedEntry[], change: Partial<AssembleInput> = {}) {
  const zip = simulatedZip(entries);
  await writeFile(join(folder, NAME), zip);
  return assemble({
    zip: join(folder, NAME),
    checksums: { [NAME]: createHash("sha256").update(zip).digest("hex") },
    version: "45.4.1",
    shell: join(folder, "shell"),
    appVersion: "0.1.0",
    out: join(folder, "kiosk"),
    ...change,
  });
}

describe("the kiosk's folder", () => {
  it("holds Electron with its fuses set, and the shell's own files and no others", async () => {
    expect(await assembled(release)).toEqual({ ok: true, files: 3 });
    expect((await readdir(join(folder, "kiosk"), { recursive: true })).sort()).toEqual([
      "locales",
      "locales/el.pak",
      "resources",
      "resources/app.asar",
      "wardkey-kiosk",
    ]);
    const fuses = readFuses(await readFile(join(folder, "kiosk", "wardkey-kiosk")));
    expect(fuses).toMatchObject({ ok: true, fuses: { runAsNode: false, onlyLoadAppFromAsar: true } });
    expect((await stat(join(folder, "kiosk", "wardkey-kiosk"))).mode & 0o777).toBe(0o755);
    const app = readAsar(await readFile(join(folder, "kiosk", "resources", "app.asar")));
    expect(Object.keys(app).sort()).toEqual(["main/main.js", "main/shell.js", "package.json", "preload/preload.cjs"]);
    expect(JSON.parse(String(app["package.json"]))).toMatchObject({ main: "main/main.js", type: "module" });
  });

  it.each<[string, readonly SimulatedEntry[], Partial<AssembleInput>]>([
    ["electron-altered", release, { checksums: { [NAME]: "0".repeat(64) } }],
    ["electron-altered", release, { checksums: {} }],
    ["electron-other-version", release, { version: "45.4.2" }],
    ["electron-incomplete", release.slice(1), {}],
    ["shell-not-built", release, { shell: "/nowhere" }],
    ["fuses-unknown", [{ path: "electron", data: simulatedBinary("10110001") }], {}],
    ["zip-unsafe-path", [...release, { path: "../x", data: Buffer.from("") }], {}],
  ])("is not made, with %s", async (code, entries, change) => {
    expect(await assembled(entries, change)).toEqual({ ok: false, code });
    expect(await readdir(folder)).not.toContain("kiosk");
  });
});
