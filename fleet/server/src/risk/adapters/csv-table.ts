import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { WardkeyError } from "@wardkey/protocol";
import { CsvError, parse } from "csv-parse";

export type TableRow =
  | { readonly line: number; readonly cells: Readonly<Partial<Record<string, string>>> }
  | { readonly line: number; readonly fault: "row-columns" };

const MOST_BYTES = 256 * 1024 * 1024;
const MOST_ROWS = 2_000_000;
const LONGEST_ROW = 64 * 1024;

const refuse = (code: string, what: string): WardkeyError => new WardkeyError(code, what);

/**
 * The rows of a CSV file (RFC 4180, UTF-8; comma, semicolon or tab), as a stream: memory stays flat however long it is.
 * Lines that begin with `#` are passed over, as EPSS lists have one. Throws `csv-not-utf8`, `csv-too-large`,
 * `csv-too-many-rows`, `csv-malformed`, `csv-header-missing` or `csv-header-twice`.
 */
export async function* tableRows(
  file: AsyncIterable<Uint8Array>,
  { columns, needed }: { columns: readonly string[]; needed: readonly string[] },
): AsyncGenerator<TableRow, void> {
  const chunks = decoded(file);
  const head = await firstLine(chunks);
  const parser = parse({
    bom: true,
    comment: "#",
    comment_no_infix: true,
    delimiter: likeliest(head),
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_ROW,
  });
  const feeding = pipeline(Readable.from(joined(head, chunks)), parser);
  // Whoever stops reading early must not leave the feeder's failure unheard.
  feeding.catch(() => undefined);
  let header: readonly (string | null)[] | null = null;
  let rows = 0;
  try {
    for await (const read of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      const { record, info } = read;
      if (header === null) {
        header = headerOf(record, columns, needed);
        continue;
      }
      rows += 1;
      if (rows > MOST_ROWS) throw refuse("csv-too-many-rows", `a file has at most ${MOST_ROWS} rows`);
      if (record.length !== header.length) {
        yield { line: info.lines, fault: "row-columns" };
        continue;
      }
      const cells: Partial<Record<string, string>> = {};
      for (const [index, name] of header.entries()) if (name !== null) cells[name] = record[index] ?? "";
      yield { line: info.lines, cells };
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

function headerOf(
  cells: readonly string[],
  columns: readonly string[],
  needed: readonly string[],
): readonly (string | null)[] {
  const named = cells.map((cell) => cell.trim().toLowerCase()).map((name) => (columns.includes(name) ? name : null));
  const known = named.filter((name) => name !== null);
  if (new Set(known).size !== known.length) throw refuse("csv-header-twice", "two columns have one name");
  if (needed.some((name) => !known.includes(name))) {
    throw refuse("csv-header-missing", `the first line names the columns, at least ${needed.join(" and ")}`);
  }
  return named;
}

/** What arrived up to the end of the first line that is no remark, or as much as a row may have. */
async function firstLine(chunks: AsyncIterator<string>): Promise<string> {
  let head = "";
  while (!/^(#[^\n]*\n)*[^#\n][^\n]*\n/.test(head) && head.length < LONGEST_ROW) {
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

function likeliest(head: string): string {
  const line = head.split(/\r?\n/).find((each) => !each.startsWith("#")) ?? "";
  const count = (delimiter: string): number => line.split(delimiter).length;
  return [",", ";", "\t"].sort((a, b) => count(b) - count(a))[0] ?? ",";
}
