import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { JournalEvent } from "@wardkey/protocol/fleet";

const SLOT_BYTES = 1_024;
const SLOTS = 64;
const LENGTH_BYTES = 4;
const DIGEST_BYTES = 32;
const TEXT_AT = LENGTH_BYTES + DIGEST_BYTES;

/** Of the file that is there before it is needed. */
export const SET_ASIDE_BYTES = SLOT_BYTES * SLOTS;

/**
 * Journal space that a full disk cannot take: a file whose blocks are written when there is room, and overwritten in
 * place when there is none (ext4 and XFS do so; a copy-on-write file system would need room again). Entries in it are
 * the chain's own next ones; they go into the journal's file as soon as that takes them.
 */
export class SetAside {
  readonly #file: FileHandle;
  #events: JournalEvent[] = [];
  #broken = false;

  private constructor(file: FileHandle, events: JournalEvent[]) {
    this.#file = file;
    this.#events = events;
  }

  /** Makes the file when it is not there or too short; throws the system's code when it cannot be made or read. */
  static async open(path: string): Promise<SetAside> {
    // Created by appending: nothing that is in it already is cut off.
    await (await open(path, "a", 0o600)).close();
    const file = await open(path, "r+");
    try {
      const { size } = await file.stat();
      for (let at = Math.floor(size / SLOT_BYTES) * SLOT_BYTES; at < SET_ASIDE_BYTES; at += SLOT_BYTES) {
        await file.write(new Uint8Array(SLOT_BYTES), 0, SLOT_BYTES, at);
      }
      if (size < SET_ASIDE_BYTES) await file.sync();
      return new SetAside(file, await read(file));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Entries that the journal's file has not taken yet, oldest first. */
  get events(): readonly JournalEvent[] {
    return this.#events;
  }

  /** How many more entries it takes. */
  get room(): number {
    return this.#broken ? 0 : SLOTS - this.#events.length;
  }

  /** On the disk when it answers; throws the system's code, after which it takes nothing more in this run. */
  async append(event: JournalEvent): Promise<void> {
    const slot = encode(event);
    if (this.room <= 0 || slot === null) throw new RangeError("no room is left in what was set aside");
    try {
      await this.#file.write(slot, 0, SLOT_BYTES, this.#events.length * SLOT_BYTES);
      await this.#file.datasync();
    } catch (error) {
      this.#broken = true;
      throw error;
    }
    this.#events.push(event);
  }

  /** The journal's file has them all. The first slot goes first: after it none counts. */
  async clear(): Promise<void> {
    const kept = this.#events.length;
    for (let slot = 0; slot < kept; slot++) {
      await this.#file.write(new Uint8Array(TEXT_AT), 0, TEXT_AT, slot * SLOT_BYTES);
      if (slot === 0) await this.#file.datasync();
    }
    await this.#file.datasync();
    this.#events = [];
    this.#broken = false;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Every slot up to the first that is empty or torn: an entry that was never acknowledged is none. */
async function read(file: FileHandle): Promise<JournalEvent[]> {
  const bytes = Buffer.alloc(SET_ASIDE_BYTES);
  await file.read(bytes, 0, SET_ASIDE_BYTES, 0);
  const events: JournalEvent[] = [];
  for (let slot = 0; slot < SLOTS; slot++) {
    const event = decode(bytes.subarray(slot * SLOT_BYTES, (slot + 1) * SLOT_BYTES));
    const before = events.at(-1);
    if (event === null || (before !== undefined && event.seq !== before.seq + 1)) break;
    events.push(event);
  }
  return events;
}

function encode(event: JournalEvent): Buffer | null {
  const text = Buffer.from(JSON.stringify(event));
  if (TEXT_AT + text.length > SLOT_BYTES) return null;
  const slot = Buffer.alloc(SLOT_BYTES);
  slot.writeUInt32BE(text.length, 0);
  createHash("sha256").update(text).digest().copy(slot, LENGTH_BYTES);
  text.copy(slot, TEXT_AT);
  return slot;
}

function decode(slot: Buffer): JournalEvent | null {
  const length = slot.readUInt32BE(0);
  if (length === 0 || length > SLOT_BYTES - TEXT_AT) return null;
  const text = slot.subarray(TEXT_AT, TEXT_AT + length);
  const digest = createHash("sha256").update(text).digest();
  if (!digest.equals(slot.subarray(LENGTH_BYTES, TEXT_AT))) return null;
  try {
    return JournalEvent.safeParse(JSON.parse(text.toString("utf8"))).data ?? null;
  } catch {
    return null;
  }
}
