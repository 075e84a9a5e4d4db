import { closeSync, openSync, readFileSync, readSync } from "node:fs";

const WINDOW = 16;
const CHUNK = 4 * 1024 * 1024;
/** Numbers in a row that must be in proportion; with fewer, chance would find some. */
const RUN = 6;
const TOLERANCE = 1e-5;
const BUCKETS = 2_048;

/** What a search looks for: bytes as they are, or a direction, as float32 or float64 numbers at any scale. */
export type Canary =
  | { readonly name: string; readonly bytes: Uint8Array }
  | { readonly name: string; readonly direction: ArrayLike<number> };

/**
 * Searches the writable memory of a child process (Linux) for parts of each canary, and names those that are there.
 *
 * @throws the system's error when the process may not be read: a search that did not happen must not pass for one that
 * found nothing.
 */
export function foundInMemory(pid: number, canaries: readonly Canary[]): readonly string[] {
  const windows = indexed(canaries.flatMap((canary) => ("bytes" in canary ? windowsOf(canary) : [])));
  const runs = canaries.flatMap((canary) => ("direction" in canary ? runsOf(canary) : []));
  const memory = openSync(`/proc/${pid}/mem`, "r");
  // Addresses of regions are whole pages, so that numbers are aligned in the copy as they are there.
  const copy = new ArrayBuffer(CHUNK);
  const overlap = 256;
  const found = new Set<string>();
  try {
    for (const { from, to } of writableRegions(pid)) {
      for (let at = from; at < to; at += CHUNK - overlap) {
        const read = readRegion(memory, copy, { at, length: Math.min(CHUNK, to - at) });
        if (read === 0) break;
        const words = new Uint32Array(copy, 0, read >> 2);
        searchBytes(new Uint8Array(copy, 0, read), { words, windows, found });
        searchRuns(new Float32Array(copy, 0, read >> 2), { words, runs, found });
        searchRuns(new Float64Array(copy, 0, read >> 3), { words, runs, found });
        if (at + read >= to) break;
      }
    }
  } finally {
    closeSync(memory);
  }
  return [...found].sort();
}

interface Window {
  readonly name: string;
  readonly part: Uint8Array;
}

function windowsOf({ name, bytes }: { readonly name: string; readonly bytes: Uint8Array }): Window[] {
  const windows: Window[] = [];
  for (let at = 0; at + WINDOW <= bytes.length; at += WINDOW) {
    const part = bytes.subarray(at, at + WINDOW);
    // A run of one value is nobody's face and stands everywhere.
    if (new Set(part).size >= 6) windows.push({ name, part });
  }
  return windows;
}

/** Windows by the aligned words that they may begin with: wherever a window lies, one of these begins within four bytes. */
interface Windows {
  readonly hashes: Uint8Array;
  readonly byWord: ReadonlyMap<number, readonly (Window & { readonly offset: number })[]>;
}

const hashOf = (word: number): number => Math.imul(word, 0x9e3779b1) >>> 16;

function indexed(windows: readonly Window[]): Windows {
  const hashes = new Uint8Array(65_536);
  const byWord = new Map<number, (Window & { offset: number })[]>();
  for (const window of windows) {
    const view = new DataView(window.part.buffer, window.part.byteOffset);
    for (let offset = 0; offset < 4; offset++) {
      const word = view.getUint32(offset, true);
      hashes[hashOf(word)] = 1;
      byWord.set(word, [...(byWord.get(word) ?? []), { ...window, offset }]);
    }
  }
  return { hashes, byWord };
}

function searchBytes(
  hay: Uint8Array,
  { words, windows, found }: { readonly words: Uint32Array; readonly windows: Windows; readonly found: Set<string> },
): void {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? 0;
    if (word === 0 || windows.hashes[hashOf(word)] !== 1) continue;
    for (const { name, part, offset } of windows.byWord.get(word) ?? []) {
      if (part.every((byte, index) => byte === hay[at * 4 - offset + index])) found.add(name);
    }
  }
}

interface Run {
  readonly name: string;
  /** Of each number to the first. */
  readonly ratios: readonly number[];
  readonly second: number;
  readonly near: number;
}

function runsOf({ name, direction }: { readonly name: string; readonly direction: ArrayLike<number> }): Run[] {
  const all = Array.from(direction);
  return [8, 64, 120].flatMap((at) => {
    const numbers = all.slice(at, at + RUN);
    const [first = 0] = numbers;
    if (numbers.length < RUN || numbers.some((value) => Math.abs(value) < 1e-4)) return [];
    const ratios = numbers.map((value) => value / first);
    const [, second = 0] = ratios;
    return Math.abs(second) > 60 ? [] : [{ name, ratios, second, near: Math.abs(second) * TOLERANCE }];
  });
}

/** Where the ratio of the first two numbers of a run may lie, so that one look decides about nearly every address. */
function bucketsOf(runs: readonly Run[]): Uint8Array {
  const buckets = new Uint8Array(2 * BUCKETS);
  for (const { second, near } of runs) {
    for (let bucket = bucketOf(second - near); bucket <= bucketOf(second + near); bucket++) buckets[bucket] = 1;
  }
  return buckets;
}

const bucketOf = (ratio: number): number => Math.floor(ratio * 32) + BUCKETS;

/** Numbers of a face are neither huge nor tiny, which most of a memory is when it is read as numbers. */
const exponents = { smallest: -20, largest: 12 };

function searchRuns(
  hay: Float32Array | Float64Array,
  { words, runs, found }: { readonly words: Uint32Array; readonly runs: readonly Run[]; readonly found: Set<string> },
): void {
  const buckets = bucketsOf(runs);
  const double = hay instanceof Float64Array;
  const [shift, bias] = double ? [20, 1_023] : [23, 127];
  const mask = double ? 0x7ff : 0xff;
  for (let at = 0; at + RUN <= hay.length; at++) {
    const exponent = (((words[double ? 2 * at + 1 : at] ?? 0) >>> shift) & mask) - bias;
    if (exponent < exponents.smallest || exponent > exponents.largest) continue;
    const first = hay[at] ?? 0;
    const ratio = (hay[at + 1] ?? 0) / first;
    // Out of range, or not a number, there is no bucket.
    if (buckets[bucketOf(ratio)] !== 1) continue;
    for (const { name, ratios } of runs) {
      if (ratios.every((each, i) => Math.abs((hay[at + i] ?? 0) / first - each) <= Math.abs(each) * TOLERANCE)) {
        found.add(name);
      }
    }
  }
}

function writableRegions(pid: number): readonly { readonly from: number; readonly to: number }[] {
  return readFileSync(`/proc/${pid}/maps`, "utf8")
    .split("\n")
    .map((line) => /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line))
    .flatMap((match) =>
      match ? [{ from: Number.parseInt(match[1] ?? "", 16), to: Number.parseInt(match[2] ?? "", 16) }] : [],
    );
}

/** A region can vanish or be unreadable (a guard page) while it is searched: that part holds nothing. */
function readRegion(
  memory: number,
  copy: ArrayBuffer,
  { at, length }: { readonly at: number; readonly length: number },
): number {
  try {
    return readSync(memory, new Uint8Array(copy), 0, length, at);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "EIO" || error.code === "EFAULT")) return 0;
    throw error;
  }
}
