import { createHash } from "node:crypto";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type AsarFile, packAsar } from "./asar.js";
import { type FusesAnswer, setFuses } from "./fuses.js";
import { readZip, type ZipAnswer } from "./unzip.js";

export interface AssembleInput {
  /** Electron's release for Linux or Windows, as its maker publishes it: its name says for which. */
  readonly zip: string;
  /** File names and SHA-256 digests of the pinned version, from its npm package. */
  readonly checksums: Readonly<Record<string, string>>;
  readonly version: string;
  /** `kiosk/dist/shell`. */
  readonly shell: string;
  /** Of the kiosk. */
  readonly appVersion: string;
  /** Where the folder is made; it must not be there yet. */
  readonly out: string;
}

type Refusal =
  | "electron-other-version"
  | "electron-altered"
  | "electron-incomplete"
  | "shell-not-built"
  | Extract<FusesAnswer, { ok: false }>["code"]
  | Extract<ZipAnswer, { ok: false }>["code"];

export type AssembleAnswer =
  | { readonly ok: true; readonly files: number }
  | { readonly ok: false; readonly code: Refusal };

/** What is started, as the release calls it and as the kiosk does. A Mac's is no file but a bundle, signed as a whole. */
const BINARIES = {
  linux: { from: "electron", to: "wardkey-kiosk" },
  win32: { from: "electron.exe", to: "wardkey-kiosk.exe" },
} as const;
/** What Electron shows when it is given no application. */
const DEFAULT_APP = "resources/default_app.asar";

/** Puts the kiosk's shell and Electron's release together: checked, packed, its fuses set. Nothing is downloaded. */
export async function assemble(input: AssembleInput): Promise<AssembleAnswer> {
  const { zip, checksums, version, shell, appVersion, out } = input;
  const name = basename(zip);
  const named = new RegExp(`^electron-v${version.replaceAll(".", "\\.")}-(linux|win32)-(x64|arm64)\\.zip$`).exec(name);
  if (named === null) return { ok: false, code: "electron-other-version" };
  const { from, to } = BINARIES[named[1] === "win32" ? "win32" : "linux"];
  const bytes = await readFile(zip);
  if (createHash("sha256").update(bytes).digest("hex") !== checksums[name]) {
    return { ok: false, code: "electron-altered" };
  }
  const read = readZip(bytes);
  if (!read.ok) return read;
  const binary = read.entries.find(({ path }) => path === from)?.data();
  if (binary === undefined) return { ok: false, code: "electron-incomplete" };
  const app = await appFiles(shell, appVersion);
  if (app === null) return { ok: false, code: "shell-not-built" };
  const set = setFuses(binary);
  if (!set.ok) return set;

  await mkdir(out);
  let files = 0;
  const write = async (path: string, data: Buffer, executable: boolean): Promise<void> => {
    const target = join(out, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, data);
    await chmod(target, executable ? 0o755 : 0o644);
    files++;
  };
  for (const entry of read.entries) {
    if (entry.path === from || entry.path === DEFAULT_APP) continue;
    await write(entry.path, entry.data(), entry.executable);
  }
  await write(to, binary, true);
  await write("resources/app.asar", packAsar(app), false);
  return { ok: true, files };
}

/** What of the shell runs: the main file and what it imports, and the preload. What an earlier build left behind is not. */
async function appFiles(shell: string, version: string): Promise<readonly AsarFile[] | null> {
  const files = new Map<string, Buffer>();
  const waiting = ["main/main.js", "preload/preload.cjs"];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (files.has(path)) continue;
    const data = await readFile(join(shell, path)).catch(() => null);
    if (data === null) return null;
    files.set(path, data);
    const folder = dirname(path);
    for (const [, name] of data.toString("utf8").matchAll(/from "\.\/([\w-]+\.js)"/g))
      waiting.push(`${folder}/${name}`);
  }
  const about = { name: "wardkey-kiosk", productName: "Wardkey", version, type: "module", main: "main/main.js" };
  return [
    ...[...files].map(([path, data]) => ({ path, data })),
    { path: "package.json", data: Buffer.from(JSON.stringify(about)) },
  ];
}
