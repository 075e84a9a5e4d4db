import { z } from "zod";

/**
 * What the kiosk's page tells the shell around it, each second and at each change. `bar` is a lease: a shell that hears
 * nothing for `POSTURE_LEASE_MS` covers the whole screen again.
 */
export const PostureMessage = z.strictObject({
  v: z.literal(1),
  /** `cover`: the page is the whole screen. `bar`: it is a strip at the top edge, and the desktop below is in use. */
  posture: z.enum(["cover", "bar"]),
  /** Height of the strip in CSS pixels. */
  height: z.number().int().min(48).max(240),
});
export type PostureMessage = z.infer<typeof PostureMessage>;

export const POSTURE_LEASE_MS = 3_000;

/** What the shell answers a page that asks when the desktop was touched last, and never where or with what. */
export const InputReport = z.strictObject({
  v: z.literal(1),
  /** Whole seconds, rounded down, as systems tell it: 0 is within the last second. */
  secondsAgo: z.number().int().min(0),
});
export type InputReport = z.infer<typeof InputReport>;

/** `window.wardkeyShell`, where the page runs in the shell. */
export interface KioskShell {
  posture(message: PostureMessage): void;
  /** The desktop's last input; `null` while the page covers it, and where the system cannot tell. Older shells cannot be asked. */
  readonly input?: () => Promise<InputReport | null>;
  /** Whether the shell covers the whole screen now. Older shells cannot be asked, and count as covering nothing. */
  readonly covers?: () => Promise<boolean>;
}
