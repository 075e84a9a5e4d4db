import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { WardkeyError } from "@wardkey/protocol";
import { CsvError, parse } from "csv-parse";

/** `columns`: what was made of the first line. */
export type CsvRow<Columns> =
  | { readonly line: number; readonly cells: readonly string[]; readonly columns: Columns }
  | { readonly line: number; readonly fault: "row-columns" };

export const CSV_DELIMITERS = [",", ";", "\t"] as const;
export type CsvDelimiter = (typeof CSV_DELIMITERS)[number];

export interface CsvForm<Columns> {
  readonly mostBytes: number;
  readonly mostRows: number;
  /** In bytes. */
  readonly longestRow: number;
  /** By default the one that the first line has most of. */
  readonly delimiter?: CsvDelimiter | undefined;
  /** Lines that begin with `#` are passed over. */
  readonly remarks?: boolean;
  /** Reads the names of the columns; refuses with `csv-header-missing` or `csv-header-twice`. */
  readonly columnsOf: (names: readonly string[]) => Columns;
}

export const csvRefusal = (
  code:
    | "csv-not-utf8"
    | "csv-too-large"
    | "csv-too-many-rows"
    | "csv-malformed"
    | "csv-header-missing"
    | "csv-header-twice",
  what: string,
): WardkeyError => new WardkeyError(code, what);

/**
 * The rows of a CSV file (RFC 4180, UTF-8; comma, semicolon or tab), as a stream: memory stays flat however long it is.
 * Throws `csv-not-utf8`, `csv-too-large`, `csv-too-many-rows`, `csv-malformed` or `csv-header-missing`, and what
 * `columnsOf` throws; a row with too few or too many cells is a fault of its own.
 */
export async function* csvTable<Columns>(
  file: AsyncIterable<Uint8Array>,
  form: CsvForm<Columns>,
): AsyncGenerator<CsvRow<Columns>, void> {
  const { mostRows, longestRow, remarks = false } = form;
  const chunks = decoded(file, form.mostBytes);
  const head = await firstLine(chunks, form);
  const parser = parse({
    bom: true,
    ...(remarks ? { comment: "#", comment_no_infix: true } : {}),
    delimiter: form.delimiter ?? likeliest(head, remarks),
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: longestRow,
  });
  const feeding = pipeline(Readable.from(joined(head, chunks)), parser);
  // Whoever stops reading early must not leave the feeder's failure unheard.
  feeding.catch(() => undefined);
  let header: { readonly columns: Columns; readonly width: number } | null = null;
  let rows = 0;
  try {
    for await (const read of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      const { record: cells, info } = read;
      if (header === null) {
        header = { columns: form.columnsOf(cells), width: cells.length };
        continue;
      }
      rows += 1;
      if (rows > mostRows) throw csvRefusal("csv-too-many-rows", `a file has at most ${mostRows} rows`);
      if (cells.length !== header.width) yield { line: info.lines, fault: "row-columns" };
      else yield { line: info.lines, cells, columns: header.columns };
    }
    await feeding;
  } catch (error) {
    if (error instanceof CsvError) {
      throw csvRefusal("csv-malformed", "the file is not a table of comma-separated values");
    }
    throw error;
  } finally {
    parser.destroy();
  }
  if (header === null) throw csvRefusal("csv-header-missing", "the file's first line names no columns");
}

/** What arrived up to the end of the line that names the columns, or as much as a row may have. */
async function firstLine(
  chunks: AsyncIterator<string>,
  { longestRow, remarks = false }: Pick<CsvForm<unknown>, "longestRow" | "remarks">,
): Promise<string> {
  const isWhole = remarks ? /^(#[^\n]*\n)*[^#\n][^\n]*\n/ : /\n/;
  let head = "";
  while (!isWhole.test(head) && head.length < longestRow) {
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

async function* decoded(file: AsyncIterable<Uint8Array>, mostBytes: number): AsyncGenerator<string, void> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let size = 0;
  try {
    for await (const chunk of file) {
      size += chunk.length;
      if (size > mostBytes) throw csvRefusal("csv-too-large", `a file has at most ${mostBytes} bytes`);
      const text = decoder.decode(chunk, { stream: true });
      if (text !== "") yield text;
    }
    decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw csvRefusal("csv-not-utf8", "the file is not UTF-8: save it as such");
    throw error;
  }
}

function likeliest(head: string, remarks: boolean): CsvDelimiter {
  const line = head.split(/\r?\n/).find((each) => !remarks || !each.startsWith("#")) ?? "";
  const count = (delimiter: string): number => line.split(delimiter).length;
  return [...CSV_DELIMITERS].sort((a, b) => count(b) - count(a))[0] ?? ",";
}
