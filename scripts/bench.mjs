// `npm run bench -- NAME [--json]`: measures on this machine. Works after `npm ci` alone.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fail, root, SetupError, setUp } from "./setup.mjs";

const needs = {
  tap: ["ffmpeg"],
  frame: [],
  fleet: ["mosquitto"],
  presence: [],
  radio: [],
  crash: [],
  downtime: [],
  console: ["chromium"],
  risk: [],
};
const [name, ...args] = process.argv.slice(2);

try {
  if (!name || !(name in needs)) throw new SetupError(`name a benchmark: ${Object.keys(needs).join(", ")}`);
  await setUp({ system: needs[name], withPages: name === "console" });
  const file = join(root, "scripts", "dist", "src", `bench-${name}.js`);
  if (!existsSync(file)) throw new SetupError(`${file} was not built`);
  const { main } = await import(pathToFileURL(file).href);
  process.exitCode = await main(args);
} catch (error) {
  fail(error);
}
