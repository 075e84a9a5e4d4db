import type { Checkpoint } from "@wardkey/protocol/fleet";
import { EMPTY_HEAD, type Head } from "./ingest.js";

export type CheckpointVerdict =
  | { readonly code: null }
  /** Not of the chain that the site holds, or of a journal that was longer before: never by an honest device. */
  | { readonly code: "checkpoint-contradicted" | "journal-cut" }
  /** Entries that it covers have not arrived: to be sent again. */
  | { readonly code: "checkpoint-ahead" };

/** What a device signed over its chain against what the site holds of it. */
export function judgeCheckpoint(input: {
  checkpoint: Checkpoint & { issuedAt: number };
  head: Head;
  /** The hash of the stored entry with the checkpoint's sequence. */
  held: string | null;
  newest: { seq: number; issuedAt: number } | null;
}): CheckpointVerdict {
  const { checkpoint, head, newest } = input;
  if (checkpoint.seq > head.seq) return { code: "checkpoint-ahead" };
  const held = checkpoint.seq === 0 ? EMPTY_HEAD.hash : checkpoint.seq === head.seq ? head.hash : input.held;
  if (held !== checkpoint.head) return { code: "checkpoint-contradicted" };
  // Signed later over less: the device had more when it signed the other.
  const fell = newest !== null && checkpoint.issuedAt > newest.issuedAt && checkpoint.seq < newest.seq;
  return { code: fell ? "journal-cut" : null };
}
