import { z } from "zod";

/** What spoke for leaving, in words that stay the same from the journal to the screen. */
export const EvidenceReason = z.enum([
  "phone-far",
  "phone-moving-off",
  "phone-still",
  "phone-silent",
  "heartbeat-lost",
  "link-lost",
  "face-gone",
  "other-face",
  "input-gone",
]);
export type EvidenceReason = z.infer<typeof EvidenceReason>;

/** One second before a lock. */
export const EvidenceSlice = z.strictObject({
  /** How likely it was that the person had gone. */
  gone: z.number().min(0).max(1),
  face: z.boolean(),
  input: z.boolean(),
  moved: z.boolean(),
  metres: z.number().min(0).max(100).nullable(),
});
export type EvidenceSlice = z.infer<typeof EvidenceSlice>;

const Milliseconds = z.number().min(0).nullable();

/** Why it locked, for whoever comes back and wonders. It names nobody. */
export const LockAccountView = z.strictObject({
  /** Which lock, for "this was wrong". */
  id: z.string().min(1).max(64),
  /** From when the evidence says that they were leaving: ms since 1970. */
  leftAt: z.number(),
  /** Likeliest distance of the phone at the lock. */
  metres: z.number().min(0).max(100).nullable(),
  faceGoneMs: Milliseconds,
  inputGoneMs: Milliseconds,
  heartbeatGapMs: Milliseconds,
  phone: z.enum(["moving", "still", "silent"]),
  /** The heaviest first. */
  reasons: z.array(EvidenceReason).max(6),
  /** The oldest first. */
  strip: z.array(EvidenceSlice).max(15),
  /** "given": somebody has said that it was wrong. */
  feedback: z.enum(["open", "given"]),
});
export type LockAccountView = z.infer<typeof LockAccountView>;

/** How loud and how bright a kiosk says that it opened, closes or refuses. */
export const CuesView = z.strictObject({
  sound: z.enum(["off", "quiet", "normal"]),
  light: z.boolean(),
});
export type CuesView = z.infer<typeof CuesView>;
