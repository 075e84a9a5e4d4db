import type { TreeHeadBody } from "@wardkey/protocol/fleet";
import { verifyConsistency } from "@wardkey/protocol/fleet/merkle";
import type { SiteAnswer } from "./device-https.js";
import { bytesOf } from "./kept-credentials.js";

export interface TreeHeadSettings {
  readonly last: () => TreeHeadBody | null;
  readonly keep: (head: TreeHeadBody) => void;
  readonly proof: (from: number, to: number) => Promise<SiteAnswer<readonly Uint8Array[]>>;
  readonly alarm: (code: "tree-fork" | "tree-restored") => void;
  readonly say: (code: string | null) => void;
}

/**
 * Watches the site's Merkle log from outside (RFC 6962 2.1.2): every head must continue the last one that this device
 * has seen. A log that was rewritten cannot show the proof, and a log that shows two faces is found as soon as two heads meet.
 * A fleet that was restored from a backup says so by a later era: that is an alarm of its own, once, and the new log is
 * watched from there. The journal of every device tells of it, so that nobody rewrites a log unseen by claiming a restore.
 */
export class TreeHeads {
  readonly #settings: TreeHeadSettings;
  #next: TreeHeadBody | null = null;
  #work: Promise<void> | null = null;

  constructor(settings: TreeHeadSettings) {
    this.#settings = settings;
  }

  /** Only the newest of those that come while one is being proven is looked at. */
  see(head: TreeHeadBody): void {
    this.#next = head;
    this.again();
  }

  /** Asks once more for a proof that could not be had. */
  again(): void {
    if (this.#work !== null || this.#next === null) return;
    this.#work = this.#prove(this.#next).finally(() => {
      this.#work = null;
    });
  }

  async settled(): Promise<void> {
    await this.#work;
  }

  async #prove(head: TreeHeadBody): Promise<void> {
    const { last: lastKept, keep, proof, alarm, say } = this.#settings;
    const done = (): void => {
      if (this.#next === head) this.#next = null;
    };
    const last = lastKept();
    if (last === null || last.size === 0) {
      keep(head);
      return done();
    }
    if (eraOf(head) > eraOf(last)) {
      alarm("tree-restored");
      keep(head);
      return done();
    }
    if (eraOf(head) < eraOf(last)) {
      alarm("tree-fork");
      return done();
    }
    if (last.size === head.size) {
      if (last.root !== head.root) alarm("tree-fork");
      return done();
    }
    if (head.size < last.size) {
      alarm("tree-fork");
      return done();
    }
    const answer = await proof(last.size, head.size);
    // Kept back, not believed: the next head, or the next round, asks again.
    if (!answer.ok) return say(answer.code);
    const claim = {
      first: last.size,
      firstRoot: bytesOf(last.root),
      second: head.size,
      secondRoot: bytesOf(head.root),
    };
    if (verifyConsistency({ ...claim, proof: answer.value })) {
      keep(head);
      say(null);
    } else alarm("tree-fork");
    done();
  }
}

const eraOf = ({ era }: TreeHeadBody): number => era ?? 0;
