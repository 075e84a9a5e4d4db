import { readdir } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { EvaluationError } from "./evaluate/evaluation-error.js";

/** What pictures are called; whether one is what its name says is told when it is read. */
export const pictureNames = /\.(jpe?g|png|webp|gif|tiff?|hei[cf]|avif)$/i;

/**
 * Every picture under a folder, by its path from there, in order. Refuses with `folder-unreadable`, and with `no-pictures`
 * where there is none.
 */
export async function photosUnder(root: string): Promise<readonly string[]> {
  const entries = await orUnreadable(root, () => readdir(resolve(root), { recursive: true, withFileTypes: true }));
  const files = entries.filter((entry) => entry.isFile() && pictureNames.test(entry.name));
  if (files.length === 0)
    throw new EvaluationError("no-pictures", `${root} holds no picture; give a folder of JPEG, PNG or WebP`);
  return files.map((entry) => relative(resolve(root), join(entry.parentPath, entry.name))).sort();
}

/** The folders in a folder, one a person, in order. Refuses with `folder-unreadable`. */
export async function peopleUnder(root: string): Promise<readonly string[]> {
  const entries = await orUnreadable(root, () => readdir(root, { withFileTypes: true }));
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
}

/** Refuses with `folder-unreadable`, naming the folder, when a reading of it fails. */
export async function orUnreadable<T>(folder: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw new EvaluationError("folder-unreadable", `${folder} cannot be read; give a folder of photos`, { cause });
  }
}
