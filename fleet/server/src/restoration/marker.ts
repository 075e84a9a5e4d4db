import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { WardkeyError } from "@wardkey/protocol";
import { z } from "zod";
import { writePrivateFile } from "../platform/files/secret-file.js";

/** Left in the data folder by a restore for the next start, which takes it up once. */
const FILE = "restored.json";

const Marker = z.strictObject({
  v: z.literal(1),
  id: z.uuid(),
  madeAt: z.number().int().nonnegative().max(8_640_000_000_000_000),
  restoredAt: z.number().int().nonnegative().max(8_640_000_000_000_000),
});
export type Marker = z.infer<typeof Marker>;

export const writeMarker = (dataDir: string, marker: Omit<Marker, "v">): Promise<void> =>
  writePrivateFile(join(dataDir, FILE), JSON.stringify({ v: 1, ...marker }));

/** `null`: this is no first start after a restore. Throws `restore-unreadable`. */
export async function readMarker(dataDir: string): Promise<Marker | null> {
  let text: string;
  try {
    text = await readFile(join(dataDir, FILE), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
  try {
    return Marker.parse(JSON.parse(text));
  } catch (cause) {
    const words = `${join(dataDir, FILE)} does not say what was restored: restore again into an empty folder`;
    throw new WardkeyError("restore-unreadable", words, { cause });
  }
}

export const removeMarker = (dataDir: string): Promise<void> => rm(join(dataDir, FILE), { force: true });

/** Refuses with `restore-unfinished` a folder of which a restore put back a part: a new site must not begin in it. */
export async function refuseUnfinished({ dataDir, database }: { dataDir: string; database: string }): Promise<void> {
  if ((await readMarker(dataDir)) === null) return;
  const there = await stat(join(dataDir, database)).catch(() => null);
  if (there !== null) return;
  throw new WardkeyError(
    "restore-unfinished",
    `the restore into ${dataDir} broke off: empty the folder and restore again`,
  );
}
