/** What verifying a site's audit can find; each names its place as exactly as the damage allows. */
export const FINDINGS = {
  "entry-malformed": "this line or row is no event",
  "entry-refused": "this event carries what its kind may not",
  "entry-altered": "this event is not the one that was hashed",
  "hash-altered": "this event's hash was changed, and the event was not",
  "entry-missing": "an event is missing here",
  "entry-misplaced": "this event is not in its place",
  "tail-cut": "events at the end are missing",
  "log-rewritten": "the log up to here is not the one that was signed",
  "log-altered": "the stored log does not belong to these events",
  "tree-head-refused": "this signed head does not hold",
  "tree-forked": "two signed heads of one size differ",
  "tree-unsigned": "no signed head covers these events",
  "checkpoint-contradicted": "a device signed another chain",
  "checkpoint-refused": "this checkpoint does not hold",
  "file-malformed": "this file is not part of such an archive",
} as const;
export type FindingCode = keyof typeof FINDINGS;

export interface Finding {
  readonly code: FindingCode;
  /** Whose chain; empty for the log itself. */
  readonly source: string;
  /** In the chain of the source, or 0. */
  readonly seq: number;
  /** In the log, from 0; the size of a tree head. */
  readonly leaf: number;
  /** Of an archive. */
  readonly file?: string;
}

/** Keeps the first hundred and counts the rest: a damaged archive must not fill the memory. */
export class Findings {
  readonly #kept: Finding[] = [];
  #total = 0;

  get total(): number {
    return this.#total;
  }

  get kept(): readonly Finding[] {
    return this.#kept;
  }

  add(...findings: readonly Finding[]): void {
    this.#total += findings.length;
    for (const finding of findings) if (this.#kept.length < KEEP) this.#kept.push(finding);
  }
}

const KEEP = 100;
