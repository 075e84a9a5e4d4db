// Runs dependency-cruiser and fails when it read nothing: with a compiler it cannot load it would say that all is well.

import { createRequire } from "node:module";
import { join } from "node:path";
import { cruise } from "dependency-cruiser";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";
import { root } from "./setup.mjs";

const rules = createRequire(import.meta.url)("../.dependency-cruiser.cjs");
const folders = ["protocol", "models", "firmware-profiles", "ui", "edge", "fleet", "kiosk", "scripts"];
const fewestModules = 60;

process.chdir(root);
const { output } = await cruise(
  folders,
  { ...rules.options, ruleSet: { forbidden: rules.forbidden }, validate: true },
  rules.options.enhancedResolveOptions,
  {
    tsConfig:
      extractTSConfig.default?.(join(root, "tsconfig.base.json")) ?? extractTSConfig(join(root, "tsconfig.base.json")),
  },
);
const { violations, totalCruised, totalDependenciesCruised } = output.summary;
for (const { rule, from, to } of violations) process.stderr.write(`${rule.severity} ${rule.name}: ${from} -> ${to}\n`);
process.stderr.write(`${totalCruised} modules, ${totalDependenciesCruised} imports, ${violations.length} violations\n`);
if (totalCruised < fewestModules || totalDependenciesCruised === 0) {
  process.stderr.write(`dependency-cruiser read fewer than ${fewestModules} modules: its answer means nothing\n`);
  process.exitCode = 1;
}
if (violations.some(({ rule }) => rule.severity === "error")) process.exitCode = 1;
