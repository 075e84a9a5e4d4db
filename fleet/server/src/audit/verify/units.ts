import { open } from "node:fs/promises";
import sqlite3 from "sqlite3";
import { SegmentCheck, type SegmentResult, type SegmentTask } from "./segment.js";

/** One segment and where its lines are. */
export type Unit =
  | { readonly kind: "file"; readonly path: string; readonly from: number }
  | { readonly kind: "sqlite"; readonly path: string; readonly from: number; readonly to: number };

export type Signed = Omit<SegmentTask, "from">;

/** Bytes of the file that are in memory at once. */
const CHUNK = 4 * 1024 * 1024;
const MAX_LINE = 16 * 1024;
const ROWS = 4_096;
const NEWLINE = 10;

export async function checkUnit(unit: Unit, signed: Signed): Promise<SegmentResult> {
  const check = new SegmentCheck({ from: unit.from, ...signed });
  switch (unit.kind) {
    case "file":
      await readLines(unit.path, check);
      break;
    case "sqlite":
      await readRows(unit, check);
      break;
  }
  return check.finish();
}

/** A missing file has no lines: what is missing then shows. */
async function readLines(path: string, check: SegmentCheck): Promise<void> {
  const file = await open(path, "r").catch(() => null);
  if (file === null) return;
  try {
    const buffer = Buffer.allocUnsafe(CHUNK);
    let kept = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, kept, CHUNK - kept);
      const end = kept + bytesRead;
      const rest = takeLines(buffer.subarray(0, end), check);
      if (bytesRead === 0) {
        // Every line ends with a newline: one that does not was cut.
        if (rest > 0) check.line("");
        return;
      }
      if (rest > MAX_LINE) {
        check.line("");
        return;
      }
      buffer.copy(buffer, 0, end - rest, end);
      kept = rest;
    }
  } finally {
    await file.close();
  }
}

/** Answers how many bytes at the end belong to no whole line. */
function takeLines(bytes: Buffer, check: SegmentCheck): number {
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end === -1) return bytes.length - start;
    check.line(bytes.toString("utf8", start, end));
    start = end + 1;
  }
}

/**
 * SQLite puts the lines together: as one text for thousands of rows they arrive many times faster than as objects.
 * `body` is JSON already; whatever else somebody wrote into it makes the line malformed.
 */
const LINES = `select group_concat(
    '{"leaf":' || json_quote(leaf) || ',"source":' || json_quote(source) || ',"seq":' || json_quote(seq) ||
    ',"id":' || json_quote(id) || ',"at":' || json_quote(at) || ',"kind":' || json_quote(kind) ||
    ',"body":' || replace(replace(body, char(10), ' '), char(13), ' ') || ',"hash":' || json_quote(hash) || '}', char(10)) as lines,
  max(leaf) as last
  from (select * from journal_entries where leaf >= ? and leaf < ? order by leaf limit ${ROWS})`;

async function readRows(unit: Unit & { kind: "sqlite" }, check: SegmentCheck): Promise<void> {
  const database = await openReadOnly(unit.path);
  try {
    for (let next = unit.from; next < unit.to; ) {
      const { lines, last } = await one<{ lines: string | null; last: number | null }>(database, LINES, [
        next,
        unit.to,
      ]);
      if (lines === null || last === null) return;
      for (const line of lines.split("\n")) check.line(line);
      next = last + 1;
    }
  } finally {
    await new Promise<void>((resolve) => database.close(() => resolve()));
  }
}

export function openReadOnly(path: string): Promise<sqlite3.Database> {
  return new Promise((resolve, reject) => {
    const opened: sqlite3.Database = new sqlite3.Database(path, sqlite3.OPEN_READONLY, (error) =>
      error === null ? resolve(opened) : reject(error),
    );
  });
}

export function all<T>(database: sqlite3.Database, sql: string, values: readonly unknown[]): Promise<T[]> {
  return new Promise((resolve, reject) => {
    database.all<T>(sql, values, (error, rows) => (error === null ? resolve(rows) : reject(error)));
  });
}

async function one<T>(database: sqlite3.Database, sql: string, values: readonly unknown[]): Promise<T> {
  const [row] = await all<T>(database, sql, values);
  if (row === undefined) throw new RangeError("an aggregate has one row");
  return row;
}
