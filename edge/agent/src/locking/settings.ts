import { isAbsolute } from "node:path";
import { z } from "zod";

const AbsolutePath = z.string().max(1_024).refine(isAbsolute, "must be an absolute path");

/** How the system of a workstation is locked. */
const Desktop = z.discriminatedUnion("system", [
  z.strictObject({
    system: z.literal("logind"),
    seat: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,32}$/)
      .default("seat0"),
    /** Whether the desktop says that it is locked; GNOME and KDE do. */
    confirms: z.boolean().default(true),
    /** Another bus than the machine's own. */
    address: z.string().min(1).max(200).optional(),
  }),
  z.strictObject({ system: z.literal("windows") }),
  z.strictObject({ system: z.literal("macos") }),
]);
export type Desktop = z.infer<typeof Desktop>;

/** What is locked at this kiosk, beside its own screen, which always is. */
export const LockingSettings = z.discriminatedUnion("kind", [
  /** Nothing else: a kiosk that is only its screen. */
  z.strictObject({ kind: z.literal("screen") }),
  /** A workstation whose account belongs to the person. */
  z.strictObject({
    kind: z.literal("desktop"),
    desktop: Desktop,
    /** What follows when somebody opens it by the system's own password. It is told in any case. */
    others: z.enum(["lock-again", "may-unlock"]).default("lock-again"),
  }),
  /** A workstation under one account that many share: the page covers it. */
  z.strictObject({
    kind: z.literal("shared-desktop"),
    /** What is locked while no page covers the desktop. */
    fallback: Desktop.nullable().default(null),
    /** Run when somebody else comes in than the last time, to put away what that one left open. */
    otherPerson: z
      .strictObject({
        command: AbsolutePath,
        args: z.array(z.string().max(200)).max(16).default([]),
        withinMs: z.number().int().min(100).max(5_000).default(3_000),
      })
      .nullable()
      .default(null),
  }),
  /** A medical device, by a profile. */
  z.strictObject({ kind: z.literal("device"), profileFile: AbsolutePath }),
]);
export type LockingSettings = z.infer<typeof LockingSettings>;
