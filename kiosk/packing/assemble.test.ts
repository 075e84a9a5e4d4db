import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AssembleInput, assemble } from "./assemble.js";
import { readFuses } from "./fuses.js";
import { readAsar, type SimulatedEntry, simulatedBinary, simulatedZip } from "./testing/simulated-release.js";

const NAME = "electron-v45.4.1-linux-x64.zip";
const WINDOWS = "electron-v45.4.1-win32-x64.zip";
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

async function assembled(entries: readonly SimulatedEntry[], change: Partial<AssembleInput> = {}, name = NAME) {
  const zip = simulatedZip(entries);
  await writeFile(join(folder, name), zip);
  return assemble({
    zip: join(folder, name),
    checksums: { [name]: createHash("sha256").update(zip).digest("hex") },
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

  it("is made for Windows alike, from its own release", async () => {
    const [binary, ...others] = release;
    const windows = [{ path: "electron.exe", data: binary?.data ?? Buffer.alloc(0) }, ...others];
    expect(await assembled(windows, {}, WINDOWS)).toEqual({ ok: true, files: 3 });
    expect((await readdir(join(folder, "kiosk"))).sort()).toEqual(["locales", "resources", "wardkey-kiosk.exe"]);
    const fuses = readFuses(await readFile(join(folder, "kiosk", "wardkey-kiosk.exe")));
    expect(fuses).toMatchObject({ ok: true, fuses: { runAsNode: false, onlyLoadAppFromAsar: true } });
  });

  it.each([
    ["Linux's binary in the release for Windows", "electron-incomplete", WINDOWS],
    // Its application is a bundle with links, signed as a whole.
    ["the release for a Mac", "electron-other-version", "electron-v45.4.1-darwin-arm64.zip"],
    ["a release for 32 bits", "electron-other-version", "electron-v45.4.1-win32-ia32.zip"],
  ])("is not made, with %s", async (_what, code, name) => {
    expect(await assembled(release, {}, name)).toEqual({ ok: false, code });
    expect(await readdir(folder)).not.toContain("kiosk");
  });

  it("is looked for among the digests of Electron's own package", async () => {
    const { default: checksums } = await import("electron/checksums.json", { with: { type: "json" } });
    const { default: about } = await import("electron/package.json", { with: { type: "json" } });
    const names = ["linux-x64", "linux-arm64", "win32-x64", "win32-arm64"];
    expect(Object.keys(checksums)).toEqual(
      expect.arrayContaining(names.map((each) => `electron-v${about.version}-${each}.zip`)),
    );
  });

  it.each<[string, readonly SimulatedEntry[], Partial<AssembleInput>]>([
    ["electron-altered", release, { checksums: { [NAME]: "0".repeat(64) } }],
    ["electron-altered", release, { checksums: {} }],
    ["electron-other-version", release, { version: "45.4.2" }],
    ["electron-incomplete", release.slice(1), {}],
    ["shell-not-built", release, { shell: "/nowhere" }],
    ["fuses-unknown", [{ path: "electron", data: simulatedBinary("10110001") }], {}],
    ["zip-unsafe-path", [...release, { path: "../x", data: Buffer.from("") }], {}],
    ["zip-unsafe-path", [...release, { path: "C:x", data: Buffer.from("") }], {}],
  ])("is not made, with %s", async (code, entries, change) => {
    expect(await assembled(entries, change)).toEqual({ ok: false, code });
    expect(await readdir(folder)).not.toContain("kiosk");
  });
});
