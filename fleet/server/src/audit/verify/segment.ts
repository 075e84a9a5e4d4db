import { hash as digest } from "node:crypto";
import {
  checkFleetBody,
  checkJournalBody,
  FLEET_CLIENT,
  FleetBodies,
  JournalBodies,
  JournalEvent,
} from "@wardkey/protocol/fleet";
import { JournalHasher } from "@wardkey/protocol/fleet/journal-hash";
import { z } from "zod";
import { type Finding, Findings } from "./finding.js";

/** Events of one segment; segments begin at multiples of it, so that each is a subtree of the log. */
export const SEGMENT = 65_536;

export const ArchivedEvent = z.strictObject({
  leaf: z.number().int().nonnegative(),
  source: z.string().regex(/^[a-z0-9-]{1,63}$/),
  ...JournalEvent.shape,
});
export type ArchivedEvent = z.infer<typeof ArchivedEvent>;

/**
 * The same as `ArchivedEvent`, written out because a million events are read in seconds; what it does not know at once
 * it leaves to the schema. The body's keys and values are its kind's to check.
 */
function readEvent(given: unknown): ArchivedEvent | null {
  if (isPlain(given)) return given;
  const parsed = ArchivedEvent.safeParse(given);
  return parsed.success ? parsed.data : null;
}

