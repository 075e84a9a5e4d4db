import { inflateRawSync } from "node:zlib";

export interface ZipEntry {
  readonly path: string;
  readonly executable: boolean;
  readonly data: () => Buffer;
}

export type ZipAnswer =
  | { readonly ok: true; readonly entries: readonly ZipEntry[] }
  | { readonly ok: false; readonly code: "zip-malformed" | "zip-unsafe-path" | "zip-unsupported" };

// APPNOTE.TXT 6.3.9: end of central directory, central directory header, local file header.
const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
const LARGEST = 512 * 1024 * 1024;
const MODE_SHIFT = 16;
const TYPE = 0o170000;
const LINK = 0o120000;

/** Lists a release's archive. Links, encryption and paths that lead out of the folder are refused. */
export function readZip(zip: Buffer): ZipAnswer {
  const end = endOf(zip);
  if (end === null) return { ok: false, code: "zip-malformed" };
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  const entries: ZipEntry[] = [];
  for (let entry = 0; entry < count; entry++) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== CENTRAL) return { ok: false, code: "zip-malformed" };
    const [flags, method] = [zip.readUInt16LE(at + 8), zip.readUInt16LE(at + 10)];
    const [packed, size] = [zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 24)];
    const [nameBytes, extra, comment] = [
      zip.readUInt16LE(at + 28),
      zip.readUInt16LE(at + 30),
      zip.readUInt16LE(at + 32),
    ];
    const mode = zip.readUInt32LE(at + 38) >>> MODE_SHIFT;
    const local = zip.readUInt32LE(at + 42);
    const path = zip.toString("utf8", at + 46, at + 46 + nameBytes);
    at += 46 + nameBytes + extra + comment;
    if (!isSafe(path)) return { ok: false, code: "zip-unsafe-path" };
    const isLink = (mode & TYPE) === LINK;
    if ((flags & 1) !== 0 || isLink || (method !== 0 && method !== 8) || size > LARGEST) {
      return { ok: false, code: "zip-unsupported" };
    }
    if (path.endsWith("/")) continue;
    const bytes = bytesAt(zip, local, packed);
    if (bytes === null) return { ok: false, code: "zip-malformed" };
    const data = () => (method === 0 ? bytes : inflateRawSync(bytes, { maxOutputLength: size }));
    entries.push({ path, executable: (mode & 0o111) !== 0, data });
  }
  return { ok: true, entries };
}

function endOf(zip: Buffer): number | null {
  for (let at = zip.length - END_BYTES; at >= Math.max(0, zip.length - END_BYTES - LONGEST_COMMENT); at--) {
    if (zip.readUInt32LE(at) === END) return at;
  }
  return null;
}

function bytesAt(zip: Buffer, local: number, packed: number): Buffer | null {
  if (local + 30 > zip.length || zip.readUInt32LE(local) !== LOCAL) return null;
  const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  return begin + packed > zip.length ? null : zip.subarray(begin, begin + packed);
}

const isSafe = (path: string): boolean =>
  !path.startsWith("/") && !/[\\:]/.test(path) && !path.includes("\0") && !path.split("/").includes("..");
