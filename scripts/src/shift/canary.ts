import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";

/** Length of the windows that are searched for: a template that leaks in part is found too. */
const WINDOW = 16;
const CHUNK = 4 * 1024 * 1024;

/** One secret in the forms in which a program could have written it. */
export interface Canary {
  readonly needles: readonly Buffer[];
  /** 1 for each pair of bytes (little-endian) with which a needle starts, and the needles that start so. */
  readonly starts: Uint8Array;
  readonly byStart: ReadonlyMap<number, readonly Buffer[]>;
}

/**
 * Windows of a secret as raw bytes, hex, the three alignments of base64 and base64url, and lists of signed or unsigned
 * numbers, as JSON or a debug print would show them.
 */
export function canaryOf(secret: Uint8Array): Canary {
  const needles = new Map<string, Buffer>();
  const add = (needle: Buffer) => needles.set(needle.toString("latin1"), needle);
  for (let at = 0; at + WINDOW <= secret.length; at += WINDOW) {
    const part = Buffer.from(secret.subarray(at, at + WINDOW));
    // A run of one value is nobody's face and stands everywhere.
    if (new Set(part).size < 6) continue;
    add(part);
    add(Buffer.from(part.toString("hex")));
    add(Buffer.from(part.toString("hex").toUpperCase()));
    for (let shift = 0; shift < 3; shift++) {
      const aligned = part.subarray(shift, shift + 12);
      add(Buffer.from(aligned.toString("base64")));
      add(Buffer.from(aligned.toString("base64url")));
    }
    const signed = [...new Int8Array(part.buffer, part.byteOffset, WINDOW)];
    for (const separator of [",", ", "]) {
      add(Buffer.from([...part].join(separator)));
      add(Buffer.from(signed.join(separator)));
    }
  }
  return indexed([...needles.values()]);
}

function indexed(needles: readonly Buffer[]): Canary {
  const starts = new Uint8Array(65_536);
  const byStart = new Map<number, Buffer[]>();
  for (const needle of needles) {
    const first = needle.readUInt16LE(0);
    starts[first] = 1;
    byStart.set(first, [...(byStart.get(first) ?? []), needle]);
  }
  return { needles, starts, byStart };
}

const longest = (canary: Canary) => Math.max(0, ...canary.needles.map(({ length }) => length));

/** Bytes of `canary` in `hay`: the summed lengths of the needles that occur. One pass, however many needles. */
export function foundIn(hay: Buffer, canary: Canary): number {
  const found = new Set<Buffer>();
  for (let at = 0; at + 1 < hay.length; at++) {
    const first = (hay[at] ?? 0) | ((hay[at + 1] ?? 0) << 8);
    if (canary.starts[first] !== 1) continue;
    for (const needle of canary.byStart.get(first) ?? []) {
      if (hay.length - at >= needle.length && hay.compare(needle, 0, needle.length, at, at + needle.length) === 0) {
        found.add(needle);
      }
    }
  }
  return [...found].reduce((sum, needle) => sum + needle.length, 0);
}

/** Searches every file below `folder`. */
export function foundInFolder(folder: string, canary: Canary): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += foundIn(readFileSync(join(entry.parentPath, entry.name)), canary);
  }
  return bytes;
}

/**
 * Searches the whole writable memory of a child process (Linux).
 *
 * @throws the system's error when the process may not be read: a search that did not happen must not pass for one that
 * found nothing.
 */
export function foundInMemory(pid: number, canary: Canary): number {
  const memory = openSync(`/proc/${pid}/mem`, "r");
  const overlap = longest(canary);
  const buffer = Buffer.alloc(CHUNK);
  let bytes = 0;
  try {
    for (const { from, to } of writableRegions(pid)) {
      for (let at = from; at < to; at += CHUNK - overlap) {
        const read = readRegion(memory, buffer, at, Math.min(CHUNK, to - at));
        if (read === 0) break;
        bytes += foundIn(buffer.subarray(0, read), canary);
        if (at + read >= to) break;
      }
    }
  } finally {
    closeSync(memory);
  }
  return bytes;
}

function writableRegions(pid: number): { from: number; to: number }[] {
  return readFileSync(`/proc/${pid}/maps`, "utf8")
    .split("\n")
    .map((line) => /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line))
    .flatMap((match) =>
      match ? [{ from: Number.parseInt(match[1] ?? "", 16), to: Number.parseInt(match[2] ?? "", 16) }] : [],
    );
}

/** A region can vanish or be unreadable (a guard page) while it is searched: that part holds nothing. */
function readRegion(memory: number, buffer: Buffer, at: number, length: number): number {
  try {
    return readSync(memory, buffer, 0, length, at);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "EIO" || error.code === "EFAULT")) return 0;
    throw error;
  }
}

/** Size of a folder's files, to say how much was searched. */
export function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
