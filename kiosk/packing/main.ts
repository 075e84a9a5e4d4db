import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { isAbsolute, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { assemble } from "./assemble.js";

const require = createRequire(import.meta.url);
const readJson = async (path: string) => JSON.parse(await readFile(path, "utf8"));

function given(option: string): string | null {
  const start = `--${option}=`;
  const value = process.argv.findLast((each) => each.startsWith(start))?.slice(start.length);
  if (value === undefined || value === "") return null;
  return isAbsolute(value) ? value : resolve(value);
}

const zip = given("electron");
const out = given("out");
if (zip === null || out === null) {
  process.stderr.write(
    "usage: npm run pack -w kiosk -- --electron=<electron-v…-(linux|win32)-(x64|arm64).zip> --out=<new folder>\n",
  );
  process.exitCode = 2;
} else {
  const answer = await assemble({
    zip,
    out,
    // The package's main file would download the binary; its data does not.
    checksums: await readJson(require.resolve("electron/checksums.json")),
    version: (await readJson(require.resolve("electron/package.json"))).version,
    shell: fileURLToPath(new URL("..", import.meta.url)),
    appVersion: (await readJson(fileURLToPath(new URL("../../../package.json", import.meta.url)))).version,
  });
  process.stdout.write(`${JSON.stringify(answer)}\n`);
  if (!answer.ok) process.exitCode = 1;
}
