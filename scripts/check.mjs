// `npm run check`: format, lint, types, who may import whom, what nobody uses. All of them run; one failure fails it.
import { join } from "node:path";
import { fail, root, run, setUp } from "./setup.mjs";

const node =
  (script, ...args) =>
  () =>
    run(process.execPath, [join(root, "node_modules", script), ...args], { allowFailure: true });

const checks = [
  ["format and lint", node("@biomejs/biome/bin/biome", "ci", "--error-on-warnings", ".")],
  ["types", node("typescript/bin/tsc", "-b")],
  [
    "who may import whom",
    () => run(process.execPath, [join(root, "scripts", "check-imports.mjs")], { allowFailure: true }),
  ],
  ["unused files, exports and packages", node("knip/bin/knip.js", "--no-progress")],
];

try {
  await setUp({ withPages: false });
  for (const [name, check] of checks) {
    process.stderr.write(`\n== ${name}\n`);
    if ((await check()) !== 0) process.exitCode = 1;
  }
} catch (error) {
  fail(error);
}
