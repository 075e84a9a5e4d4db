import { setImmediate } from "node:timers/promises";
import type { SiteTrust } from "@wardkey/protocol/credential";
import type { TreeHead } from "@wardkey/protocol/fleet/merkle";
import type { ArchivedCheckpoint, ArchivedHead } from "./archive.js";
import { type Finding, Findings } from "./finding.js";
import { type Joined, Joiner } from "./join.js";
import { checkUnits } from "./pool.js";
import { checkpointHolds, headHolds } from "./signatures.js";
import type { Unit } from "./units.js";

export interface VerifyReport {
  readonly ok: boolean;
  readonly site: string;
  readonly events: number;
  readonly sources: number;
  readonly size: number;
  /** Of the log as it is, base64url; `null` when it cannot be computed. */
  readonly root: string | null;
  /** The newest signed head that holds. */
  readonly head: { readonly size: number; readonly root: string; readonly at: number } | null;
  /** The first hundred, the log's order first. */
  readonly findings: readonly Finding[];
  readonly findingsTotal: number;
}

export interface SiteRecords {
  readonly units: readonly Unit[];
  readonly heads: readonly ArchivedHead[];
  readonly checkpoints: readonly ArchivedCheckpoint[];
  /** What the log says of itself. */
  readonly claimed: TreeHead;
  /** Whether a signed head must cover the whole log. */
  readonly signedWhole: boolean;
  readonly marks: ReadonlyMap<string, { seq: number; hash: string }>;
}

export interface VerifyOptions {
  readonly trust: SiteTrust;
  /** Threads that check segments; 0 for none. */
  readonly threads: number;
  /** Heads that somebody else remembers, such as a kiosk: a fork shows when they meet the site's own. */
  readonly known?: readonly TreeHead[];
}

/** Verifies events, log, signed heads and checkpoints of a whole site against each other and the trusted roots. */
export async function verifySite(records: SiteRecords, options: VerifyOptions): Promise<VerifyReport> {
  const { heads, checkpoints, claimed, marks } = records;
  const findings = new Findings();
  const known = options.known ?? [];
  const sizes = [...new Set([...heads, ...known, claimed].map(({ size }) => size))];
  const signed = { sizes, checkpoints: signedHashes(checkpoints, findings) };
  const joiner = new Joiner();
  const refused = new Findings();
  await Promise.all([
    checkUnits({ units: records.units, signed, threads: options.threads }, (result) => joiner.add(result)),
    judgeCheckpoints({ checkpoints, trust: options.trust, findings: refused }),
  ]);
  const joined = joiner.finish();
  const damaged = joined.findings.total > 0;
  findings.add(...joined.findings.kept);

  judgeTails({ joined, records, known, findings });
  const roots = [...heads.map((head) => ({ ...head, root: Buffer.from(head.root, "base64url") })), ...known];
  // What is altered or missing explains another root, and says where.
  if (!damaged) judgeRoots({ joined, roots, claimed, findings });
  judgeForks(roots, findings);
  const head = await judgeHeads({ heads, trust: options.trust, findings });
  findings.add(...refused.kept);
  if (records.signedWhole && head !== null && head.size < joined.size)
    findings.add({ code: "tree-unsigned", source: "", seq: 0, leaf: head.size });
  for (const [source, { seq, hash }] of marks) {
    const end = joined.ends.get(source);
    if (!damaged && end?.seq === seq && end.stated !== hash)
      findings.add({ code: "log-altered", source, seq, leaf: end.leaf });
  }
  const root = joined.rootAt(joined.size);
  return {
    ok: findings.total === 0,
    site: options.trust.site,
    events: joined.events,
    sources: joined.ends.size,
    size: joined.size,
    root: root === null ? null : Buffer.from(root).toString("base64url"),
    head: head === null ? null : { size: head.size, root: head.root, at: head.at },
    findings: findings.kept,
    findingsTotal: findings.total + joined.findings.total - joined.findings.kept.length,
  };
}

