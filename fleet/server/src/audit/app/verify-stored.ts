import { foldPeaks } from "@wardkey/protocol/fleet/merkle";
import { split } from "../domain/site-log.js";
import type { Finding } from "../verify/finding.js";
import { Joiner } from "../verify/join.js";
import { SEGMENT, SegmentCheck } from "../verify/segment.js";
import type { AuditStore } from "./ports.js";

export type StoredChain = { source: string; valid: boolean; events: number };

const PAGE = 1_000;

/**
 * Recomputes what the store holds, through its own connection, a page at a time: chains, log and the marks of how far
 * each chain came. A whole site in seconds is `verifyDatabase`'s.
 */
export async function verifyStored(
  store: AuditStore,
): Promise<{ findings: { source: string; code: string; seq: number }[]; chains: StoredChain[] }> {
  // The state first: what arrives meanwhile is not of this check.
  const [state, marks] = [await store.state(), await store.marks()];
  const joiner = new Joiner();
  for (let from = 0; from === 0 || from < state.size; from += SEGMENT) {
    const check = new SegmentCheck({ from, sizes: [state.size], checkpoints: new Map() });
    const to = Math.min(from + SEGMENT, state.size);
    for (let next = from; next < to; ) {
      const page = await store.entries(next, to, PAGE);
      for (const event of page) check.event(event);
      const last = page.at(-1);
      if (last === undefined) break;
      next = last.leaf + 1;
    }
    joiner.add(check.finish());
  }
  const joined = joiner.finish();
  const found: { source: string; code: string; seq: number }[] = joined.findings.kept.map(alarmOf);
  for (const [source, mark] of marks) {
    const end = joined.ends.get(source);
    const cut = end === undefined || end.seq < mark.seq;
    if (cut) found.push({ source, code: "stored-chain-cut", seq: end?.seq ?? 0 });
  }
  const root = joined.rootAt(state.size);
  const signed = foldPeaks(split(state.peaks));
  if (joined.size < state.size || root === null || Buffer.compare(root, signed) !== 0) {
    found.push({ source: "", code: "stored-log-altered", seq: joined.size });
  }
  const sources = [...new Set([...joined.ends.keys(), ...marks.keys()])].sort();
  const broken = new Set(found.map(({ source }) => source));
  const chains = sources.map((source) => ({
    source,
    valid: !broken.has(source),
    events: joined.ends.get(source)?.seq ?? 0,
  }));
  return { findings: found, chains };
}

/** A row that is no event has no source any more. */
function alarmOf({ source, seq }: Finding): { source: string; code: string; seq: number } {
  return { source, code: "stored-chain-broken", seq };
}
