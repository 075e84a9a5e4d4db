import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

export interface BuiltPage {
  readonly directory: string;
  remove(): Promise<void>;
}

/** Builds the status page as a release does, into a folder of its own. */
export async function buildPage(): Promise<BuiltPage> {
  const directory = await mkdtemp(join(tmpdir(), "wardkey-status-page-"));
  const before = process.env["NODE_ENV"];
  // Vite takes NODE_ENV before its mode: under the test runner it would build React's development version.
  process.env["NODE_ENV"] = "production";
  try {
    await build({
      configFile: fileURLToPath(new URL("../../vite.config.ts", import.meta.url)),
      build: { outDir: directory },
      logLevel: "warn",
    });
  } finally {
    process.env["NODE_ENV"] = before;
  }
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
