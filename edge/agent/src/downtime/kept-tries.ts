import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { type Duration, type Instant, instant, milliseconds, minutes, seconds } from "@wardkey/protocol";

const BYTES = 64;
const DIGEST_AT = 32;

/** Wrong ones that cost nothing: a finger in a glove. */
const FREE = 3;
const FIRST: Duration = seconds(5);
/** An emergency is never held up for longer; a code of 60 bits needs no more. */
const LONGEST: Duration = minutes(1);
const FORGOTTEN_AFTER: Duration = minutes(60);

/** Pause after so many wrong ones in a row. */
export const pauseAfterWrong = (wrong: number): Duration =>
  milliseconds(wrong < FREE ? 0 : Math.min(LONGEST, FIRST * 2 ** Math.min(10, wrong - FREE)));

/**
 * How often somebody guessed wrong, kept on the disk before each guess is judged, so that a restart forgives nothing. The
 * file is overwritten in place: a full disk stops neither the count nor who is right. `now` never goes back.
 */
export class KeptTries {
  readonly #file: FileHandle;
  #wrong: number;
  #at: Instant;
  /** As it was before the guess that was paid for last. */
  #before: { readonly wrong: number; readonly at: Instant } | null = null;

  private constructor(file: FileHandle, kept: { wrong: number; at: Instant }) {
    this.#file = file;
    this.#wrong = kept.wrong;
    this.#at = kept.at;
  }

  /** Throws the system's code. What was torn or changed counts as many wrong ones just now. */
  static async open(path: string, now: Instant): Promise<KeptTries> {
    await (await open(path, "a", 0o600)).close();
    const file = await open(path, "r+");
    try {
      const { size } = await file.stat();
      if (size === 0) {
        const tries = new KeptTries(file, { wrong: 0, at: now });
        await tries.#write();
        return tries;
      }
      const bytes = Buffer.alloc(BYTES);
      await file.read(bytes, 0, BYTES, 0);
      return new KeptTries(file, decode(bytes) ?? { wrong: FREE + 4, at: now });
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Before when no guess is judged; `null`: one is judged now. */
  waitUntil(now: Instant): Instant | null {
    const pause = pauseAfterWrong(this.#wrong);
    // A mark from the future, of a clock since set back, holds for no longer than its own pause.
    const from = Math.min(this.#at, now);
    return from + pause > now ? instant(from + pause) : null;
  }

  /** Pays for one guess, as if it were wrong; on the disk when it resolves. Throws the system's code. */
  async charge(now: Instant): Promise<void> {
    if (now - this.#at > FORGOTTEN_AFTER) this.#wrong = 0;
    this.#before = { wrong: this.#wrong, at: this.#at };
    this.#wrong++;
    this.#at = now;
    await this.#write();
  }

  /**
   * The guess that was paid for last was right: it costs nothing, and no pause begins anew with it. The wrong ones before it
   * stay, whoever made them.
   */
  async refund(): Promise<void> {
    if (this.#before === null) return;
    this.#wrong = this.#before.wrong;
    this.#at = this.#before.at;
    this.#before = null;
    await this.#write();
  }

  /** Somebody was let in: what went wrong before was theirs. */
  async forgive(): Promise<void> {
    this.#wrong = 0;
    this.#before = null;
    await this.#write();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #write(): Promise<void> {
    const bytes = Buffer.alloc(BYTES);
    bytes.writeUInt32BE(Math.min(0xffffffff, this.#wrong), 0);
    bytes.writeBigUInt64BE(BigInt(Math.floor(this.#at)), 8);
    digestOf(bytes).copy(bytes, DIGEST_AT);
    await this.#file.write(bytes, 0, BYTES, 0);
    await this.#file.datasync();
  }
}

const digestOf = (bytes: Buffer): Buffer => createHash("sha256").update(bytes.subarray(0, DIGEST_AT)).digest();

function decode(bytes: Buffer): { wrong: number; at: Instant } | null {
  if (!digestOf(bytes).equals(bytes.subarray(DIGEST_AT))) return null;
  return { wrong: bytes.readUInt32BE(0), at: instant(Number(bytes.readBigUInt64BE(8))) };
}
