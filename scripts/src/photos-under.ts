import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";

/** Every picture under a folder, by its path from there, in order. */
export async function photosUnder(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /\.(jpe?g|png|webp)$/i.test(entry.name));
  return files.map((entry) => join(entry.parentPath, entry.name).slice(resolve(root).length + 1)).sort();
}
