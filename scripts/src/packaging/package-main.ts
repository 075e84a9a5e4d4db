import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { codeOf, WardkeyError } from "@wardkey/protocol";
import { projectRoot } from "../project-root.js";
import { buildPackages, epochOf, originHere, PACKAGE_KINDS } from "./build-packages.js";

/** `npm run package`: `wardkey`, `wardkey-agent` and `wardkey-fleet` as `.deb`, or only those that are named. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { out: { type: "string", default: join(projectRoot, ".wardkey", "packages") } },
    allowPositionals: true,
  });
  const unknown = positionals.find((word) => !PACKAGE_KINDS.some((kind) => kind === word));
  if (unknown !== undefined) throw new WardkeyError("misused", `"${unknown}" is none of ${PACKAGE_KINDS.join(", ")}`);
  const kinds = PACKAGE_KINDS.filter((kind) => positionals.length === 0 || positionals.includes(kind));
  const epoch = await epochOf(projectRoot, process.env);
  const packages = await buildPackages(await originHere(), { kinds, out: resolve(values.out), epoch });
  process.stdout.write(`${JSON.stringify({ packages, sourceDateEpoch: epoch })}\n`);
}

try {
  await main();
} catch (error) {
  const message = error instanceof WardkeyError ? error.message : `the packages could not be built: ${String(error)}`;
  process.stderr.write(`${message} [${codeOf(error)}]\n`);
  process.exitCode = 1;
}
