import { WardkeyError } from "../errors.js";

/**
 * The site-wide table that lets a kiosk know an advertised identifier: 8-byte prefixes of every wallet's rotating
 * identifier for the windows that the lease covers, with each wallet's template keys. It reaches as far as the lease
 * and never holds `K_eid`: a stolen kiosk can follow nobody once its table ends.
 *
 * Bytes, big-endian: "WKHT" | version u8 = 1 | windows u16 | first window u64 | holders u32 |
 * per holder: id length u8, id, epoch u32, keys u8 (0: without a face), keys times (epoch u32, 32 bytes) |
 * per window, per holder in the same order: 8 bytes.
 */
export const IDENTIFIER_WINDOW_SECONDS = 900;
export const PREFIX_BYTES = 8;
export const TEMPLATE_KEY_BYTES = 32;
/** The longest lease is 72 h, and an hour; six hours of grid; one window more on each side, and the one that it starts in. */
export const MAX_TABLE_WINDOWS = (72 + 1 + 6) * 4 + 3;
/** 20,000 people for 72 h are 52 MB. */
export const MAX_TABLE_BYTES = 64 * 1024 * 1024;
export const MAX_HOLDERS = 50_000;
export const MAX_KEYS = 4;
export const HEADER_BYTES = 19;
export const MAGIC = 0x574b4854;
export const VERSION = 1;
export const STAFF_ID = /^[a-z0-9-]{1,63}$/;

/** A wallet that the site knows. Its keys do not print. */
export interface Holder {
  readonly staffId: string;
  /** Epoch of the credential that this wallet holds now. */
  readonly epoch: number;
  /** `false`: enrolled without a face. There is no template key, and a PIN stands in its place. */
  readonly face: boolean;
  /** 32 bytes that live until the table is erased, or `null` for an epoch that the site no longer honours. */
  templateKey(epoch: number): Uint8Array | null;
}

export const malformed = (what: string): WardkeyError => new WardkeyError("table-malformed", `holder table: ${what}`);

class TableHolder implements Holder {
  readonly staffId: string;
  readonly epoch: number;
  readonly #keys: ReadonlyMap<number, Uint8Array>;

  constructor(staffId: string, epoch: number, keys: ReadonlyMap<number, Uint8Array>) {
    this.staffId = staffId;
    this.epoch = epoch;
    this.#keys = keys;
  }

  get face(): boolean {
    return this.#keys.size > 0;
  }

  templateKey(epoch: number): Uint8Array | null {
    return this.#keys.get(epoch) ?? null;
  }
}

export class HolderTable {
  readonly firstWindow: number;
  readonly windows: number;
  readonly #bytes: Uint8Array;
  readonly #prefixesAt: number;
  #holders: readonly TableHolder[];
  #byStaffId: ReadonlyMap<string, TableHolder>;
  /** Open addressing, one index a window, built when first asked for: a kiosk needs three at a time. */
  #indexes = new Map<number, Uint32Array>();

  private constructor(bytes: Uint8Array, parts: { firstWindow: number; windows: number; holders: TableHolder[] }) {
    this.#bytes = bytes;
    this.firstWindow = parts.firstWindow;
    this.windows = parts.windows;
    this.#holders = parts.holders;
    this.#byStaffId = new Map(parts.holders.map((holder) => [holder.staffId, holder]));
    this.#prefixesAt = bytes.length - parts.holders.length * parts.windows * PREFIX_BYTES;
  }

  /** Keeps its own copy of `input`. Refuses anything that `TableWriter` would not have written: `table-malformed`. */
  static parse(input: Uint8Array): HolderTable {
    if (input.length > MAX_TABLE_BYTES) throw malformed("too large");
    if (input.length < HEADER_BYTES) throw malformed("cut short");
    const bytes = Uint8Array.from(input);
    const view = new DataView(bytes.buffer);
    if (view.getUint32(0) !== MAGIC || view.getUint8(4) !== VERSION) throw malformed("another format or version");
    const windows = view.getUint16(5);
    const firstWindow = view.getBigUint64(7);
    const count = view.getUint32(15);
    if (windows < 1 || windows > MAX_TABLE_WINDOWS) throw malformed("too few or too many windows");
    if (firstWindow > 1_000_000_000n) throw malformed("a window out of all time");
    if (count > MAX_HOLDERS) throw malformed("too many holders");
    const { holders, end } = parseHolders(bytes, view, count);
    if (end + count * windows * PREFIX_BYTES !== bytes.length) throw malformed("its length does not fit its header");
    return new HolderTable(bytes, { firstWindow: Number(firstWindow), windows, holders });
  }

  get size(): number {
    return this.#holders.length;
  }

