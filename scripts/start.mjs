// `npm start`: sets up, then runs a small hospital on embedded defaults. See `npm start -- --help`.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fail, root, setUp } from "./setup.mjs";

const args = process.argv.slice(2);
const scripted = args.includes("--once");

try {
  if (!args.includes("--help")) await setUp({ system: scripted ? ["chromium", "ffmpeg"] : [] });
  const { main } = await import(pathToFileURL(join(root, "scripts", "dist", "src", "start.js")).href);
  process.exitCode = await main(args);
} catch (error) {
  fail(error);
}