function isPlain(given: unknown): given is ArchivedEvent {
  if (typeof given !== "object" || given === null) return false;
  // As many as are asked for below: there is no other.
  if (Object.keys(given).length !== MEMBERS) return false;
  const { leaf, source, seq, id, at, kind, body, hash } = given as Record<string, unknown>;
  return (
    isCount(leaf) &&
    isCount(seq) &&
    seq > 0 &&
    isCount(at) &&
    at <= MAX_TIME &&
    typeof source === "string" &&
    SOURCE.test(source) &&
    typeof id === "string" &&
    UUID.test(id) &&
    typeof hash === "string" &&
    HASH.test(hash) &&
    typeof kind === "string" &&
    (Object.hasOwn(JournalBodies, kind) || Object.hasOwn(FleetBodies, kind)) &&
    typeof body === "object" &&
    body !== null
  );
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const MEMBERS = Object.keys(ArchivedEvent.shape).length;
const MAX_TIME = 8_640_000_000_000_000;
const SOURCE = /^[a-z0-9-]{1,63}$/;
const HASH = /^[A-Za-z0-9_-]{43}$/;
/** Those that this product makes: versions 4 and 7 of RFC 9562. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** How far a chain came in a segment: its hash as stated there, and as computed. */
export type ChainEnd = {
  readonly seq: number;
  readonly leaf: number;
  readonly stated: string;
  readonly computed: string;
};

export interface SegmentResult {
  readonly from: number;
  readonly count: number;
  /** Hashes of complete subtrees, one character a byte; `null` when events are missing. */
  readonly peaks: readonly string[] | null;
  /** The same at each size that was asked for. */
  readonly peaksAt: ReadonlyMap<number, readonly string[]>;
  /** The first event of each source here, which only the segment before can judge. */
  readonly firsts: ReadonlyMap<string, ArchivedEvent>;
  readonly ends: ReadonlyMap<string, ChainEnd>;
  readonly findings: readonly Finding[];
  readonly findingsTotal: number;
}

export interface SegmentTask {
  readonly from: number;
  /** Sizes of the log at which somebody signed a head. */
  readonly sizes: readonly number[];
  /** By source and sequence: what the device signed. */
  readonly checkpoints: ReadonlyMap<string, ReadonlyMap<number, string>>;
}

/** Checks events one after another: shape, body, place, chain and their part of the Merkle tree. */
export class SegmentCheck {
  readonly #task: SegmentTask;
  readonly #hasher = new JournalHasher();
  readonly #findings = new Findings();
  readonly #firsts = new Map<string, ArchivedEvent>();
  readonly #ends = new Map<string, ChainEnd>();
  readonly #tree = new TextTree();
  readonly #sizes: Set<number>;
  readonly #peaksAt = new Map<number, readonly string[]>();
  #next: number;
  #whole = true;

  constructor(task: SegmentTask) {
    this.#task = task;
    this.#next = task.from;
    this.#sizes = new Set(task.sizes);
  }

  /** `line`: JSON of an `ArchivedEvent`. */
  line(line: string): void {
    let parsed: unknown;
    try {
      parsed = JSON.parse(line);
    } catch {
      parsed = null;
    }
    this.event(parsed);
  }

  event(given: unknown): void {
    const event = readEvent(given);
    if (event === null) {
      this.#find({ code: "entry-malformed", source: "", seq: 0, leaf: this.#next });
      this.#whole = false;
      this.#next += 1;
      return;
    }
    if (!this.#place(event)) return;
    const check = event.source === FLEET_CLIENT ? checkFleetBody : checkJournalBody;
    if (!check(event.kind, event.body).ok) {
      this.#find({ ...placeOf(event), code: "entry-refused" });
      // Its members may be anything: what cannot be hashed is not.
      const parsed = ArchivedEvent.safeParse(event);
      if (!parsed.success) {
        this.#whole = false;
        this.#next += 1;
        return;
      }
    }
    this.#chain(event);
    this.#tree.append(this.#hasher.leaf(event.source, event.seq, event.hash));
    this.#next += 1;
    if (this.#whole && this.#sizes.has(this.#next)) this.#peaksAt.set(this.#next, [...this.#tree.peaks]);
    const signed = this.#task.checkpoints.get(event.source)?.get(event.seq);
    if (signed !== undefined && signed !== event.hash)
      this.#find({ ...placeOf(event), code: "checkpoint-contradicted" });
  }

  finish(): SegmentResult {
    return {
      from: this.#task.from,
      count: this.#next - this.#task.from,
      peaks: this.#whole ? [...this.#tree.peaks] : null,
      peaksAt: this.#peaksAt,
      firsts: this.#firsts,
      ends: this.#ends,
      findings: this.#findings.kept,
      findingsTotal: this.#findings.total,
    };
  }

  #find(finding: Finding): void {
    this.#findings.add(finding);
  }

  /** Whether the event may be the next of the log; one that comes from elsewhere is left out. */
  #place(event: ArchivedEvent): boolean {
    if (event.leaf === this.#next) return true;
    this.#whole = false;
    if (event.leaf < this.#next || event.leaf >= this.#task.from + SEGMENT) {
      this.#find({ ...placeOf(event), code: "entry-misplaced" });
      return false;
    }
    this.#find({ code: "entry-missing", source: "", seq: 0, leaf: this.#next });
    this.#next = event.leaf;
    return true;
  }

  #chain(event: ArchivedEvent): void {
    const { source, seq, leaf, hash } = event;
    const before = this.#ends.get(source) ?? (seq === 1 ? GENESIS : undefined);
    if (before === undefined) {
      // What it follows is known to the segment before; its bytes are wanted for the leaf.
      this.#hasher.chain(hash, event);
      this.#firsts.set(source, event);
      this.#ends.set(source, { seq, leaf, stated: hash, computed: hash });
      return;
    }
    const { end, findings } = continueChain(this.#hasher, before, event);
    for (const finding of findings) this.#find(finding);
    this.#ends.set(source, end);
  }
}

/** Before a first event: nothing, with a hash of zeros. */
const GENESIS: ChainEnd = { seq: 0, leaf: -1, stated: "A".repeat(43), computed: "A".repeat(43) };

/**
 * Judges `event` behind `before`. Of a wrong hash it is the next event that tells whether the event or its hash was
 * altered: so the end carries both, and `before` is judged here.
 */
export function continueChain(
  hasher: JournalHasher,
  before: ChainEnd,
  event: ArchivedEvent,
): { end: ChainEnd; findings: Finding[] } {
  const { source, seq, leaf, hash: stated } = event;
  const computed = hasher.chain(before.stated, event);
  const findings = (judged: Finding["code"]): Finding[] =>
    suspect(before) ? [{ code: judged, source, seq: before.seq, leaf: before.leaf }] : [];
  if (seq <= before.seq) return { end: before, findings: [{ ...placeOf(event), code: "entry-misplaced" }] };
  if (seq > before.seq + 1) {
    const missing = { ...placeOf(event), code: "entry-missing", seq: before.seq + 1 } as const;
    return { end: { seq, leaf, stated, computed: stated }, findings: [...findings("entry-altered"), missing] };
  }
  if (computed !== stated && suspect(before) && hasher.follow(before.computed) === stated)
    return { end: { seq, leaf, stated, computed: stated }, findings: findings("hash-altered") };
  return { end: { seq, leaf, stated, computed }, findings: findings("entry-altered") };
}

export const suspect = ({ stated, computed }: ChainEnd): boolean => stated !== computed;

const placeOf = ({ source, seq, leaf }: ArchivedEvent) => ({ source, seq, leaf });

/** The peaks of a growing tree, one character a byte: a million leaves without making a million buffers. */
export class TextTree {
  readonly peaks: string[] = [];
  readonly #pair = Buffer.alloc(65, 1);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  append(leaf: string): void {
    let hash = leaf;
    for (let size = this.#size; size % 2 === 1; size = (size - 1) / 2) hash = this.node(this.peaks.pop() ?? "", hash);
    this.peaks.push(hash);
    this.#size += 1;
  }

  node(left: string, right: string): string {
    this.#pair.write(left, 1, "binary");
    this.#pair.write(right, 33, "binary");
    return digest("sha256", this.#pair, "binary");
  }
}
