import { createHash } from "node:crypto";
import { type FileHandle, mkdir, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { WardkeyError } from "@wardkey/protocol";
import { writePrivateFile } from "../../platform/files/secret-file.js";
import type { AuditStore, StoredEvent } from "../app/ports.js";
import type { TreeHeads } from "../app/tree-heads.js";
import {
  CHECKPOINTS,
  eventsFile,
  HEADS,
  MANIFEST,
  type Manifest,
  sealManifest,
  segmentsOf,
} from "../verify/archive.js";
import { SEGMENT } from "../verify/segment.js";

const PAGE = 1_000;

/**
 * Writes the site's whole audit into `folder`, which must be empty or not there: `archive-exists`. The manifest comes
 * last, so that a folder without one was not finished. Memory stays the same however much there is.
 */
export async function writeArchive(input: {
  store: AuditStore;
  /** Whoever cannot sign gives the newest head that is kept: the archive then ends there. */
  heads: Pick<TreeHeads, "renew">;
  folder: string;
  site: string;
  /** DER of every root that the site knows. */
  certificates: readonly Uint8Array[];
  now(): number;
}): Promise<Manifest> {
  const { store, folder } = input;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0)
    throw new WardkeyError("archive-exists", `${folder} is not empty: choose another folder`);
  const { size, root } = await input.heads.renew();
  const heads = await writeLines(join(folder, HEADS), headsOf(store, size));
  /** How far each chain comes in this archive. */
  const ends = new Map<string, number>();
  for (const from of segmentsOf(size)) {
    const events = eventsOf({ store, from, to: Math.min(from + SEGMENT, size), ends });
    await writeLines(join(folder, eventsFile(from / SEGMENT)), events);
  }
  const checkpoints = await writeLines(join(folder, CHECKPOINTS), checkpointsOf(store, ends));
  const certificates = input.certificates.map((der) => Buffer.from(der).toString("base64"));
  const content = { v: 1, site: input.site, at: input.now(), size, root, certificates, heads, checkpoints } as const;
  const manifest = sealManifest(content);
  await writePrivateFile(join(folder, MANIFEST), `${JSON.stringify(manifest)}\n`);
  return manifest;
}

/** Answers the SHA-256 of what it wrote. */
async function writeLines(path: string, lines: AsyncIterable<readonly string[]>): Promise<string> {
  const digest = createHash("sha256");
  const file: FileHandle = await open(path, "wx", 0o600);
  try {
    for await (const some of lines) {
      const text = some.map((line) => `${line}\n`).join("");
      digest.update(text);
      await file.appendFile(text);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return digest.digest("base64url");
}

async function* eventsOf(input: {
  store: AuditStore;
  from: number;
  to: number;
  ends: Map<string, number>;
}): AsyncGenerator<string[]> {
  const { store, from, to, ends } = input;
  for (let next = from; next < to; ) {
    const page = await store.entries(next, to, PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    for (const { source, seq } of page) ends.set(source, seq);
    yield page.map(archivedLine);
    next = last.leaf + 1;
  }
}

export function archivedLine({ leaf, source, seq, id, at, kind, body, hash }: StoredEvent): string {
  return JSON.stringify({ leaf, source, seq, id, at, kind, body, hash });
}

async function* headsOf(store: AuditStore, size: number): AsyncGenerator<string[]> {
  for (let after = -1; ; ) {
    const page = await store.treeHeads(after, PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    const covered = page.filter((head) => head.size <= size);
    yield covered.map(({ size: of, root, at, jws }) => JSON.stringify({ size: of, root, at, jws }));
    after = last.size;
  }
}

/** Those over entries that came after the head are of the next archive. */
async function* checkpointsOf(store: AuditStore, ends: ReadonlyMap<string, number>): AsyncGenerator<string[]> {
  for (let after = { device: "", id: "" }; ; ) {
    const page = await store.checkpoints(after.device, after.id, PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    const covered = page.filter(({ device, seq }) => seq <= (ends.get(device) ?? 0));
    yield covered.map(({ device, id, seq, head, issuedAt, code, jws }) =>
      JSON.stringify({ device, id, seq, head, issuedAt, code, jws }),
    );
    after = last;
  }
}
