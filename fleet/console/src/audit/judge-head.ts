import type { TreeHeadBody } from "@wardkey/protocol/fleet";
import { decodeBase64Url, type HeadCode, proveConsistency, proveTreeHead } from "@wardkey/protocol/fleet/log-proof";
import type { z } from "zod";
import type { LogMemory } from "./log-memory.js";

export type TreeHead = z.infer<typeof TreeHeadBody>;

export interface Proven {
  readonly head: TreeHead;
  /** SHA-256 of the site's root certificate, base64url. */
  readonly fingerprint: string;
  readonly serial: string;
}

/** What this browser can say of a head, having checked everything itself. */
export type HeadJudgement =
  /** `since`: the head that was seen before, of which this one is a continuation; `null`: this is the first. */
  | ({ readonly outcome: "proven"; readonly since: LogMemory | null } & Proven)
  /** It was signed, but the log is not a continuation of what this browser saw. */
  | ({ readonly outcome: "forked" | "shorter"; readonly since: LogMemory } & Proven)
  /** The site says that it was restored from a backup: what came after that entered the log in another order. */
  | ({ readonly outcome: "restored"; readonly since: LogMemory } & Proven)
  /** Signed under a root that this browser never saw. */
  | ({ readonly outcome: "new-root"; readonly since: LogMemory } & Proven)
  | { readonly outcome: "refused"; readonly code: HeadCode };

export interface HeadEvidence {
  readonly jws: string;
  readonly site: string;
  /** Root certificates in DER, base64url. */
  readonly roots: readonly string[];
  readonly memory: LogMemory | null;
  /** Asks the site for the proof that the log of one size begins that of another. */
  readonly consistency: (from: number, to: number) => Promise<readonly string[]>;
}

/** Proves a head down to the root, and against the one that this browser saw last. Throws what `consistency` throws. */
export async function judgeHead(evidence: HeadEvidence): Promise<HeadJudgement> {
  const { jws, site, roots, memory, consistency } = evidence;
  const proof = await proveTreeHead(jws, { site, roots: roots.map(bytesOf) });
  if (!proof.ok) return { outcome: "refused", code: proof.code };
  const proven: Proven = { head: proof.head, fingerprint: proof.root, serial: proof.serial };
  if (memory === null) return { outcome: "proven", since: null, ...proven };
  const since = memory;
  if (!memory.roots.includes(proof.root)) return { outcome: "new-root", since, ...proven };
  const { size, root, era = 0 } = proof.head;
  if (era > memory.era) return { outcome: "restored", since, ...proven };
  if (size < memory.size) return { outcome: "shorter", since, ...proven };
  const hashes = size === memory.size ? [] : await consistency(memory.size, size);
  const holds = await proveConsistency({
    first: memory.size,
    second: size,
    firstRoot: bytesOf(memory.root),
    secondRoot: bytesOf(root),
    proof: hashes.map(bytesOf),
  });
  return holds ? { outcome: "proven", since, ...proven } : { outcome: "forked", since, ...proven };
}

/** What to remember of a head that was proven, or that a person accepted. */
export const memoryOf = ({ head, fingerprint }: Proven, before: LogMemory | null): LogMemory => ({
  ...{ size: head.size, root: head.root, at: head.at, era: head.era ?? 0 },
  roots: [...new Set([...(before?.roots ?? []), fingerprint])].slice(-16),
});

export const bytesOf = (text: string): Uint8Array => decodeBase64Url(text) ?? new Uint8Array(0);
