import {
  journalHashInBrowser,
  leafInBrowser,
  proveInclusion,
  type WalkedStep,
} from "@wardkey/protocol/fleet/log-proof";
import type { AuditEvent } from "./answers.js";
import { bytesOf, type TreeHead } from "./judge-head.js";

export interface EventJudgement {
  /** Whether the event continues the one before it in its journal; `null`: that one is not there to compare with. */
  readonly continues: boolean | null;
  /** The leaf that was computed from the event as it was given. */
  readonly leaf: Uint8Array;
  /** The event stands at its place in the log under the signed head. */
  readonly included: boolean;
  /** From the leaf to the root, each hash as it was computed. */
  readonly walk: readonly WalkedStep[];
  /** The log was longer than the head when it was signed: a newer head is needed. */
  readonly tooNew: boolean;
}

export interface EventEvidence {
  readonly event: AuditEvent;
  /** The entry of the same journal that stands before it. */
  readonly before: AuditEvent | null;
  readonly head: TreeHead;
  readonly inclusion: (leaf: number, size: number) => Promise<readonly string[]>;
}

/** Computes an event's place in the log from its own bytes up to the signed root. Throws what `inclusion` throws. */
export async function judgeEvent({ event, before, head, inclusion }: EventEvidence): Promise<EventJudgement> {
  const leaf = await leafInBrowser(event);
  const continues = await continuesFrom(event, before);
  if (event.leaf >= head.size) return { continues, leaf, included: false, walk: [], tooNew: true };
  const proof = (await inclusion(event.leaf, head.size)).map(bytesOf);
  const claim = { index: event.leaf, size: head.size, leaf, proof, root: bytesOf(head.root) };
  const { holds, walk } = await proveInclusion(claim);
  return { continues, leaf, included: holds, walk, tooNew: false };
}

async function continuesFrom(event: AuditEvent, before: AuditEvent | null): Promise<boolean | null> {
  if (event.seq === 1) return (await journalHashInBrowser(null, event)) === event.hash;
  if (before === null || before.source !== event.source || before.seq !== event.seq - 1) return null;
  return (await journalHashInBrowser(before.hash, event)) === event.hash;
}
