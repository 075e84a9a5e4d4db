import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder, found from this file whether it runs compiled or as source. */
export const projectRoot: string = above(dirname(fileURLToPath(import.meta.url)));

function above(dir: string): string {
  if (existsSync(join(dir, "tsconfig.base.json"))) return dir;
  const parent = dirname(dir);
  if (parent === dir) throw new Error("this file is outside the project");
  return above(parent);
}
