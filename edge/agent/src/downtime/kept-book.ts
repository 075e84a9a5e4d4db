import { type Instant, instant } from "@wardkey/protocol";
import { DowntimeBook } from "@wardkey/protocol/fleet";
import { z } from "zod";

const Kept = z.strictObject({ v: z.literal(1), edition: z.string().length(43), book: DowntimeBook });
type Kept = z.infer<typeof Kept>;

/** A file of the kiosk, sealed: what was changed or sealed by another is not there. */
export interface SealedFile {
  read(): Promise<Uint8Array | null>;
  /** Whole or not at all, on the disk when it resolves. */
  write(bytes: Uint8Array): Promise<void>;
  remove(): Promise<void>;
}

/** Who may break the glass at this kiosk, as the fleet said last; in memory and, sealed, on the disk. */
export class KeptBook {
  readonly #file: SealedFile;
  #kept: Kept | null = null;

  private constructor(file: SealedFile) {
    this.#file = file;
  }

  static async open(file: SealedFile): Promise<KeptBook> {
    const book = new KeptBook(file);
    const bytes = await file.read().catch(() => null);
    book.#kept = bytes === null ? null : (Kept.safeParse(jsonOf(bytes)).data ?? null);
    return book;
  }

  get edition(): string | null {
    return this.#kept?.edition ?? null;
  }

  /** The book while it is believed; `null` before it came and after its time. */
  at(now: Instant): DowntimeBook | null {
    const book = this.#kept?.book ?? null;
    return book !== null && now < instant(book.goodUntil) ? book : null;
  }

  /** In force at once; throws the system's code when the disk keeps it only for this run. */
  async keep(edition: string, book: DowntimeBook): Promise<void> {
    this.#kept = { v: 1, edition, book };
    await this.#file.write(Buffer.from(JSON.stringify(this.#kept)));
  }

  /** The same edition is good for longer. */
  async prolong(goodUntil: number): Promise<void> {
    if (this.#kept === null || goodUntil <= this.#kept.book.goodUntil) return;
    await this.keep(this.#kept.edition, { ...this.#kept.book, goodUntil });
  }

  async forget(): Promise<void> {
    this.#kept = null;
    await this.#file.remove();
  }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return null;
  }
}
