import { z } from "zod";

/** What this browser saw of a site's log: a witness that the server cannot talk over. */
export interface LogMemory {
  readonly size: number;
  /** Of the tree, base64url. */
  readonly root: string;
  readonly at: number;
  /** When the site was restored from a backup before that, seconds since 1970; 0: never. */
  readonly era: number;
  /** SHA-256 of the root certificates under which heads were signed, base64url. */
  readonly roots: readonly string[];
}

const Hash = z.string().length(43);
const Memory = z.object({
  size: z.number().int().nonnegative(),
  root: Hash,
  at: z.number(),
  era: z.number(),
  roots: z.array(Hash).max(16),
});
const keyOf = (site: string): string => `wardkey.log.${site}`;

export function remember(store: Pick<Storage, "setItem">, site: string, memory: LogMemory): void {
  try {
    store.setItem(keyOf(site), JSON.stringify(memory));
  } catch {
    // A browser that keeps nothing proves each head alone.
  }
}

export function remembered(store: Pick<Storage, "getItem">, site: string): LogMemory | null {
  try {
    const read = Memory.safeParse(JSON.parse(store.getItem(keyOf(site)) ?? "null"));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}