/** What devices signed, by source and sequence; contradictions that the site knows already are evidence, not claims. */
function signedHashes(
  checkpoints: readonly ArchivedCheckpoint[],
  findings: Findings,
): Map<string, Map<number, string>> {
  const signed = new Map<string, Map<number, string>>();
  for (const { device, seq, head, code } of checkpoints) {
    if (code !== null) continue;
    const bySeq = signed.get(device) ?? new Map<number, string>();
    signed.set(device, bySeq);
    if ((bySeq.get(seq) ?? head) !== head)
      findings.add({ code: "checkpoint-contradicted", source: device, seq, leaf: 0 });
    bySeq.set(seq, head);
  }
  return signed;
}

function judgeTails(input: {
  joined: Joined;
  records: SiteRecords;
  known: readonly TreeHead[];
  findings: Findings;
}): void {
  const { joined, records, findings } = input;
  const longest = Math.max(records.claimed.size, ...[...records.heads, ...input.known].map(({ size }) => size));
  if (longest > joined.size) findings.add({ code: "tail-cut", source: "", seq: 0, leaf: joined.size });
  const reached = new Map<string, number>();
  const atLeast = (source: string, seq: number): void => {
    reached.set(source, Math.max(seq, reached.get(source) ?? 0));
  };
  for (const { device, seq, code } of records.checkpoints) if (code === null) atLeast(device, seq);
  for (const [source, { seq }] of records.marks) atLeast(source, seq);
  for (const [source, seq] of reached) {
    const end = joined.ends.get(source)?.seq ?? 0;
    if (end < seq) findings.add({ code: "tail-cut", source, seq: end + 1, leaf: joined.size });
  }
}

/** The first root that differs tells how far the log is as it was signed: everything after it differs too. */
function judgeRoots(input: {
  joined: Joined;
  roots: readonly TreeHead[];
  claimed: TreeHead;
  findings: Findings;
}): void {
  const differs = ({ size, root }: TreeHead): boolean => {
    const real = input.joined.rootAt(size);
    return real !== null && Buffer.compare(real, root) !== 0;
  };
  const first = [...input.roots].sort((one, other) => one.size - other.size).find(differs);
  if (first !== undefined) input.findings.add({ code: "log-rewritten", source: "", seq: 0, leaf: first.size });
  else if (differs(input.claimed))
    input.findings.add({ code: "log-altered", source: "", seq: 0, leaf: input.claimed.size });
}

function judgeForks(roots: readonly TreeHead[], findings: Findings): void {
  const bySize = new Map<number, Uint8Array>();
  for (const { size, root } of roots) {
    const other = bySize.get(size);
    if (other !== undefined && Buffer.compare(other, root) !== 0)
      findings.add({ code: "tree-forked", source: "", seq: 0, leaf: size });
    bySize.set(size, root);
  }
}

/** The newest signature binds everything before it; the roots of the older ones were compared with the log. */
async function judgeHeads(input: {
  heads: readonly ArchivedHead[];
  trust: SiteTrust;
  findings: Findings;
}): Promise<ArchivedHead | null> {
  for (const head of [...input.heads].sort((one, other) => other.size - one.size)) {
    if (await headHolds(head, input.trust)) return head;
    input.findings.add({ code: "tree-head-refused", source: "", seq: 0, leaf: head.size });
  }
  return null;
}

/** Each device's newest, which binds its whole chain up to there. */
async function judgeCheckpoints(input: {
  checkpoints: readonly ArchivedCheckpoint[];
  trust: SiteTrust;
  findings: Findings;
}): Promise<void> {
  const newest = new Map<string, ArchivedCheckpoint>();
  for (const checkpoint of input.checkpoints) {
    if (checkpoint.code !== null) continue;
    if (checkpoint.seq >= (newest.get(checkpoint.device)?.seq ?? 0)) newest.set(checkpoint.device, checkpoint);
  }
  for (const checkpoint of newest.values()) {
    // Threads that ask for their next segment come first.
    await setImmediate();
    if (await checkpointHolds(checkpoint, input.trust)) continue;
    const { device: source, seq } = checkpoint;
    input.findings.add({ code: "checkpoint-refused", source, seq, leaf: 0 });
  }
}
