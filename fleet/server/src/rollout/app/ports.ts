import type { Counts } from "../domain/measures.js";
import type { Head, RolloutRecord } from "../domain/rollout.js";

export type Arm = "candidate" | "control";

/** The head and what still has to be told to the audit about it: both change together or not at all. */
export interface KeptHead {
  readonly head: Head;
  readonly untold: readonly RolloutRecord[];
}

/** Where the roll-out lives between restarts, shared by all fleet servers of a site. */
export interface RolloutStore {
  read(): Promise<KeptHead | null>;
  /** Writes `next` when the stored revision is still `revision` (`null`: when there is none); answers whether it did. */
  write(revision: number | null, next: KeptHead): Promise<boolean>;
  /** Forgets records that were told, if the revision is still this one. */
  told(revision: number): Promise<void>;
  /** Adds to what was counted in a stage. */
  add(stage: number, arm: Arm, counts: Counts): Promise<void>;
  counts(stage: number, arm: Arm): Promise<Counts>;
  /** Lets go of everything that was counted. */
  forgetCounts(): Promise<void>;
}
