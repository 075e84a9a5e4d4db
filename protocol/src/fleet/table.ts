import { WardkeyError } from "../errors.js";

/**
 * The site-wide table that lets a kiosk know an advertised identifier: 8-byte prefixes of every wallet's rotating
 * identifier for the windows that the lease covers, with each wallet's template keys. It reaches as far as the lease
 * and never holds `K_eid`: a stolen kiosk can follow nobody once its table ends.
 *
 * Bytes, big-endian: "WKHT" | version u8 = 1 | windows u16 | first window u64 | holders u32 |
 * per holder: id length u8, id, epoch u32, keys u8, keys times (epoch u32, 32 bytes) |
 * per window, per holder in the same order: 8 bytes.
 */
export const IDENTIFIER_WINDOW_SECONDS = 900;
export const PREFIX_BYTES = 8;
export const TEMPLATE_KEY_BYTES = 32;
/** The longest lease is 72 h; one window more on each side, and the one that it starts in. */
export const MAX_TABLE_WINDOWS = 72 * 4 + 3;
export const MAX_TABLE_BYTES = 24 * 1024 * 1024;
const MAX_HOLDERS = 50_000;
const MAX_KEYS = 4;
const HEADER_BYTES = 19;
const MAGIC = 0x574b4854;
const VERSION = 1;
const STAFF_ID = /^[a-z0-9-]{1,63}$/;

export type HolderTableInput = {
  firstWindow: number;
  windows: number;
  holders: readonly {
    staffId: string;
    epoch: number;
    templateKeys: readonly { epoch: number; key: Uint8Array }[];
    /** `windows` prefixes of 8 bytes, one after the other, from `firstWindow` on. */
    prefixes: Uint8Array;
  }[];
};

/** A wallet that the site knows. Its keys do not print. */
export interface Holder {
  readonly staffId: string;
  /** Epoch of the credential that this wallet holds now. */
  readonly epoch: number;
  /** 32 bytes that live until the table is erased, or `null` for an epoch that the site no longer honours. */
  templateKey(epoch: number): Uint8Array | null;
}

const malformed = (what: string): WardkeyError => new WardkeyError("table-malformed", `holder table: ${what}`);

/** Refuses with `table-malformed` what `HolderTable.parse` would refuse. */
export function encodeHolderTable(input: HolderTableInput): Uint8Array {
  const ids = input.holders.map((holder) => new TextEncoder().encode(holder.staffId));
  const records = input.holders.reduce(
    (sum, holder, at) => sum + 6 + (ids[at]?.length ?? 0) + holder.templateKeys.length * (4 + TEMPLATE_KEY_BYTES),
    0,
  );
  const length = HEADER_BYTES + records + input.holders.length * input.windows * PREFIX_BYTES;
  if (length > MAX_TABLE_BYTES) throw malformed("too large");
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  view.setUint8(4, VERSION);
  view.setUint16(5, input.windows);
  view.setBigUint64(7, BigInt(input.firstWindow));
  view.setUint32(15, input.holders.length);
  let at = HEADER_BYTES;
  for (const [index, holder] of input.holders.entries()) {
    const id = ids[index] ?? new Uint8Array();
    view.setUint8(at, id.length);
    bytes.set(id, at + 1);
    at += 1 + id.length;
    view.setUint32(at, holder.epoch);
    view.setUint8(at + 4, holder.templateKeys.length);
    at += 5;
    for (const { epoch, key } of holder.templateKeys) {
      if (key.length !== TEMPLATE_KEY_BYTES) throw malformed("a template key has 32 bytes");
      view.setUint32(at, epoch);
      bytes.set(key, at + 4);
      at += 4 + TEMPLATE_KEY_BYTES;
    }
  }
  for (const [index, holder] of input.holders.entries()) {
    if (holder.prefixes.length !== input.windows * PREFIX_BYTES) throw malformed("a prefix is missing");
    for (let window = 0; window < input.windows; window += 1) {
      const prefix = holder.prefixes.subarray(window * PREFIX_BYTES, (window + 1) * PREFIX_BYTES);
      bytes.set(prefix, at + (window * input.holders.length + index) * PREFIX_BYTES);
    }
  }
  HolderTable.parse(bytes);
  return bytes;
}

class TableHolder implements Holder {
  readonly staffId: string;
  readonly epoch: number;
  readonly #keys: ReadonlyMap<number, Uint8Array>;

  constructor(staffId: string, epoch: number, keys: ReadonlyMap<number, Uint8Array>) {
    this.staffId = staffId;
    this.epoch = epoch;
    this.#keys = keys;
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

  /** Keeps its own copy of `input`. Refuses anything that `encodeHolderTable` would not have written: `table-malformed`. */
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
    if (epoch === 0 || keyCount < 1 || keyCount > MAX_KEYS) throw malformed("an epoch or key count is out of range");
    const keys = new Map<number, Uint8Array>();
    for (let key = 0; key < keyCount; key += 1) {
      need(4 + TEMPLATE_KEY_BYTES);
      const keyEpoch = view.getUint32(at);
      if (keyEpoch === 0 || keyEpoch > epoch || keys.has(keyEpoch)) throw malformed("a key's epoch is out of range");
      keys.set(keyEpoch, bytes.subarray(at + 4, at + 4 + TEMPLATE_KEY_BYTES));
      at += 4 + TEMPLATE_KEY_BYTES;
    }
    if (!keys.has(epoch)) throw malformed("the current epoch has no key");
    holders.push(new TableHolder(staffId, epoch, keys));
  }
  return { holders, end: at };
}
