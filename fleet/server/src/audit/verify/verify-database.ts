import { EMPTY_ROOT, foldPeaks } from "@wardkey/protocol/fleet/merkle";
import type sqlite3 from "sqlite3";
import { z } from "zod";
import { databaseError } from "../../platform/sql/database-error.js";
import { split } from "../domain/site-log.js";
import { ArchivedCheckpoint, ArchivedHead, segmentsOf } from "./archive.js";
import { SEGMENT } from "./segment.js";
import { all, openReadOnly } from "./units.js";
import { type SiteRecords, type VerifyOptions, type VerifyReport, verifySite } from "./verify-site.js";

const State = z.object({ size: z.number().int().nonnegative(), peaks: z.instanceof(Buffer) });
const Mark = z.object({ source: z.string(), seq: z.number().int(), hash: z.string() });

/**
 * Verifies the fleet server's SQLite file, read only and while the server runs: what it commits meanwhile is not of
 * this check. Refuses a file that cannot be read with the codes of the database.
 */
export async function verifyDatabase(input: { readonly path: string } & VerifyOptions): Promise<VerifyReport> {
  return verifySite(await readRecords(input.path), input);
}

async function readRecords(path: string): Promise<SiteRecords> {
  try {
    const database = await openReadOnly(path);
    try {
      return await recordsOf(database, path);
    } finally {
      await new Promise<void>((resolve) => database.close(() => resolve()));
    }
  } catch (error) {
    throw databaseError(error);
  }
}

async function recordsOf(database: sqlite3.Database, path: string): Promise<SiteRecords> {
  const read = async <T>(schema: z.ZodType<T>, sql: string): Promise<T[]> =>
    (await all<unknown>(database, sql, [])).flatMap((row) => {
      const parsed = schema.safeParse(row);
      return parsed.success ? [parsed.data] : [];
    });
  // Checkpoints, heads and marks first: everything that they cover is in the log by then.
  const checkpoints = await read(
    ArchivedCheckpoint,
    'select device, id, seq, head, issued_at as "issuedAt", code, jws from checkpoints',
  );
  const heads = await read(ArchivedHead, "select size, root, at, jws from tree_heads");
  const marks = await read(Mark, "select kiosk as source, seq, hash from journal_heads");
  const [state] = await read(State, "select size, peaks from log_state where id = 1");
  const size = state?.size ?? 0;
  const root = state === undefined ? EMPTY_ROOT : foldPeaks(split(state.peaks));
  return {
    units: segmentsOf(size).map((from) => ({ kind: "sqlite", path, from, to: Math.min(from + SEGMENT, size) })),
    heads,
    checkpoints,
    claimed: { size, root },
    signedWhole: false,
    marks: new Map(marks.map(({ source, seq, hash }) => [source, { seq, hash }])),
  };
}
