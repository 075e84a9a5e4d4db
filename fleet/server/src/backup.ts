import { randomUUID } from "node:crypto";
import { chmod, copyFile, cp, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { WardkeyError } from "@wardkey/protocol";
import sqlite3 from "sqlite3";
import { z } from "zod";
import { makePrivateFolder, writePrivateFile } from "./platform/files/secret-file.js";
import { lockInstance } from "./platform/sql/instance-lock.js";
import { writeMarker } from "./restoration/index.js";

/** What a site on embedded defaults is, apart from its configuration. The rest of the data folder is made anew. */
const DATABASES = ["site.db", "broker.db"] as const;
const KEYS = ["sealing.key", "administrators.key"] as const;
const FOLDER = "pki";
const MANIFEST = "backup.json";

const Manifest = z.strictObject({ v: z.literal(1), madeAt: z.number().int(), files: z.array(z.string()) });

/**
 * Copies a site's databases and keys into `to`, also while its server runs: each database as of one moment (SQLite's
 * `VACUUM INTO`). The copy holds every secret of the site but the root's key where that is offline, in files of mode 0600.
 * Refuses with `backup-exists` a folder that is not empty, with `not-a-site` a data folder without a site in it. A folder
 * without its manifest is an unfinished copy.
 */
export async function backUp(input: {
  dataDir: string;
  to: string;
  now: number;
}): Promise<{ files: readonly string[] }> {
  const { dataDir, to } = input;
  await mkdir(to, { recursive: true, mode: 0o700 });
  if ((await readdir(to)).length > 0)
    throw new WardkeyError("backup-exists", `${to} is not empty: choose another folder`);
  await chmod(to, 0o700);
  if (!(await exists(join(dataDir, DATABASES[0])))) {
    throw new WardkeyError(
      "not-a-site",
      `${dataDir} holds no site on SQLite; a PostgreSQL is backed up with its own tools`,
    );
  }
  const files: string[] = [];
  for (const name of DATABASES) {
    if (!(await exists(join(dataDir, name)))) continue;
    await copyDatabase(join(dataDir, name), join(to, name));
    files.push(name);
  }
  for (const name of KEYS) {
    if (!(await exists(join(dataDir, name)))) continue;
    await copyFile(join(dataDir, name), join(to, name));
    await chmod(join(to, name), 0o600);
    files.push(name);
  }
  await cp(join(dataDir, FOLDER), join(to, FOLDER), { recursive: true, filter: (path) => !path.endsWith("root.key") });
  files.push(FOLDER);
  await writePrivateFile(join(to, MANIFEST), JSON.stringify({ v: 1, madeAt: input.now, files }));
  return { files };
}

/**
 * Puts a copy back into `dataDir`, which must not hold a site: `site-exists`. Refuses with `already-running` a folder in
 * use and with `backup-damaged` a copy that is not whole. The site's database comes last, so that what breaks off is no
 * site. The next start puts every counter that devices remember ahead of what they can have met, and tells what is lost
 * (docs/operate.md).
 */
export async function restore(input: {
  from: string;
  dataDir: string;
  now: number;
}): Promise<{ files: readonly string[]; madeAt: number }> {
  const { from, dataDir } = input;
  const { files, madeAt } = await readManifest(from);
  for (const name of files) {
    if (!(await exists(join(from, name)))) throw new WardkeyError("backup-damaged", `${from} lacks ${name}`);
  }
  for (const name of DATABASES) {
    if (files.includes(name)) await checkDatabase(join(from, name));
  }
  await makePrivateFolder(dataDir);
  const lock = await lockInstance(join(dataDir, "running.lock"));
  const [site] = DATABASES;
  try {
    if (await exists(join(dataDir, site))) {
      throw new WardkeyError("site-exists", `${dataDir} already holds a site: restore into an empty folder`);
    }
    // Of a site that was removed by hand: its journal must not be played into this one.
    for (const left of ["-wal", "-shm"]) await rm(join(dataDir, `${site}${left}`), { force: true });
    await markRestored({ dataDir, madeAt, now: input.now });
    for (const name of files.filter((each) => each !== site))
      await cp(join(from, name), join(dataDir, name), { recursive: true, preserveTimestamps: true });
    const unfinished = join(dataDir, `${site}.restoring`);
    await rm(unfinished, { force: true });
    await copyFile(join(from, site), unfinished);
    await flush(unfinished);
    await rename(unfinished, join(dataDir, site));
    await flush(dataDir);
  } finally {
    await lock.release();
  }
  return { files, madeAt };
}

/**
 * Tells the next start that the site's database is as of `madeAt`: after `restore`, or after a PostgreSQL was brought back
 * with its own tools. Until then the servers must not run.
 */
export async function markRestored(input: { dataDir: string; madeAt: number; now: number }): Promise<void> {
  await writeMarker(input.dataDir, { id: randomUUID(), madeAt: input.madeAt, restoredAt: Math.floor(input.now) });
}

async function flush(path: string): Promise<void> {
  const file = await open(path);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function readManifest(from: string): Promise<z.infer<typeof Manifest>> {
  try {
    return Manifest.parse(JSON.parse(await readFile(join(from, MANIFEST), "utf8")));
  } catch (cause) {
    throw new WardkeyError("backup-damaged", `${from} holds no whole backup: ${MANIFEST} is missing or wrong`, {
      cause,
    });
  }
}

async function copyDatabase(from: string, to: string): Promise<void> {
  await withDatabase(from, sqlite3.OPEN_READONLY, (database) => run(database, "VACUUM INTO ?", [to]));
  await chmod(to, 0o600);
}

async function checkDatabase(path: string): Promise<void> {
  const rows = await withDatabase(path, sqlite3.OPEN_READONLY, (database) => all(database, "PRAGMA integrity_check"));
  const verdict = z.array(z.object({ integrity_check: z.string() })).safeParse(rows);
  if (verdict.data?.[0]?.integrity_check !== "ok") throw new WardkeyError("backup-damaged", `${path} is not whole`);
}

async function withDatabase<T>(
  path: string,
  mode: number,
  work: (database: sqlite3.Database) => Promise<T>,
): Promise<T> {
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened: sqlite3.Database = new sqlite3.Database(path, mode, (error) =>
      error ? reject(error) : resolve(opened),
    );
  });
  try {
    return await work(database);
  } finally {
    await new Promise<void>((resolve) => database.close(() => resolve()));
  }
}

const run = (database: sqlite3.Database, sql: string, values: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => database.run(sql, [...values], (error) => (error ? reject(error) : resolve())));

const all = (database: sqlite3.Database, sql: string): Promise<unknown[]> =>
  new Promise((resolve, reject) => database.all(sql, (error, rows) => (error ? reject(error) : resolve(rows))));

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
