import {
  HEADER_BYTES,
  MAGIC,
  MAX_HOLDERS,
  MAX_KEYS,
  MAX_TABLE_BYTES,
  MAX_TABLE_WINDOWS,
  malformed,
  PREFIX_BYTES,
  STAFF_ID,
  TEMPLATE_KEY_BYTES,
  VERSION,
} from "./table.js";

export type HolderInput = {
  staffId: string;
  epoch: number;
  /** Empty for a wallet that was enrolled without a face. */
  templateKeys: readonly { epoch: number; key: Uint8Array }[];
  /** `windows` prefixes of 8 bytes, one after the other, from `firstWindow` on. */
  prefixes: Uint8Array;
};

export type HolderTableInput = { firstWindow: number; windows: number; holders: readonly HolderInput[] };

/** Refuses with `table-malformed` what `HolderTable.parse` would refuse. */
export function encodeHolderTable({ firstWindow, windows, holders }: HolderTableInput): Uint8Array {
  const writer = new TableWriter({ firstWindow, windows, holders: holders.length });
  for (const holder of holders) writer.add(holder);
  return writer.bytes();
}

/**
 * Writes a holder table (see table.ts) holder by holder, so that whoever writes 20,000 of them can pause in between.
 * Refuses with `table-malformed` what `HolderTable.parse` would refuse.
 */
export class TableWriter {
  readonly #span: { firstWindow: number; windows: number };
  readonly #count: number;
  readonly #records: Uint8Array[] = [];
  readonly #seen = new Set<string>();
  /** Two 32-bit words a prefix, in the order of the table: window by window. */
  readonly #prefixes: Uint32Array;
  #recordBytes = 0;

  constructor(input: { firstWindow: number; windows: number; holders: number }) {
    const { firstWindow, windows, holders } = input;
    if (!Number.isInteger(windows) || windows < 1 || windows > MAX_TABLE_WINDOWS) {
      throw malformed("too few or too many windows");
    }
    if (!Number.isInteger(firstWindow) || firstWindow < 0 || firstWindow > 1_000_000_000) {
      throw malformed("a window out of all time");
    }
    if (holders > MAX_HOLDERS) throw malformed("too many holders");
    if (holders * windows * PREFIX_BYTES > MAX_TABLE_BYTES) throw malformed("too large");
    this.#span = { firstWindow, windows };
    this.#count = holders;
    this.#prefixes = new Uint32Array(holders * windows * (PREFIX_BYTES / 4));
  }

  add(holder: HolderInput): void {
    const { windows } = this.#span;
    const index = this.#records.length;
    if (index >= this.#count) throw malformed("more holders than announced");
    if (holder.prefixes.length !== windows * PREFIX_BYTES) throw malformed("a prefix is missing");
    const record = recordOf(holder);
    if (this.#seen.has(holder.staffId)) throw malformed("a staff id is twice there");
    this.#seen.add(holder.staffId);
    this.#records.push(record);
    this.#recordBytes += record.length;
    // Whole words, copied as they lie in memory: the order of their bytes stays.
    const { buffer, byteOffset, byteLength } = holder.prefixes;
    const aligned = byteOffset % 4 === 0 ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
    const words = new Uint32Array(aligned, byteOffset % 4 === 0 ? byteOffset : 0, windows * 2);
    for (let window = 0; window < windows; window += 1) {
      const to = (window * this.#count + index) * 2;
      this.#prefixes[to] = words[window * 2] ?? 0;
      this.#prefixes[to + 1] = words[window * 2 + 1] ?? 0;
    }
  }

  /** The whole table, once every holder was added. */
  bytes(): Uint8Array {
    if (this.#records.length !== this.#count) throw malformed("fewer holders than announced");
    const length = HEADER_BYTES + this.#recordBytes + this.#prefixes.byteLength;
    if (length > MAX_TABLE_BYTES) throw malformed("too large");
    const bytes = new Uint8Array(length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, MAGIC);
    view.setUint8(4, VERSION);
    view.setUint16(5, this.#span.windows);
    view.setBigUint64(7, BigInt(this.#span.firstWindow));
    view.setUint32(15, this.#count);
    let at = HEADER_BYTES;
    for (const record of this.#records) {
      bytes.set(record, at);
      at += record.length;
    }
    bytes.set(new Uint8Array(this.#prefixes.buffer), at);
    return bytes;
  }
}

function recordOf({ staffId, epoch, templateKeys }: HolderInput): Uint8Array {
  if (!STAFF_ID.test(staffId)) throw malformed("a staff id is wrong");
  if (!isEpoch(epoch) || templateKeys.length > MAX_KEYS) throw malformed("an epoch or key count is out of range");
  const epochs = new Set(templateKeys.map((key) => key.epoch));
  if (epochs.size !== templateKeys.length) throw malformed("an epoch is twice there");
  if (templateKeys.length > 0 && !epochs.has(epoch)) throw malformed("the current epoch has no key");
  const id = new TextEncoder().encode(staffId);
  const bytes = new Uint8Array(1 + id.length + 5 + templateKeys.length * (4 + TEMPLATE_KEY_BYTES));
  const view = new DataView(bytes.buffer);
  view.setUint8(0, id.length);
  bytes.set(id, 1);
  let at = 1 + id.length;
  view.setUint32(at, epoch);
  view.setUint8(at + 4, templateKeys.length);
  at += 5;
  for (const key of templateKeys) {
    if (key.key.length !== TEMPLATE_KEY_BYTES) throw malformed("a template key has 32 bytes");
    if (!isEpoch(key.epoch) || key.epoch > epoch) throw malformed("a key's epoch is out of range");
    view.setUint32(at, key.epoch);
    bytes.set(key.key, at + 4);
    at += 4 + TEMPLATE_KEY_BYTES;
  }
  return bytes;
}

const isEpoch = (epoch: number): boolean => Number.isInteger(epoch) && epoch > 0 && epoch <= 0xffff_ffff;
