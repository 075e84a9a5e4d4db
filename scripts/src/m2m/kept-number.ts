import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A number in a file of its own, changed and kept: how often this machine has started. */
export async function keptNumber(folder: string, name: string, change: (last: number) => number): Promise<number> {
  const file = join(folder, name);
  const text = await readFile(file, "utf8").catch(() => "0");
  const last = Number(text);
  const next = change(Number.isSafeInteger(last) ? last : 0);
  await writeFile(file, String(next), { mode: 0o600 });
  return next;
}
