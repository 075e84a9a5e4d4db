#!/usr/bin/env node
// The `wardkey` command. `npm ci` links it before anything is compiled, so it stays plain JavaScript.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const compiled = new URL("dist/main.js", import.meta.url);
if (existsSync(fileURLToPath(compiled))) await import(compiled.href);
else {
  process.stderr.write("wardkey is not built yet: run `npm run build` in its folder [not-built]\n");
  process.exitCode = 1;
}
