import type { KeptPolicy, PolicyFiles } from "../kept-policy.js";
import type { PolicyRef } from "../mark.js";

export interface FilesSnapshot {
  readonly kept: KeptPolicy | null;
  readonly marked: PolicyRef | null;
}

/** The two files in memory: a test fills the disk, fails one write, or puts old copies back. */
export class MemoryFiles implements PolicyFiles {
  kept: KeptPolicy | null = null;
  marked: PolicyRef | null = null;
  full = false;
  /** How many writes still succeed before the process is as if killed. */
  writesLeft = Number.POSITIVE_INFINITY;

  async policy(): Promise<KeptPolicy | null> {
    return this.kept;
  }

  async mark(): Promise<PolicyRef | null> {
    return this.marked;
  }

  async keepPolicy(policy: KeptPolicy): Promise<void> {
    this.#write();
    this.kept = policy;
  }

  async keepMark(mark: PolicyRef): Promise<void> {
    this.#write();
    this.marked = mark;
  }

  snapshot(): FilesSnapshot {
    return { kept: this.kept, marked: this.marked };
  }

  restore({ kept, marked }: FilesSnapshot): void {
    this.kept = kept;
    this.marked = marked;
  }

  #write(): void {
    if (this.full || this.writesLeft <= 0) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
    this.writesLeft -= 1;
  }
}
