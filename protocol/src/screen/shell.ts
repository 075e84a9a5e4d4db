import { z } from "zod";

/**
 * What the kiosk's page tells the shell around it, each second and at each change; nothing comes back. `bar` is a lease:
 * a shell that hears nothing for `POSTURE_LEASE_MS` covers the whole screen again.
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

/** `window.wardkeyShell`, where the page runs in the shell. */
export interface KioskShell {
  posture(message: PostureMessage): void;
}
