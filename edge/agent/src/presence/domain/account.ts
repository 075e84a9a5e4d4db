import type { EvidenceReason, EvidenceSlice } from "@wardkey/protocol/screen";

/** Why somebody was taken to have left, in numbers and stable words. Times are monotonic ms. It names nobody. */
export interface LockAccount {
  /** From when the evidence says that they were leaving. */
  readonly leftAt: number;
  /** How likely it was at the end that they had gone, 0..1. */
  readonly gone: number;
  /** Likeliest distance of the phone; `null`: its strength was never read. */
  readonly metres: number | null;
  /** `null`: no camera looked. */
  readonly faceGoneMs: number | null;
  readonly inputGoneMs: number | null;
  readonly heartbeatGapMs: number | null;
  readonly phone: "moving" | "still" | "silent";
  /** The heaviest first. */
  readonly reasons: readonly EvidenceReason[];
  /** One a second, the oldest first. */
  readonly strip: readonly EvidenceSlice[];
}

export const SLICES_KEPT = 15;
const REASONS_AT_MOST = 6;

export interface Weighed {
  readonly why: "distance" | "heartbeat" | "link" | "face" | undefined;
  readonly phone: LockAccount["phone"];
  readonly metres: number | null;
  readonly leaveLine: number;
  readonly faceGoneMs: number | null;
  readonly otherFace: boolean;
  readonly inputGoneMs: number | null;
}

const GONE_FOR_MS = 1_500;

/** What spoke for leaving, the cause itself first. */
export function reasonsOf(weighed: Weighed): readonly EvidenceReason[] {
  const { why, phone, metres, leaveLine, faceGoneMs, otherFace, inputGoneMs } = weighed;
  const far = metres !== null && metres > leaveLine;
  const holds: readonly (readonly [boolean, EvidenceReason])[] = [
    [why === "link", "link-lost"],
    [why === "heartbeat", "heartbeat-lost"],
    [why === "face", "face-gone"],
    [far, "phone-far"],
    [!far && why === "distance" && phone !== "silent", "phone-moving-off"],
    [phone === "silent" && why !== "heartbeat" && why !== "link", "phone-silent"],
    [why === "face" && phone === "still", "phone-still"],
    [why !== "face" && faceGoneMs !== null && faceGoneMs > GONE_FOR_MS, "face-gone"],
    [otherFace, "other-face"],
    [inputGoneMs !== null && inputGoneMs > GONE_FOR_MS, "input-gone"],
  ];
  return holds.flatMap(([held, reason]) => (held ? [reason] : [])).slice(0, REASONS_AT_MOST);
}
