import { JournalHasher } from "@wardkey/protocol/fleet/journal-hash";
import type { Hash } from "@wardkey/protocol/fleet/merkle";
import { type Finding, Findings } from "./finding.js";
import { type ChainEnd, continueChain, SEGMENT, type SegmentResult, suspect, TextTree } from "./segment.js";

/** The root that each size of the log really has, and how each chain ends. */
export interface Joined {
  readonly events: number;
  readonly size: number;
  /** `null` from the first missing event on. */
  rootAt(size: number): Hash | null;
  readonly ends: ReadonlyMap<string, ChainEnd>;
  readonly findings: Findings;
}

/** Puts segments side by side, in the order of the log. */
export class Joiner {
  readonly #hasher = new JournalHasher();
  readonly #upper = new TextTree();
  readonly #ends = new Map<string, ChainEnd>();
  readonly #findings = new Findings();
  readonly #roots = new Map<number, Hash>();
  #events = 0;
  #size = 0;
  #whole = true;

  add(segment: SegmentResult): void {
    if (segment.from !== this.#size) {
      this.#findings.add({ code: "entry-missing", source: "", seq: 0, leaf: this.#size });
      this.#whole = false;
    }
    this.#findings.add(...segment.findings);
    this.#chains(segment);
    for (const [size, peaks] of segment.peaksAt) if (this.#whole) this.#roots.set(size, this.#fold(peaks));
    this.#events += segment.count;
    this.#size = segment.from + segment.count;
    if (segment.peaks === null) this.#whole = false;
    if (!this.#whole || segment.peaks === null) return;
    this.#roots.set(this.#size, this.#fold(segment.peaks));
    const [root] = segment.peaks;
    if (segment.count === SEGMENT && root !== undefined) this.#upper.append(root);
  }

  finish(): Joined {
    for (const [source, end] of this.#ends) if (suspect(end)) this.#findings.add(altered(source, end));
    return {
      events: this.#events,
      size: this.#size,
      rootAt: (size) => this.#roots.get(size) ?? null,
      ends: this.#ends,
      findings: this.#findings,
    };
  }

  #chains(segment: SegmentResult): void {
    for (const [source, first] of segment.firsts) {
      const before = this.#ends.get(source);
      if (before === undefined) {
        this.#findings.add({ code: "entry-missing", source, seq: 1, leaf: first.leaf });
        continue;
      }
      const { end, findings } = continueChain(this.#hasher, before, first);
      this.#findings.add(...findings);
      // The rest of its segment followed the stated hash.
      if (suspect(end)) this.#findings.add(altered(source, end));
    }
    for (const [source, end] of segment.ends) this.#ends.set(source, end);
  }

  #fold(lower: readonly string[]): Hash {
    const peaks = [...this.#upper.peaks, ...lower];
    const last = peaks.pop() ?? "";
    return Buffer.from(
      peaks.reduceRight((right, left) => this.#upper.node(left, right), last),
      "binary",
    );
  }
}

const altered = (source: string, { seq, leaf }: ChainEnd): Finding => ({ code: "entry-altered", source, seq, leaf });
