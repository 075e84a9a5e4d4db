import { z } from "zod";

export const Emergency = z.object({
  session: z.string(),
  kiosk: z.string(),
  staffId: z.string(),
  second: z.string().nullable(),
  reason: z.string(),
  operation: z.string(),
  means: z.string(),
  card: z.string().nullable(),
  minutes: z.number(),
  leaseEnded: z.boolean(),
  openedAt: z.number(),
  closedAt: z.number().nullable(),
  closedBecause: z.string().nullable(),
  reused: z.boolean(),
  review: z.enum(["security-officer", "two-people"]),
  reviewBy: z.number(),
  overdue: z.boolean(),
  state: z.enum(["open", "half", "justified", "unjustified"]),
  votes: z.array(z.object({ by: z.string(), outcome: z.enum(["justified", "unjustified"]), at: z.number() })),
});
export type Emergency = z.infer<typeof Emergency>;

export const EmergenciesAnswer = z.object({ emergencies: z.array(Emergency) });

/** Somebody still has to look at it. */
export const waits = ({ state }: Pick<Emergency, "state">): boolean => state === "open" || state === "half";
