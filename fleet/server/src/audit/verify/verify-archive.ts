import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { SiteTrust } from "@wardkey/protocol/credential";
import type { TreeHead } from "@wardkey/protocol/fleet/merkle";
import type { z } from "zod";
import {
  ArchivedCheckpoint,
  ArchivedHead,
  CHECKPOINTS,
  eventsFile,
  HEADS,
  MANIFEST,
  Manifest,
  sealManifest,
  segmentsOf,
} from "./archive.js";
import { type Finding, Findings } from "./finding.js";
import { SEGMENT } from "./segment.js";
import { type VerifyOptions, type VerifyReport, verifySite } from "./verify-site.js";

/** Larger ones are no part of an archive. */
const MAX_SMALL_FILE = 512 * 1024 * 1024;
const MAX_MANIFEST = 1024 * 1024;
const NEWLINE = 10;

/**
 * Verifies an archive from its files alone. Never throws for what is in them: damage is a finding, and so is a folder
 * that is no archive.
 */
export async function verifyArchive(input: { readonly folder: string } & VerifyOptions): Promise<VerifyReport> {
  const { folder, trust } = input;
  const manifest = await readManifest(folder, trust);
  if (manifest === null) return refused(trust, [malformed(MANIFEST)]);
  const findings = new Findings();
  const heads = await readLines({ folder, file: HEADS, digest: manifest.heads, schema: ArchivedHead, findings });
  const checkpoints = await readLines({
    folder,
    file: CHECKPOINTS,
    digest: manifest.checkpoints,
    schema: ArchivedCheckpoint,
    findings,
  });
  const starts = segmentsOf(manifest.size);
  const expected = new Set(starts.map((from) => eventsFile(from / SEGMENT)).concat(MANIFEST, HEADS, CHECKPOINTS));
  for (const file of await readdir(folder)) if (!expected.has(file)) findings.add(malformed(file));
  const units = starts.map((from) => {
    return { kind: "file", path: join(folder, eventsFile(from / SEGMENT)), from } as const;
  });
  const claimed: TreeHead = { size: manifest.size, root: Buffer.from(manifest.root, "base64url") };
  const report = await verifySite({ units, heads, checkpoints, claimed, signedWhole: true, marks: new Map() }, input);
  // A manifest of nothing that nobody signed proves nothing.
  const unsigned: Finding[] =
    report.head === null && report.findingsTotal === 0
      ? [{ code: "tree-unsigned", source: "", seq: 0, leaf: manifest.size }]
      : [];
  const all = [...findings.kept, ...unsigned, ...report.findings];
  const findingsTotal = findings.total + unsigned.length + report.findingsTotal;
  return { ...report, ok: findingsTotal === 0, findings: all, findingsTotal };
}

async function readManifest(folder: string, trust: SiteTrust): Promise<Manifest | null> {
  const text = await readSmall(join(folder, MANIFEST), MAX_MANIFEST);
  if (text?.at(-1) !== NEWLINE) return null;
  const manifest = parseLine(text.toString("utf8", 0, text.length - 1), Manifest);
  if (manifest?.site !== trust.site) return null;
  const { digest, ...content } = manifest;
  return sealManifest(content).digest === digest ? manifest : null;
}

async function readLines<T>(input: {
  folder: string;
  file: string;
  digest: string;
  schema: z.ZodType<T>;
  findings: Findings;
}): Promise<T[]> {
  const { file, findings } = input;
  const bytes = await readSmall(join(input.folder, file), MAX_SMALL_FILE);
  if (bytes === null) {
    findings.add(malformed(file));
    return [];
  }
  if (createHash("sha256").update(bytes).digest("base64url") !== input.digest) findings.add(malformed(file));
  const lines = bytes.toString("utf8").split("\n");
  // A file ends with a newline, if it has anything.
  if (lines.pop() !== "") findings.add(malformed(file));
  return lines.flatMap((line) => {
    const parsed = parseLine(line, input.schema);
    return parsed === null ? [] : [parsed];
  });
}

async function readSmall(path: string, limit: number): Promise<Buffer | null> {
  try {
    return (await stat(path)).size > limit ? null : await readFile(path);
  } catch {
    return null;
  }
}

/** One spelling for one meaning: what is not written as it would be written is not taken. */
function parseLine<T>(line: string, schema: z.ZodType<T>): T | null {
  try {
    const parsed: unknown = JSON.parse(line);
    if (JSON.stringify(parsed) !== line) return null;
    const checked = schema.safeParse(parsed);
    return checked.success ? checked.data : null;
  } catch {
    return null;
  }
}

const malformed = (file: string): Finding => ({ code: "file-malformed", source: "", seq: 0, leaf: 0, file });

const refused = (trust: SiteTrust, findings: readonly Finding[]): VerifyReport => ({
  ok: false,
  site: trust.site,
  events: 0,
  sources: 0,
  size: 0,
  root: null,
  head: null,
  findings,
  findingsTotal: findings.length,
});
