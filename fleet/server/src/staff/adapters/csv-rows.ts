import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { WardkeyError } from "@wardkey/protocol";
import { CsvError, parse } from "csv-parse";
import type { RowSource } from "../app/imports.js";
import { IMPORT_FIELDS, type ImportField } from "../domain/import-row.js";

const MOST_BYTES = 32 * 1024 * 1024;
const MOST_ROWS = 50_000;
const LONGEST_ROW = 16 * 1024;
const DELIMITERS = [",", ";", "\t"] as const;

export type CsvOptions = {
  /** Which column holds which field; a field without a column stays empty. By default the fields' own names. */
  columns?: Partial<Record<ImportField, string>> | undefined;
  /** By default the one that the first line has most of. */
  delimiter?: (typeof DELIMITERS)[number] | undefined;
};

const refuse = (code: string, what: string): WardkeyError => new WardkeyError(code, what);

/**
 * The rows of a CSV file (RFC 4180, UTF-8), as a stream. Throws `csv-not-utf8`, `csv-too-large`, `csv-too-many-rows`,
 * `csv-malformed`, `csv-header-missing` or `csv-header-twice`; a row with too few or too many cells is a fault of its own.
 */
export async function* csvRows(file: AsyncIterable<Uint8Array>, options: CsvOptions = {}): RowSource {
  const chunks = decoded(file);
  const head = await firstLine(chunks);
  const delimiter = options.delimiter ?? likeliest(head);
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_ROW,
  });
  const feeding = pipeline(Readable.from(joined(head, chunks)), parser);
  // Whoever stops reading early must not leave the feeder's failure unheard.
  feeding.catch(() => undefined);
  let header: ReadonlyMap<ImportField, number> | null = null;
  let width = 0;
  let rows = 0;
  try {
    for await (const record of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      const { record: cells, info } = record;
      if (header === null) {
        header = headerOf(cells, options.columns);
        width = cells.length;
        continue;
      }
      rows += 1;
      if (rows > MOST_ROWS) throw refuse("csv-too-many-rows", `a file has at most ${MOST_ROWS} rows`);
      if (cells.length !== width) yield { fault: { line: info.lines, code: "row-columns", field: null } };
      else yield { line: info.lines, cells: cellsOf(cells, header) };
    }
    await feeding;
  } catch (error) {
    if (error instanceof CsvError) throw refuse("csv-malformed", "the file is not a table of comma-separated values");
    throw error;
  } finally {
    parser.destroy();
  }
  if (header === null) throw refuse("csv-header-missing", "the file's first line names no columns");
}

/** What arrived up to the end of the first line, or as much as a row may have. */
async function firstLine(chunks: AsyncIterator<string>): Promise<string> {
  let head = "";
  while (!head.includes("\n") && head.length < LONGEST_ROW) {
    const next = await chunks.next();
    if (next.done === true) break;
    head += next.value;
  }
  return head;
}

async function* joined(head: string, rest: AsyncIterable<string>): AsyncGenerator<string, void> {
  if (head !== "") yield head;
  yield* rest;
}

async function* decoded(file: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let size = 0;
  try {
    for await (const chunk of file) {
      size += chunk.length;
      if (size > MOST_BYTES) throw refuse("csv-too-large", `a file has at most ${MOST_BYTES} bytes`);
      const text = decoder.decode(chunk, { stream: true });
      if (text !== "") yield text;
    }
    decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw refuse("csv-not-utf8", "the file is not UTF-8: save it as such");
    throw error;
  }
}

function headerOf(cells: readonly string[], columns: CsvOptions["columns"]): Map<ImportField, number> {
  const named = cells.map((cell) => cell.trim());
  const header = new Map<ImportField, number>();
  for (const field of IMPORT_FIELDS) {
    const wanted = columns === undefined ? field : columns[field];
    if (wanted === undefined) continue;
    const at = named.indexOf(wanted);
    if (at !== named.lastIndexOf(wanted)) throw refuse("csv-header-twice", "two columns have one name");
    if (at >= 0) header.set(field, at);
    else if (columns !== undefined) throw refuse("csv-header-missing", "a mapped column is not in the file");
  }
  if (!header.has("hrId") || !header.has("givenName")) {
    throw refuse("csv-header-missing", "the columns of personnel number and given name are needed");
  }
  return header;
}

const cellsOf = (
  cells: readonly string[],
  header: ReadonlyMap<ImportField, number>,
): Partial<Record<ImportField, string>> =>
  Object.fromEntries([...header].map(([field, at]) => [field, cells[at] ?? ""]));

function likeliest(head: string): string {
  const line = head.split(/\r?\n/, 1)[0] ?? "";
  const count = (delimiter: string): number => line.split(delimiter).length;
  return [...DELIMITERS].sort((a, b) => count(b) - count(a))[0] ?? ",";
}
