import { createHash } from "node:crypto";

/** A file of an archive: its path with forward slashes, and its bytes. */
export interface AsarFile {
  readonly path: string;
  readonly data: Buffer;
}

interface Leaf {
  readonly size: number;
  readonly offset: string;
  readonly integrity: {
    readonly algorithm: "SHA256";
    readonly hash: string;
    readonly blockSize: number;
    readonly blocks: readonly string[];
  };
}
interface Branch {
  readonly files: Record<string, Branch | Leaf>;
}

const BLOCK = 4 * 1024 * 1024;
const WORD = 4;

/** Packs files into Electron's archive: a header of JSON between lengths (Chromium's pickle), then the bytes one by one. */
export function packAsar(files: readonly AsarFile[]): Buffer {
  const root: Branch = { files: {} };
  let offset = 0;
  const sorted = [...files].sort((one, other) => (one.path < other.path ? -1 : 1));
  for (const { path, data } of sorted) {
    put(root, path.split("/"), { size: data.length, offset: String(offset), integrity: integrityOf(data) });
    offset += data.length;
  }
  const text = Buffer.from(JSON.stringify(root), "utf8");
  const padded = Math.ceil(text.length / WORD) * WORD;
  const header = Buffer.alloc(4 * WORD + padded);
  header.writeUInt32LE(WORD, 0);
  header.writeUInt32LE(2 * WORD + padded, WORD);
  header.writeUInt32LE(WORD + padded, 2 * WORD);
  header.writeUInt32LE(text.length, 3 * WORD);
  text.copy(header, 4 * WORD);
  return Buffer.concat([header, ...sorted.map(({ data }) => data)]);
}

function put(branch: Branch, [name, ...rest]: readonly string[], leaf: Leaf): void {
  if (name === undefined || name === "") throw new Error("a path in an archive has a name at each step");
  if (rest.length === 0) {
    branch.files[name] = leaf;
    return;
  }
  const next = branch.files[name] ?? { files: {} };
  if (!("files" in next)) throw new Error(`${name} is a file and a folder`);
  branch.files[name] = next;
  put(next, rest, leaf);
}

function integrityOf(data: Buffer): Leaf["integrity"] {
  const blocks: string[] = [];
  for (let at = 0; at < data.length || at === 0; at += BLOCK) blocks.push(sha256(data.subarray(at, at + BLOCK)));
  return { algorithm: "SHA256", hash: sha256(data), blockSize: BLOCK, blocks };
}

const sha256 = (data: Buffer): string => createHash("sha256").update(data).digest("hex");
