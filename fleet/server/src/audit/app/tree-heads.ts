import { type Duration, WardkeyError } from "@wardkey/protocol";
import type { TreeHeadBody } from "@wardkey/protocol/fleet";
import type { AuditStore, StoredHead } from "./ports.js";
import type { LogProofs } from "./proofs.js";

export interface TreeHeads {
  /** The newest signed head; `null` before the first. */
  current(): Promise<StoredHead | null>;
  /**
   * Signs and keeps a head of the log as it is now, or answers the newest when nothing came since. Throws
   * `tree-head-contradicted` when the log is not the one that was signed before: nothing is signed then.
   */
  renew(): Promise<StoredHead>;
  /** Told of every head that is signed here. Returns "off". */
  onHead(listener: (head: StoredHead) => void): () => void;
  start(): void;
  stop(): Promise<void>;
}

export interface TreeHeadParts {
  readonly store: AuditStore;
  readonly proofs: LogProofs;
  now(): number;
  /** A compact JWS over the head: `signDownward` of kind `tree-head` to all, with the size as its epoch. */
  sign(head: TreeHeadBody): Promise<string>;
  readonly every: Duration;
  /** The code of each renewal that failed. */
  onFailed(error: unknown): void;
}

/** Signed heads of the site's log. Their size only grows, over restarts too. */
export function createTreeHeads(parts: TreeHeadParts): TreeHeads {
  const { store, proofs, now } = parts;
  const listeners = new Set<(head: StoredHead) => void>();
  /** Sizes and roots that were compared with the log since this start. */
  const compared = new Set<number>();
  let renewing: Promise<StoredHead> | null = null;
  let timer: NodeJS.Timeout | undefined;

  const check = async (head: StoredHead): Promise<void> => {
    if (compared.has(head.size)) return;
    const size = await proofs.size();
    const root = head.size > size ? null : text(await proofs.root(head.size));
    if (root !== head.root)
      throw new WardkeyError(
        "tree-head-contradicted",
        "the stored events are not those of the newest signed head: run wardkey audit verify, and restore a backup",
      );
    compared.add(head.size);
  };
  const sign = async (): Promise<StoredHead> => {
    const newest = await store.newestTreeHead();
    if (newest !== null) await check(newest);
    const size = await proofs.size();
    if (newest !== null && newest.size >= size) return newest;
    const body = { size, root: text(await proofs.root(size)), at: now() };
    const head: StoredHead = { ...body, jws: await parts.sign(body) };
    await store.keepTreeHead(head);
    compared.clear();
    compared.add(size);
    for (const listener of listeners) listener(head);
    return head;
  };
  const renew = (): Promise<StoredHead> => {
    renewing ??= sign().finally(() => {
      renewing = null;
    });
    return renewing;
  };
  return {
    current: () => store.newestTreeHead(),
    renew,
    onHead(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start() {
      timer ??= setInterval(() => {
        renew().catch((error: unknown) => parts.onFailed(error));
      }, parts.every);
      timer.unref();
    },
    async stop() {
      clearInterval(timer);
      timer = undefined;
      await renewing?.catch(() => undefined);
    },
  };
}

const text = (hash: Uint8Array): string => Buffer.from(hash).toString("base64url");