  /** Unix seconds at which the last window ends. */
  get endsAt(): number {
    return (this.firstWindow + this.windows) * IDENTIFIER_WINDOW_SECONDS;
  }

  holder(staffId: string): Holder | null {
    return this.#byStaffId.get(staffId) ?? null;
  }

  /**
   * Whose identifier this is, in `window` or one of its neighbours: constant time in the number of holders.
   * Two wallets with one prefix in one window (chance below 1e-11 for 20,000) leave the first; the other wallet's tap
   * is refused until the window ends.
   */
  find(identifier: Uint8Array, window: number): { holder: Holder; window: number } | null {
    if (identifier.length < PREFIX_BYTES) return null;
    for (const candidate of [window, window - 1, window + 1]) {
      const offset = candidate - this.firstWindow;
      if (offset < 0 || offset >= this.windows) continue;
      const found = this.#slot(this.#index(offset), offset, identifier).found;
      const holder = found === null ? undefined : this.#holders[found];
      if (holder !== undefined) return { holder, window: candidate };
    }
    return null;
  }

  /** Overwrites keys and prefixes; the table then knows nobody. */
  erase(): void {
    this.#bytes.fill(0);
    this.#holders = [];
    this.#byStaffId = new Map();
    this.#indexes.clear();
  }

  toJSON(): { firstWindow: number; windows: number; size: number } {
    return { firstWindow: this.firstWindow, windows: this.windows, size: this.size };
  }

  #index(offset: number): Uint32Array {
    const known = this.#indexes.get(offset);
    if (known !== undefined) return known;
    const slots = new Uint32Array(2 ** Math.ceil(Math.log2(this.size * 2 + 2)));
    for (let holder = 0; holder < this.size; holder += 1) {
      const { at, found } = this.#slot(slots, offset, this.#prefix(offset, holder));
      if (found === null) slots[at] = holder + 1;
    }
    if (this.#indexes.size >= 4) {
      const oldest = this.#indexes.keys().next();
      if (oldest.done !== true) this.#indexes.delete(oldest.value);
    }
    this.#indexes.set(offset, slots);
    return slots;
  }

  #slot(slots: Uint32Array, offset: number, wanted: Uint8Array): { at: number; found: number | null } {
    const mask = slots.length - 1;
    // Prefixes are the output of HMAC: their own low bits are a good hash.
    const start = ((wanted[4] ?? 0) << 24) | ((wanted[5] ?? 0) << 16) | ((wanted[6] ?? 0) << 8) | (wanted[7] ?? 0);
    for (let at = start & mask; ; at = (at + 1) & mask) {
      const stored = slots[at] ?? 0;
      if (stored === 0) return { at, found: null };
      const prefix = this.#prefix(offset, stored - 1);
      if (prefix.every((byte, index) => byte === wanted[index])) return { at, found: stored - 1 };
    }
  }

  #prefix(offset: number, holder: number): Uint8Array {
    const at = this.#prefixesAt + (offset * this.#holders.length + holder) * PREFIX_BYTES;
    return this.#bytes.subarray(at, at + PREFIX_BYTES);
  }
}

function parseHolders(bytes: Uint8Array, view: DataView, count: number): { holders: TableHolder[]; end: number } {
  const holders: TableHolder[] = [];
  const seen = new Set<string>();
  let at = HEADER_BYTES;
  const need = (size: number): void => {
    if (at + size > bytes.length) throw malformed("cut short");
  };
  for (let index = 0; index < count; index += 1) {
    need(1);
    const idLength = view.getUint8(at);
    need(1 + idLength + 5);
    const staffId = String.fromCharCode(...bytes.subarray(at + 1, at + 1 + idLength));
    if (!STAFF_ID.test(staffId) || seen.has(staffId)) throw malformed("a staff id is wrong or twice there");
    seen.add(staffId);
    at += 1 + idLength;
    const epoch = view.getUint32(at);
    const keyCount = view.getUint8(at + 4);
    at += 5;
    if (epoch === 0 || keyCount > MAX_KEYS) throw malformed("an epoch or key count is out of range");
    const keys = new Map<number, Uint8Array>();
    for (let key = 0; key < keyCount; key += 1) {
      need(4 + TEMPLATE_KEY_BYTES);
      const keyEpoch = view.getUint32(at);
      if (keyEpoch === 0 || keyEpoch > epoch || keys.has(keyEpoch)) throw malformed("a key's epoch is out of range");
      keys.set(keyEpoch, bytes.subarray(at + 4, at + 4 + TEMPLATE_KEY_BYTES));
      at += 4 + TEMPLATE_KEY_BYTES;
    }
    if (keyCount > 0 && !keys.has(epoch)) throw malformed("the current epoch has no key");
    holders.push(new TableHolder(staffId, epoch, keys));
  }
  return { holders, end: at };
}
